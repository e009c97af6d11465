/** One call over the network: fetch, within a time, with the answer's bytes straight into the engine. */
import { untilAborted } from './abort.js';
import { Panic } from './border.js';
import { cleanCause, describeError } from './cause.js';

/**
 * Makes the call that a fetch action asks for, and steps the listing with what comes of it.
 * @returns {Promise<{ action: object, cause?: Error }>} the next action and, where fetch threw, a clean copy of its error
 * @throws the signal's reason once it aborts
 */
export async function call(engine, id, request, options) {
  const { signal } = options;
  const attempt = new AbortController(); // ends this try alone
  const timer = setTimeout(() => attempt.abort(), request.timeoutMs);
  const abort = () => attempt.abort(signal.reason);
  signal?.addEventListener('abort', abort, { once: true });

  const failed = (error) => {
    if (error instanceof Panic) throw error;
    if (signal?.aborted) throw signal.reason;
    if (attempt.signal.aborted) return { action: engine.step(id, { report: 'timedOut' }) };
    const cause = cleanCause(error, (text) => engine.redact(id, text));
    return { action: engine.step(id, { report: 'networkFailed', ...describeError(error) }), cause };
  };

  try {
    if (signal?.aborted) throw signal.reason;
    let response;
    try {
      response = await send(request, options, attempt.signal);
    } catch (error) {
      return failed(error);
    }
    const { status, headers } = response;
    const action = engine.step(id, { report: 'headers', status, retryAfterMs: retryAfterMs(headers) });
    if (action.do !== 'read') {
      discard(response);
      return { action };
    }
    let whole;
    try {
      whole = await readBody(engine, id, response, attempt.signal);
    } catch (error) {
      return failed(error);
    }
    return { action: engine.step(id, { report: whole ? 'body' : 'tooLarge' }) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

async function send({ url, body }, options, signal) {
  const headers = new Headers(options.headers);
  headers.set('content-type', 'application/json');
  const init = { method: 'POST', headers, body, signal, redirect: 'manual' };
  if (options.credentials) init.credentials = options.credentials;
  const sent = Promise.resolve((options.fetch ?? globalThis.fetch)(url, init));
  let response;
  try {
    response = await untilAborted(sent, signal); // a fetch of the caller's may not look at the signal
  } catch (error) {
    if (signal.aborted) sent.then(discard, () => {});
    throw error;
  }
  if (!Number.isInteger(response?.status)) throw new Error('fetch did not return a Response');
  return response;
}

/** Lets go of an answer that nobody will read, so that its connection is free. */
function discard(response) {
  response?.body?.cancel?.().catch(() => {});
}

/** Hands the answer's bytes to the engine as they come; false if they are too many, in which case the rest is not read. */
async function readBody(engine, id, response, signal) {
  if (!response.body) {
    return engine.addBody(id, new Uint8Array(await untilAborted(response.arrayBuffer(), signal)));
  }
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return true;
      if (!engine.addBody(id, value)) return false;
    }
  } finally {
    reader.cancel().catch(() => {}); // of a body that was read to its end, this does nothing
  }
}

/** The pause that the server asked for, in ms from now: its Retry-After in seconds or as a date. */
function retryAfterMs(headers) {
  const value = headers?.get('retry-after')?.trim();
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? value * 1000 : Date.parse(value) - (Date.parse(headers.get('date')) || Date.now());
  return Number.isSafeInteger(Math.trunc(ms)) ? Math.max(0, Math.trunc(ms)) : 0;
}
