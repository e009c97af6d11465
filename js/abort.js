/** Waiting that a signal can end at once. Nothing stays behind: no listener, no timer. */

/** @type {WeakMap<AbortSignal, { runs: Set<() => void>, notify: () => void }>} what the one listener of ours calls */
const listeners = new WeakMap();

/**
 * Calls a function when a signal aborts, until the returned function is called. However many listings share a signal,
 * it gets one listener: runtimes warn of a leak when there are more than a few.
 * @param {AbortSignal} signal
 * @param {() => void} run
 */
export function onAbort(signal, run) {
  const { runs, notify } = listenerOf(signal);
  if (runs.size === 0) signal.addEventListener('abort', notify, { once: true });
  runs.add(run);
  return () => {
    runs.delete(run);
    if (runs.size === 0) signal.removeEventListener('abort', notify);
  };
}

/** @param {AbortSignal} signal */
function listenerOf(signal) {
  const known = listeners.get(signal);
  if (known) return known;
  /** @type {Set<() => void>} */
  const runs = new Set();
  const notify = () => {
    for (const run of [...runs]) run();
  };
  const listener = { runs, notify };
  listeners.set(signal, listener);
  return listener;
}

/**
 * Settles as a promise does, or rejects with the signal's reason as soon as it aborts. Other values are returned at
 * once.
 * @template T
 * @param {T} promise
 * @param {AbortSignal | undefined} signal
 * @returns {T | Promise<Awaited<T>>}
 */
export function untilAborted(promise, signal) {
  if (!signal || !isThenable(promise)) return promise;
  const settling = Promise.resolve(promise);
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      settling.catch(() => {}); // nobody will look at it any more
      reject(signal.reason);
      return;
    }
    const off = onAbort(signal, () => reject(signal.reason));
    settling.then(resolve, reject).finally(off);
  });
}

/**
 * @param {any} value
 * @returns {value is PromiseLike<unknown>}
 */
function isThenable(value) {
  return typeof value?.then === 'function';
}
