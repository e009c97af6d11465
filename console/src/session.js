/** Who is asking: the token, which lives in this module's memory and nowhere else, and whether one is needed at all. */
import { countGroups, init } from '../../js/browser.js';
import { callerOf, isUser } from './caller.js';
import { redraw } from './dom.js';

// Where a try fails for so long, the proxy's queue is longer than anybody should wait.
const timeoutMs = 60_000;

let token;

// Whose token is no longer accepted, and what is to be done with what they listed.
let expiredCaller;
let kept = { hide() {}, async show() {}, async discard() {} };

/**
 * Says what to do with what a caller listed: `hide` it when their token is no longer accepted; then `show` it if they
 * sign in again, or `discard` it before somebody else is in.
 */
export function keepForCaller(what) {
  kept = what;
}

/**
 * - `connecting`: the first call is under way
 * - `unreachable`: it failed, for a reason other than a missing token
 * - `signIn`: a token is needed
 * - `in`: calls are answered
 */
export const session = {
  phase: 'connecting',
  /** The proxy asks for a token. */
  guarded: false,
  /** A token was good and is no more. */
  expired: false,
  /** With another token, the one who had it would be known to be the same. */
  knowsUser: false,
  /** A token is being tried. */
  trying: false,
  /** What is wrong with the token that was entered: the key of a text. */
  refusal: undefined,
  /** What went wrong otherwise. */
  error: undefined,
  /** The last failed try, while it is repeated. */
  retry: undefined,
  /** The app and the caller, as the proxy knows them: { sdkAppId, caller }. Undefined until the proxy has answered. */
  identity: undefined,
};

/** The options of each call. The pace is the proxy's to keep, for all who ask: one here would only add to it. */
export const asCaller = () => ({
  proxy: location.pathname,
  headers: token === undefined ? undefined : { authorization: `Bearer ${token}` },
  minIntervalMs: 0,
  timeoutMs,
});

/**
 * Asks the proxy for the app and the caller, unless they are known. Only the header shows them. After a failure, the
 * next count asks again.
 */
export async function identify() {
  if (session.identity) return;
  const { headers } = asCaller();
  const asked = token;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${location.pathname}whoami`, { headers, signal, redirect: 'error' });
    const identity = identityIn(response.ok ? await response.json() : undefined);
    if (session.phase !== 'in' || token !== asked) return; // somebody else may be in by now
    session.identity = identity;
    redraw();
  } catch {
    // The proxy is gone, or something else answered in its place.
  }
}

function identityIn(answer) {
  if (!Number.isInteger(answer?.sdkAppId)) return undefined;
  return { sdkAppId: answer.sdkAppId, caller: typeof answer.caller === 'string' ? answer.caller : undefined };
}

export const isRefusal = (error) => error.kind === 'http' && error.status === 401;

/**
 * Makes the first call, without a token.
 * @returns {Promise<number | undefined>} how many groups there are, if it was answered
 */
export async function connect() {
  session.phase = 'connecting';
  session.error = undefined;
  redraw();
  return firstCall(() => {
    session.phase = 'signIn';
    session.guarded = true;
  });
}

/** Tries a token, as connect does without one. */
export async function signIn(entered) {
  const given = entered.trim();
  session.error = undefined;
  session.refusal = given === '' ? 'tokenMissing' : /^[\x21-\x7e]+$/.test(given) ? undefined : 'tokenMalformed';
  redraw();
  if (session.refusal) return undefined;
  token = given;
  session.trying = true;
  const total = await firstCall(() => {
    session.refusal = 'tokenRefused';
  });
  session.trying = false;
  if (total === undefined) token = undefined;
  redraw();
  return total;
}

async function firstCall(onRefusal) {
  try {
    await init({ wasm: WASM });
    const total = await countGroups({
      ...asCaller(),
      onRetry: (retry) => {
        session.retry = retry;
        redraw();
      },
    });
    if (session.expired) await (callerOf(token) === expiredCaller ? kept.show() : kept.discard());
    session.phase = 'in';
    session.expired = false;
    return total;
  } catch (error) {
    if (isRefusal(error)) onRefusal();
    else {
      session.error = error;
      if (session.phase === 'connecting') session.phase = 'unreachable';
    }
    return undefined;
  } finally {
    session.retry = undefined;
    redraw();
  }
}

/** The token is no longer accepted. */
export function expire() {
  if (session.phase !== 'in') return;
  expiredCaller = callerOf(token);
  session.knowsUser = isUser(token);
  token = undefined;
  session.identity = undefined;
  session.phase = 'signIn';
  session.guarded = true;
  session.expired = true;
  kept.hide();
  redraw();
}

/** Forgets the token. */
export function signOut() {
  token = undefined;
  session.identity = undefined;
  session.phase = 'signIn';
  session.expired = false;
  session.refusal = undefined;
  redraw();
}
