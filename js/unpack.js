import { Unloadable } from './load-failure.js';

/**
 * Unpacks a WebAssembly module that scripts/build/inline.mjs put into a JavaScript file.
 * @param {string} packed base64 of gzip
 * @returns {Promise<ArrayBuffer>}
 */
export async function unpack(packed) {
  if (typeof DecompressionStream === 'undefined') {
    throw new Unloadable(
      'DecompressionStream, which unpacks it, is missing here',
      'Use a newer browser: Chrome 80, Firefox 113 and Safari 16.4 have it. Or import tencent-chat-groups without /inline.',
      { retryable: false },
    );
  }
  const binary = atob(packed);
  const zipped = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) zipped[i] = binary.charCodeAt(i);
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter(); // in one piece: a stream of pieces takes longer
  writer.write(zipped);
  writer.close();
  return new Response(readable).arrayBuffer(); // Bun would not wait for WebAssembly.compileStreaming of a stream
}
