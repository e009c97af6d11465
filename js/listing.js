/**
 * The drive loop: asks the engine what to do next for one listing, does it, and reports what came of it. Every decision is
 * the engine's (core/listing.go); every effect on the world is here.
 */
import { onAbort, untilAborted } from './abort.js';
import { Panic } from './border.js';
import { call } from './call.js';
import { cleanCause, describeError } from './cause.js';
import { describeOptions, isAbortSignal } from './describe.js';
import { GroupListError, LoadError } from './errors.js';
import { toError } from './failure.js';
import { isFrameworkSignal } from './framework-signal.js';
import { isInstance } from './instance.js';
import { readOptions } from './options.js';

const userSigLifeSeconds = 30 * 60; // of those signed here; the engine asks for a fresh one when one has expired

let opened = 0; // listings so far, to tell which of two came first
const given = new WeakMap(); // abort reason → how many listings had been opened when a listing left its state there

/**
 * Runs one listing. The options are read now, once and for all: what becomes of them afterwards changes nothing. See run.
 */
export function list(host, name, callers, more) {
  const options = readOptions(callers);
  if (options?.headers) options.headers = headersOf(options.headers);
  return run(host, describeOptions(name, options, callers, host), options ?? {}, more);
}

/**
 * Runs one listing. Yields its pages; what is sent back in is how many of a page's IDs the caller had before. Returns the
 * engine's done action.
 * @param {object} host what the platform provides: engine(), sign(), runtime, origin, and unusedProxy() in Node.js
 * @param {string} description of the call, as the engine reads it
 * @param {object} options the caller's
 * @param {{ stop?: AbortSignal, found?: () => object }} [more] another way to stop, and what a failure tells of the groups that
 *   were found
 */
async function* run(host, description, options, { stop, found } = {}) {
  const signal = options.signal;
  const own = new AbortController(); // aborted with whichever of the two
  const offs = [];
  const { onProgress, onRetry } = options;
  let callbacks; // { error } that a callback threw, which ends the listing as it is
  const callBack = async (callback, value) => {
    try {
      await untilAborted(callback?.(value), own.signal);
    } catch (error) {
      callbacks = { error };
      throw error;
    }
  };
  const ordinal = ++opened;
  let engine;
  let id = 0;
  let checkpoint;
  try {
    for (const from of [signal, stop]) {
      if (!from || !isAbortSignal(from)) continue;
      if (from.aborted) own.abort(from.reason);
      else offs.push(onAbort(from, () => own.abort(from.reason)));
    }
    engine = await untilAborted(host.engine(), own.signal);
    let action;
    let cause;
    ({ id, action } = engine.open(description));
    options.signal = own.signal;
    for (;;) {
      if (action.progress) {
        checkpoint = action.progress;
        await callBack(onProgress, progressOf(checkpoint));
      }
      if (action.do === 'done') return action;
      if (action.do === 'fail') throw toError(action.failure, { cause });
      if (own.signal.aborted) throw own.signal.reason;
      cause = undefined;
      switch (action.do) {
        case 'sign':
          ({ action, cause } = await sign(host, engine, id, options));
          break;
        case 'wait':
          if (action.retry) await callBack(onRetry, retryOf(action));
          await engine.sleep(id, action.ms, own.signal);
          action = engine.step(id, { report: 'tick' });
          break;
        case 'fetch':
          ({ action, cause } = await call(host, engine, id, action, options));
          break;
        case 'page': {
          const { groupIds, groupType = null, totalCount, next } = action;
          const duplicates = yield { groupIds, groupType, totalCount, next, checkpoint: action.checkpoint };
          if (own.signal.aborted) throw own.signal.reason;
          action = engine.step(id, { report: 'taken', duplicates: duplicates ?? 0 });
          break;
        }
        default:
          throw new Panic(`the engine asked for '${action.do}'`);
      }
    }
  } catch (caught) {
    if (own.signal.aborted && Object.is(caught, own.signal.reason)) {
      leaveState(caught, ordinal, { checkpoint: engine?.close(id), groupIds: undefined, ...found?.() });
      throw caught;
    }
    if ((callbacks && Object.is(caught, callbacks.error)) || isFrameworkSignal(caught)) throw caught;
    const error = isInstance(caught, GroupListError)
      ? caught
      : internalError(caught, checkpoint, (text) => engine?.redact(id, text) ?? text);
    if (found) hide(error, found());
    throw error;
  } finally {
    for (const off of offs) off();
    engine?.close(id); // where it has not ended by itself: aborted, left early, or a callback threw
  }
}

/**
 * Leaves where a listing stands in the reason that it was aborted with, which is the caller's own and may be anything. One
 * reason may end several listings, of which it can hold the state of only one: where they ran at the same time it holds none.
 */
function leaveState(reason, ordinal, state) {
  if (Object(reason) !== reason) return;
  const before = given.get(reason);
  const shared = before !== undefined && before >= ordinal;
  try {
    if (!Object.isExtensible(reason)) return;
    if (before === undefined && ('checkpoint' in reason || 'groupIds' in reason)) return; // the caller's own
    hide(reason, shared ? { checkpoint: undefined, groupIds: undefined } : state);
  } catch {
    return; // a Proxy that does not let itself be looked at
  }
  given.set(reason, shared ? Number.POSITIVE_INFINITY : opened);
}

/** Adds properties that do not show in logs: they can hold a million IDs. */
function hide(object, properties) {
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(object, name, { value, configurable: true });
  }
}

/** A copy of the caller's headers: what they were made of may change, or be good for one reading only. */
function headersOf(headers) {
  try {
    return headers == null ? headers : new Headers(headers);
  } catch {
    return headers; // for the core to refuse
  }
}

async function sign(host, engine, id, { userSig, secretKey, sdkAppId, identifier, signal }) {
  let signed;
  try {
    const making = secretKey
      ? host.sign({ sdkAppId, secretKey, identifier, expireSeconds: userSigLifeSeconds })
      : typeof userSig === 'function'
        ? userSig()
        : userSig;
    signed = await untilAborted(Promise.resolve(making), signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (isFrameworkSignal(error)) throw error;
    if (secretKey && isInstance(error, LoadError)) throw error; // nothing was signed yet, and it says what to do
    const cause = cleanCause(error, (text) => engine.redact(id, text));
    return { action: engine.step(id, { report: 'signFailed', text: describeError(error).text }), cause };
  }
  const text = typeof signed === 'string' ? signed : '';
  return { action: engine.step(id, { report: 'signed', text }) };
}

/** A checkpoint's counts, and the checkpoint itself, as onProgress gets them. */
function progressOf(checkpoint) {
  const { groups, totalCount, pages, requests, retries, duplicates, elapsedMs } = checkpoint;
  return { groups, totalCount, pages, requests, retries, duplicates, elapsedMs, checkpoint };
}

function retryOf({ retry, ms }) {
  return { error: toError(retry), attempt: retry.attempts, waitMs: ms };
}

/** What else than a failure was thrown: a panic, or what nobody thought of. */
function internalError(thrown, checkpoint, redact) {
  const panicked = isInstance(thrown, Panic);
  const text = panicked ? thrown.message : redact(describeError(thrown).text);
  return toError(
    {
      kind: 'internal',
      message: `The engine failed${text && `: ${text}`}.`,
      hint: 'This is a fault of tencent-chat-groups: please report it. The next call starts a fresh engine.',
      retryable: true,
      checkpoint,
    },
    { cause: panicked ? thrown : cleanCause(thrown, redact) },
  );
}
