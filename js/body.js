/** Reads the body of an answer into one array of bytes. */
import { untilAborted } from './abort.js';
import { isInstance } from './instance.js';

const firstBytes = 64 * 1024; // of the array, which grows as the body does
const maxBusyMs = 20; // so long reading may keep timers from firing

/**
 * @param {Response} response or what a fetch of the caller's has for one
 * @param {number} maxBytes
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array | undefined>} undefined if the body has more bytes, in which case the rest is not read
 * @throws the signal's reason once it aborts, however the body behaves
 */
export async function readBody(response, maxBytes, signal) {
  const { body } = response;
  if (!body) {
    const bytes = bytesOf(await untilAborted(Promise.resolve(response.arrayBuffer()), signal));
    return bytes.length > maxBytes ? undefined : bytes;
  }
  const reader = body.getReader();
  let bytes = new Uint8Array(firstBytes);
  let length = 0;
  let idleMs = performance.now(); // when timers could last fire
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return bytes.subarray(0, length);
      const chunk = bytesOf(value);
      const to = length + chunk.length;
      if (to > maxBytes) return undefined;
      if (to > bytes.length) {
        const larger = new Uint8Array(Math.max(to, Math.min(2 * bytes.length, maxBytes)));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(chunk, length);
      length = to;
      // Reads that are answered at once would else keep the timeout, and an abort, from ever coming.
      if (performance.now() - idleMs > maxBusyMs) {
        await untilAborted(new Promise((resolve) => setTimeout(resolve)), signal);
        idleMs = performance.now();
      }
    }
  } finally {
    cancel(reader); // of a body that was read to its end, this does nothing
  }
}

/** Lets go of a body, or of its reader. */
export async function cancel(body) {
  try {
    await body?.cancel();
  } catch {
    // it is locked by its reader, which was cancelled, or it is no stream
  }
}

function bytesOf(value) {
  if (isInstance(value, ArrayBuffer)) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new Error('the body of the Response does not consist of bytes');
}
