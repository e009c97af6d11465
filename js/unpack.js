/**
 * Unpacks a WebAssembly module that scripts/inline.mjs put into a JavaScript file.
 * @param {string} packed base64 of gzip
 * @returns {Response} as if it had been fetched, so that it is compiled while it is unpacked
 */
export function unpack(packed) {
  const zipped = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const bytes = new Blob([zipped]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(bytes, { headers: { 'content-type': 'application/wasm' } });
}
