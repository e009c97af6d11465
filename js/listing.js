/**
 * The drive loop: asks the engine what to do next for one listing, does it, and reports what came of it. Every decision is
 * the engine's (core/listing.go); every effect on the world is here.
 */
import { untilAborted } from './abort.js';
import { Panic } from './border.js';
import { call } from './call.js';
import { cleanCause, describeError } from './cause.js';
import { describeOptions } from './describe.js';
import { toError } from './failure.js';

const userSigLifeSeconds = 30 * 60; // of those signed here; the engine asks for a fresh one when one has expired

/**
 * Runs one listing. Yields its pages; what is sent back in is how many of a page's IDs the caller had before. Returns the
 * engine's done action.
 * @param {object} host what the platform provides: engine(), sign(), runtime, origin
 * @param {string} name the public function that was called
 * @param {object} options the caller's
 */
export async function* list(host, name, options) {
  options = { ...options };
  const { signal, onProgress, onRetry } = options;
  const engine = await host.engine();
  let id = 0;
  let action;
  let checkpoint;
  let cause;
  try {
    ({ id, action } = engine.open(describeOptions(name, options, host)));
    for (;;) {
      if (action.progress) {
        checkpoint = action.progress;
        onProgress?.(progressOf(checkpoint));
      }
      if (action.do === 'done') return action;
      if (action.do === 'fail') throw toError(action.failure, { cause });
      if (signal?.aborted) throw signal.reason;
      cause = undefined;
      switch (action.do) {
        case 'sign':
          ({ action, cause } = await sign(host, engine, id, options));
          break;
        case 'wait':
          if (action.retry) onRetry?.(retryOf(action));
          await engine.sleep(id, action.ms, signal);
          action = engine.step(id, { report: 'tick' });
          break;
        case 'fetch':
          ({ action, cause } = await call(engine, id, action, options));
          break;
        case 'page': {
          const { groupIds, totalCount, next } = action;
          const duplicates = yield { groupIds, totalCount, next, checkpoint: action.checkpoint };
          if (signal?.aborted) throw signal.reason;
          action = engine.step(id, { report: 'taken', duplicates: duplicates ?? 0 });
          break;
        }
        default:
          throw new Panic(`the engine asked for '${action.do}'`);
      }
    }
  } catch (error) {
    if (error instanceof Panic) throw internalError(error, checkpoint);
    if (signal?.aborted && error === signal.reason) attach(error, 'checkpoint', engine.close(id));
    throw error;
  } finally {
    engine.close(id); // where it has not ended by itself: aborted, left early, or a callback threw
  }
}

/** Adds a hidden property to an abort's reason, which is the caller's own and may be anything. */
export function attach(reason, name, value) {
  if (Object(reason) === reason && Object.isExtensible(reason) && !Object.hasOwn(reason, name)) {
    Object.defineProperty(reason, name, { value });
  }
}

async function sign(host, engine, id, { userSig, secretKey, sdkAppId, identifier, signal }) {
  let signed;
  try {
    signed = secretKey
      ? await host.sign({ sdkAppId, secretKey, identifier, expireSeconds: userSigLifeSeconds })
      : typeof userSig === 'function'
        ? await untilAborted(Promise.resolve(userSig()), signal)
        : userSig;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
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

function internalError(panic, checkpoint) {
  return toError(
    {
      kind: 'internal',
      message: `The engine failed: ${panic.message}.`,
      hint: 'This is a fault of tencent-chat-groups: please report it. The next call starts a fresh engine.',
      retryable: true,
      checkpoint,
    },
    { cause: panic },
  );
}
