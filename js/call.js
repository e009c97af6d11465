/** One call over the network: fetch, within a time, with the answer's bytes straight into the engine. */
import { onAbort, untilAborted } from './abort.js';
import { Panic } from './border.js';
import { cleanCause, describeError } from './cause.js';
import { isInstance } from './instance.js';
import { retryAfterMs } from './retry-after.js';

const maxBusyMs = 20; // so long the reading of a body may keep timers from firing

/**
 * Makes the call that a fetch action asks for, and steps the listing with what comes of it.
 * @returns {Promise<{ action: object, cause?: Error }>} the next action and, where fetch threw, a clean copy of its error
 * @throws the signal's reason once it aborts
 */
export async function call(engine, id, request, options) {
  const { signal } = options;
  const attempt = new AbortController(); // ends this try alone
  const timer = setTimeout(() => attempt.abort(), request.timeoutMs);
  const off = onAbort(signal, () => attempt.abort(signal.reason));
  let finished = false;
  let response;
  try {
    if (signal.aborted) throw signal.reason;
    response = await send(request, options, attempt.signal);
    const { status, retryAfterMs } = headOf(response);
    let action = engine.step(id, { report: 'headers', status, retryAfterMs });
    if (action.do === 'read') {
      const whole = await readBody(engine, id, response, attempt.signal);
      finished = whole;
      action = engine.step(id, { report: whole ? 'body' : 'tooLarge' });
    }
    return { action };
  } catch (error) {
    if (isInstance(error, Panic)) throw error;
    if (signal.aborted) throw signal.reason;
    if (attempt.signal.aborted) return { action: engine.step(id, { report: 'timedOut' }) };
    const cause = cleanCause(error, (text) => engine.redact(id, text));
    return { action: engine.step(id, { report: 'networkFailed', ...describeError(error) }), cause };
  } finally {
    clearTimeout(timer);
    off();
    if (!finished) {
      attempt.abort(); // lets go of the connection, whatever state it is in
      discard(response); // of a fetch of the caller's, which may not look at the signal
    }
  }
}

async function send({ url, body }, options, signal) {
  const headers = new Headers(options.headers);
  headers.set('content-type', 'application/json');
  const init = { method: 'POST', headers, body, signal, redirect: 'manual' };
  if (options.credentials) init.credentials = options.credentials;
  const sent = Promise.resolve((options.fetch ?? globalThis.fetch)(url, init));
  try {
    return await untilAborted(sent, signal);
  } catch (error) {
    if (signal.aborted) sent.then(discard, () => {}); // it may come yet
    throw error;
  }
}

/** What the engine wants to know of an answer before its body, each read once: it may be anything. */
function headOf(response) {
  const status = response?.status;
  if (!Number.isInteger(status) || status < 0 || status > 999) {
    throw Object.assign(new Error('fetch did not return a Response'), { code: 'ERR_NO_RESPONSE' });
  }
  const { headers } = response;
  const header = (name) => headers?.get?.(name);
  return { status, retryAfterMs: retryAfterMs(header('retry-after'), header('date')) };
}

/** Lets go of an answer that nobody will read to its end. */
async function discard(response) {
  try {
    await response?.body?.cancel();
  } catch {
    // it is locked by its reader, which was cancelled, or it is no Response
  }
}

/** Hands the answer's bytes to the engine as they come; false if they are too many, in which case the rest is not read. */
async function readBody(engine, id, response, signal) {
  const { body } = response;
  if (!body) return engine.addBody(id, bytesOf(await untilAborted(Promise.resolve(response.arrayBuffer()), signal)));
  const reader = body.getReader();
  let idleMs = performance.now(); // when timers could last fire
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return true;
      if (!engine.addBody(id, bytesOf(value))) return false;
      // Reads that are answered at once would else keep the timeout, and an abort, from ever coming.
      if (performance.now() - idleMs > maxBusyMs) {
        await untilAborted(new Promise((resolve) => setTimeout(resolve)), signal);
        idleMs = performance.now();
      }
    }
  } finally {
    discard({ body: reader }); // of a body that was read to its end, this does nothing
  }
}

function bytesOf(value) {
  if (isInstance(value, ArrayBuffer)) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new Error('the body of the Response does not consist of bytes');
}
