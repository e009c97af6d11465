/**
 * The drive loop: asks the engine what to do next for one listing, does it, and reports what came of it. Every decision
 * is the engine's (core/listing.go); every effect on the world is here.
 */
import { onAbort, untilAborted } from './abort.js';
import { Panic } from './border.js';
import { call } from './call.js';
import { cleanCause, describeError } from './cause.js';
import { describeOptions, isAbortSignal } from './describe.js';
import { GroupListError, LoadError, toError } from './errors.js';
import { isFrameworkSignal } from './framework-signal.js';
import { isInstance } from './instance.js';
import { readOptions } from './options.js';

/**
 * @import { Checkpoint, GroupListOptions, GroupPage, Progress, Retry } from '../index.js'
 * @import { Engine, EngineAction } from './engine.js'
 * @import { Host } from './host.js'
 * @import { Failure } from './protocol.js'
 */

/** @typedef {GroupListOptions} ListingOptions a caller's options; the engine refuses wrong ones before they are used */
/** @typedef {EngineAction & { do: 'done' }} Ended */
/**
 * @typedef {{ stop?: AbortSignal, found?: () => { groupIds?: string[] } }} More another way to stop, and the groups
 * that a failure carries
 */

const userSigLifeSeconds = 30 * 60; // of those signed here; the engine asks for a fresh one when one has expired

let opened = 0; // listings so far, to tell which of two came first
/**
 * @type {WeakMap<object, number>} abort reason → how many listings had been opened when a listing left its state there
 */
const given = new WeakMap();

/**
 * Runs one listing. The options are read now: later changes have no effect. See run.
 * @param {Host} host
 * @param {string} name of the function that was called
 * @param {unknown} callers options
 * @param {More} [more]
 */
export function list(host, name, callers, more) {
  const options = readOptions(callers);
  if (options?.headers) options.headers = headersOf(options.headers);
  return run(host, describeOptions(name, options, callers, host), /** @type {ListingOptions} */ (options ?? {}), more);
}

/**
 * Runs one listing. Yields its pages; the value sent back is how many of a page's IDs the caller had before. Returns
 * the engine's done action.
 * @param {Host} host
 * @param {string} description of the call, as the engine reads it
 * @param {ListingOptions} options
 * @param {More} [more]
 * @returns {AsyncGenerator<GroupPage, Ended, number | undefined>}
 */
async function* run(host, description, options, { stop, found } = {}) {
  const signal = options.signal;
  const own = new AbortController(); // aborted with whichever of the two
  /** @type {(() => void)[]} */
  const offs = [];
  const { onProgress, onRetry } = options;
  /** @type {{ error: unknown } | undefined} that a callback threw, which ends the listing as it is */
  let callbacks;
  /**
   * @template T
   * @param {((value: T) => unknown) | undefined} callback
   * @param {T} value
   */
  const callBack = async (callback, value) => {
    try {
      await untilAborted(callback?.(value), own.signal);
    } catch (error) {
      callbacks = { error };
      throw error;
    }
  };
  const ordinal = ++opened;
  /** @type {Engine | undefined} */
  let engine;
  let id = 0;
  /** @type {Checkpoint | undefined} */
  let checkpoint;
  try {
    for (const from of [signal, stop]) {
      if (!from || !isAbortSignal(from)) continue;
      if (from.aborted) own.abort(from.reason);
      else offs.push(onAbort(from, () => own.abort(from.reason)));
    }
    engine = await untilAborted(host.engine(), own.signal);
    /** @type {EngineAction} */
    let action;
    /** @type {Error | undefined} */
    let cause;
    ({ id, action } = engine.open(description));
    const callOptions = Object.assign(options, { signal: own.signal }); // still without a prototype
    for (;;) {
      if (action.progress) {
        checkpoint = action.progress;
        await callBack(onProgress, progressOf(action.progress));
      }
      if (action.do === 'done') return action;
      if (action.do === 'fail') throw toError(action.failure, { cause });
      if (own.signal.aborted) throw own.signal.reason;
      cause = undefined;
      switch (action.do) {
        case 'sign':
          ({ action, cause } = await sign(host, engine, id, callOptions));
          break;
        case 'wait':
          if (action.retry) await callBack(onRetry, retryOf(action.retry, action.ms));
          await engine.sleep(id, action.ms, own.signal);
          action = engine.step(id, { report: 'tick' });
          break;
        case 'fetch':
          ({ action, cause } = await call(host, engine, id, action, callOptions));
          break;
        case 'page': {
          const { groupIds, groupType = null, totalCount, next } = action;
          const duplicates = yield { groupIds, groupType, totalCount, next, checkpoint: action.checkpoint };
          if (own.signal.aborted) throw own.signal.reason;
          action = engine.step(id, { report: 'taken', duplicates: duplicates ?? 0 });
          break;
        }
        default:
          throw unexpected(action);
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
 * Every action of the engine has a case: the compiler refuses this call if one is missing. A module of another version
 * is not loaded.
 * @param {EngineAction & { do: 'read' }} action which only a call can get
 */
function unexpected(action) {
  return new Panic(`the engine asked for '${action.do}'`);
}

/**
 * Leaves a listing's state in the reason that aborted it, which is the caller's own and may be anything. One reason may
 * end several listings, but can hold the state of only one: if they ran at the same time, it holds none.
 * @param {unknown} reason
 * @param {number} ordinal
 * @param {{ checkpoint?: Checkpoint, groupIds?: string[] }} state
 */
function leaveState(reason, ordinal, state) {
  if (!isObject(reason)) return;
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

/**
 * @param {unknown} value
 * @returns {value is object}
 */
function isObject(value) {
  return Object(value) === value;
}

/**
 * Adds properties that do not show in logs: they can hold a million IDs.
 * @param {object} object
 * @param {object} properties
 */
function hide(object, properties) {
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(object, name, { value, configurable: true });
  }
}

/**
 * Returns a copy of the caller's headers: their source may change, or allow one reading only.
 * @param {any} headers
 */
function headersOf(headers) {
  try {
    return headers == null ? headers : new Headers(headers);
  } catch {
    return headers; // for the core to refuse
  }
}

/**
 * @param {Host} host
 * @param {Engine} engine
 * @param {number} id
 * @param {ListingOptions & { signal: AbortSignal }} options
 * @returns {Promise<{ action: EngineAction, cause?: Error }>}
 */
async function sign(host, engine, id, { userSig, secretKey, sdkAppId = 0, identifier = '', signal }) {
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

/**
 * @param {Checkpoint} checkpoint
 * @returns {Progress}
 */
function progressOf(checkpoint) {
  const { groups, totalCount, pages, requests, retries, duplicates, elapsedMs } = checkpoint;
  return { groups, totalCount, pages, requests, retries, duplicates, elapsedMs, checkpoint };
}

/**
 * @param {Failure} failure
 * @param {number} [waitMs]
 * @returns {Retry}
 */
function retryOf(failure, waitMs = 0) {
  return { error: /** @type {any} */ (toError(failure)), attempt: failure.attempts, waitMs };
}

/**
 * Returns the error of something unforeseen: a panic, or what no case was written for.
 * @param {unknown} thrown
 * @param {Checkpoint | undefined} checkpoint
 * @param {(text: string) => string} redact
 */
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
