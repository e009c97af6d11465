/** One call over the network: fetch, within a time. */
import { onAbort, untilAborted } from './abort.js';
import { cancel, NoResponse, readBody } from './body.js';
import { Panic } from './border.js';
import { cleanCause, describeError } from './cause.js';
import { isFrameworkSignal } from './framework-signal.js';
import { isInstance } from './instance.js';
import { retryAfterMs } from './retry-after.js';

/**
 * @import { EngineAction, Engine } from './engine.js'
 * @import { FetchInit } from '../index.js'
 * @import { Host } from './host.js'
 * @import { ListingOptions } from './listing.js'
 */

/** @typedef {EngineAction & { do: 'fetch' }} FetchAction */

/**
 * Makes the call that a fetch action asks for, and reports its outcome to the listing.
 * @param {Host} host
 * @param {Engine} engine
 * @param {number} id
 * @param {FetchAction} request
 * @param {ListingOptions & { signal: AbortSignal }} options
 * @returns {Promise<{ action: EngineAction, cause?: Error }>} the next action and, where fetch threw, a clean copy of its error
 * @throws the signal's reason once it aborts, and signals of a framework
 */
export async function call(host, engine, id, request, options) {
  const { signal } = options;
  const attempt = new AbortController(); // ends this try alone
  const timeOut = () => attempt.abort();
  const timers = [setTimeout(timeOut, request.timeoutMs)];
  const off = onAbort(signal, () => attempt.abort(signal.reason));
  let finished = false;
  let response;
  try {
    if (signal.aborted) throw signal.reason;
    response = await send(request, options, attempt.signal);
    let action = engine.step(id, { report: 'headers', ...headOf(response) });
    if (action.do === 'read') {
      if (action.timeoutMs) timers.push(setTimeout(timeOut, action.timeoutMs));
      const body = await readBody(response, action.maxBytes, attempt.signal);
      finished = body !== undefined;
      action = body ? engine.step(id, { report: 'body' }, body) : engine.step(id, { report: 'tooLarge' });
    }
    return { action };
  } catch (error) {
    if (isInstance(error, Panic)) throw error;
    if (signal.aborted) throw signal.reason;
    if (isFrameworkSignal(error)) throw error;
    if (attempt.signal.aborted) return { action: engine.step(id, { report: 'timedOut' }) };
    const cause = cleanCause(error, (text) => engine.redact(id, text));
    const unusedProxy = options.fetch ? undefined : host.unusedProxy?.(request.url);
    return { action: engine.step(id, { report: 'networkFailed', ...describeError(error), unusedProxy }), cause };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    off();
    if (!finished) {
      attempt.abort(); // lets go of the connection, whatever state it is in
      discard(response); // of a fetch of the caller's, which may not look at the signal
    }
  }
}

/**
 * @param {FetchAction} request
 * @param {ListingOptions} options
 * @param {AbortSignal} signal
 * @returns {Promise<any>} a Response, or what a fetch of the caller's has for one
 */
async function send({ url, body }, options, signal) {
  const headers = new Headers(options.headers);
  headers.set('content-type', 'application/json');
  /** @type {FetchInit} */
  const init = { method: 'POST', headers, body, signal, redirect: 'manual' };
  if (takesCache()) init.cache = 'no-store';
  if (options.credentials) init.credentials = options.credentials;
  /** @type {(url: string, init: any) => Promise<any>} */
  const fetch = options.fetch ?? globalThis.fetch;
  if (typeof fetch !== 'function') throw Object.assign(new Error('there is no fetch here'), { code: 'ERR_NO_FETCH' });
  const sent = Promise.resolve(fetch(url, init));
  try {
    return await untilAborted(sent, signal);
  } catch (error) {
    if (signal.aborted) sent.then(discard, () => {}); // it may come yet
    throw error;
  }
}

/** @type {boolean | undefined} */
let cacheTaken;

/**
 * Reports whether fetch takes the option cache. Frameworks store answers under the URL, which holds the UserSig, unless
 * it says no-store. Cloudflare's workerd has compatibility dates that refuse the option.
 */
function takesCache() {
  if (cacheTaken === undefined) {
    try {
      cacheTaken = new Request('data:,', { cache: 'no-store' }).cache === 'no-store';
    } catch {
      cacheTaken = false;
    }
  }
  return cacheTaken;
}

const maxContentType = 100; // characters: a media type and its parameters

/**
 * Returns what the engine needs of an answer before its body, each read once: it may be anything.
 * @param {any} response
 */
function headOf(response) {
  const status = response?.status;
  if (!Number.isInteger(status) || status < 0 || status > 999) {
    throw new NoResponse('fetch did not return a Response');
  }
  const { headers } = response;
  /** @param {string} name */
  const header = (name) => headers?.get?.(name);
  const contentType = header('content-type');
  return {
    status,
    retryAfterMs: retryAfterMs(header('retry-after'), header('date')),
    contentType: typeof contentType === 'string' ? contentType.slice(0, maxContentType) : undefined,
  };
}

/**
 * Lets go of an answer that nobody will read to its end, which may not be a Response.
 * @param {any} response
 */
async function discard(response) {
  try {
    await cancel(response?.body);
  } catch {
    // it has a body that throws when it is looked at
  }
}
