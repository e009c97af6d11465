/**
 * Reads the body of an answer into one array of bytes. A fetch of the caller's may come from a library for Node.js
 * (node-fetch, make-fetch-happen), whose bodies are Node.js streams, or be a mock that has no more than arrayBuffer().
 */
import { untilAborted } from './abort.js';

const firstBytes = 64 * 1024; // of the array, which grows as the body does
const maxBusyMs = 20; // so long reading may keep timers from firing

/** What fetch returned cannot be read, now or in another try. */
export class NoResponse extends Error {
  code = 'ERR_NO_RESPONSE';
}

/**
 * @param {unknown} response a Response, or what a fetch of the caller's has for one
 * @param {number} maxBytes
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array | undefined>} undefined if the body has more bytes, in which case the rest is not read
 * @throws the signal's reason once it aborts, however the body behaves; a NoResponse if there is nothing to read bytes from
 */
export async function readBody(response, maxBytes, signal) {
  const reader = readerOf(response);
  let bytes = new Uint8Array(firstBytes);
  let length = 0;
  let idleMs = performance.now(); // when timers could last fire
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      ended = Boolean(done);
      if (!done || ArrayBuffer.isView(value)) {
        const chunk = bytesOf(value); // the last one of Minipass, of make-fetch-happen, comes together with the end
        const to = length + chunk.length;
        if (to > maxBytes) return undefined;
        if (to > bytes.length) {
          const larger = new Uint8Array(Math.max(to, Math.min(2 * bytes.length, maxBytes)));
          larger.set(bytes.subarray(0, length));
          bytes = larger;
        }
        bytes.set(chunk, length);
        length = to;
      }
      if (done) return bytes.subarray(0, length);
      // Reads that are answered at once would else keep the timeout, and an abort, from ever coming.
      if (performance.now() - idleMs > maxBusyMs) {
        await untilAborted(new Promise((resolve) => setTimeout(resolve)), signal);
        idleMs = performance.now();
      }
    }
  } finally {
    if (!ended) cancel(reader);
  }
}

/**
 * @typedef {{ read(): Promise<{ done?: boolean, value?: unknown }>, cancel(): unknown }} BodyReader the part of a
 * stream's reader that is used
 */

/**
 * Returns the reader of a ReadableStream, or what has its read and cancel.
 * @param {any} response
 * @returns {BodyReader}
 */
function readerOf(response) {
  let why = 'with a body (a ReadableStream, a Node.js stream or another async iterable of bytes) or arrayBuffer()';
  try {
    const { body } = response;
    if (response.bodyUsed === true || body?.locked === true) {
      why = 'whose body was not read before: make a new one for each call';
    } else if (typeof body?.getReader === 'function') {
      return body.getReader();
    } else if (typeof body?.[Symbol.asyncIterator] === 'function') {
      return readerOfIterable(body);
    } else if (typeof response.arrayBuffer === 'function') {
      return readerOfWhole(response);
    }
  } catch {
    // it throws when it is looked at
  }
  throw new NoResponse(`fetch did not return a Response ${why}`);
}

/**
 * @param {AsyncIterable<unknown>} body
 * @returns {BodyReader}
 */
function readerOfIterable(body) {
  const iterator = body[Symbol.asyncIterator]();
  return {
    read: () => iterator.next(),
    async cancel() {
      await cancel(body); // first: return() of a stream's iterator waits for the read that is under way
      await iterator.return?.();
    },
  };
}

/**
 * @param {{ arrayBuffer(): Promise<ArrayBuffer> }} response
 * @returns {BodyReader}
 */
function readerOfWhole(response) {
  /** @type {Promise<ArrayBuffer> | undefined} */
  let whole;
  return {
    async read() {
      if (whole) return { done: true };
      whole = response.arrayBuffer();
      return { done: false, value: await whole };
    },
    cancel() {},
  };
}

/**
 * Lets go of a body, or of its reader.
 * @param {any} body
 */
export async function cancel(body) {
  try {
    if (typeof body?.cancel === 'function') await body.cancel();
    else await body?.destroy?.(); // a Node.js stream
  } catch {
    // it is locked by its reader, which was cancelled, or it is no stream
  }
}

/** @param {unknown} value */
function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (isArrayBuffer(value)) return new Uint8Array(value);
  throw new NoResponse('fetch did not return a Response whose body consists of bytes');
}

const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get;

/**
 * Reports whether a value is an ArrayBuffer, this realm's or another's.
 * @param {unknown} value
 * @returns {value is ArrayBuffer}
 */
function isArrayBuffer(value) {
  try {
    byteLength?.call(value); // throws if it is none
    return true;
  } catch {
    return false;
  }
}
