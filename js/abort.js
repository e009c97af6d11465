/** Waiting that a signal can end at once. Nothing stays behind: no listener, no timer. */

const listeners = new WeakMap(); // AbortSignal → the functions that its one listener of ours calls

/**
 * Calls a function when a signal aborts, until the function that this returns is called. However many listings share a
 * signal, it gets one listener: runtimes warn of a leak when there are more than a few.
 */
export function onAbort(signal, run) {
  let all = listeners.get(signal);
  if (!all) {
    all = new Set();
    all.notify = () => {
      for (const each of [...all]) each();
    };
    listeners.set(signal, all);
  }
  if (all.size === 0) signal.addEventListener('abort', all.notify, { once: true });
  all.add(run);
  return () => {
    all.delete(run);
    if (all.size === 0) signal.removeEventListener('abort', all.notify);
  };
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. What is no promise is there at once. */
export function untilAborted(promise, signal) {
  if (!signal || typeof promise?.then !== 'function') return promise;
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
