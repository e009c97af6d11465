/** The listed IDs, which a worker holds: adding, finding and writing a million of them never stops the page. */
import { redraw } from './dom.js';

/** What the worker told last. */
export const store = {
  /** IDs held. */
  size: 0,
  /** The types are known, and written into files. */
  byType: false,
  /** What is looked for: a text, and IDs of one type, '' for all. */
  query: '',
  matchCase: false,
  type: '',
  /** IDs shown: those that match. */
  shown: 0,
  /** The search has not yet looked at all. */
  searching: false,
  /** Share of a file that is written, from 0 to 1; undefined while none is. */
  written: undefined,
  /** IDs that a file has. */
  exported: 0,
  /** IDs that are in no file yet. */
  get unsaved() {
    return store.size - store.exported;
  },
  /** Counts up whenever rows that were given out are no longer the right ones. */
  view: 0,

  /** Adds a page. Returns how many IDs there are then; what came before is left out. */
  add: (ids, type) => ask({ do: 'add', ids, type }),

  /** Forgets all. */
  async clear(byType) {
    if (isBroken) restart();
    await ask({ do: 'clear' });
    store.byType = byType;
    if (store.type !== '') store.find(store.query, store.matchCase);
    redraw();
  },

  /** Shows only IDs that contain a text, of one type or, by '', of all. */
  find(query, matchCase, type = '') {
    Object.assign(store, { query, matchCase, type });
    return ask({ do: 'find', query, matchCase, type }).catch(hasNothing);
  },

  /**
   * Forgets all at once, whatever the worker is doing: another one takes its place. Unanswered calls reject. So a
   * worker that does not start, or no longer answers, delays nothing.
   */
  discard() {
    restart();
    redraw();
  },

  /** Gives out nothing more, until show(), clear() or discard(). */
  hide: () => ask({ do: 'hide', hidden: true }).catch(hasNothing),

  show: () => ask({ do: 'hide', hidden: false }).catch(hasNothing),

  /**
   * Some of what is shown.
   * @returns {Promise<{ view: number, rows: { id: string, type: string | null, nth: number }[] }>} nth counts all from 0
   */
  async rows(from, to) {
    const { view, rows } = await ask({ do: 'rows', from, to });
    return { view: firstView + view, rows };
  },

  /**
   * IDs of what is shown, one a line.
   * @param {[number, number][]} ranges from the one to before the other
   * @returns {Promise<{ text: string, rows: number, broken: boolean }>} broken: an ID has a line break itself
   */
  text: (ranges) => ask({ do: 'text', ranges }),

  /**
   * Writes what is shown, or ranges of it, to a file.
   * @param {string} format a name in fileTypes
   * @param {[number, number][] | undefined} ranges rows; undefined for all that is shown
   * @param {number} view that the ranges are of
   * @param {FileSystemFileHandle} [handle] where to
   * @returns {Promise<{ rows: number, blob?: Blob, lineBreak?: boolean }>} the file, if there was no handle; lineBreak:
   *   nothing was written, as an ID has a line break, and the format has one ID per line
   */
  async write(format, ranges, view, handle) {
    store.written = 0;
    redraw();
    try {
      return await ask({ do: 'write', format, byType: store.byType, ranges, ofView: view - firstView, handle });
    } finally {
      store.written = undefined;
      redraw();
    }
  },
};

// Browsers that know Trusted Types start a worker from what a policy has approved alone. This one approves one file.
const policy = globalThis.trustedTypes?.createPolicy('console', {
  createScriptURL(url) {
    if (url !== WORKER) throw new TypeError('the console has one worker');
    return url;
  },
});
let worker;
let isBroken = false;
let waiting = new Map(); // of calls: how to settle them
let calls = 0;
let firstView = 0; // each worker counts its views from 0
let onBreak = () => {};

// A worker that broke has no IDs to hide, show or search: onBreak has told that.
const hasNothing = () => {};

/** Forgets all at once and for good: the page is being left. */
export const closeStore = () => worker.terminate();

/** Calls a listener with the error when the worker breaks down. What it held is lost. */
export function onStoreBreak(listener) {
  onBreak = listener;
}

function restart() {
  worker?.terminate();
  isBroken = false;
  settleAll(new Error('the groups were discarded meanwhile'));
  empty();
  const fresh = new Worker(policy ? policy.createScriptURL(WORKER) : WORKER, { name: 'groups' });
  fresh.addEventListener('message', ({ data }) => fresh === worker && onMessage(data));
  fresh.addEventListener('error', (event) => {
    event.preventDefault(); // it is shown on the page
    if (fresh === worker) onError(event.message || 'the worker could not be started');
  });
  worker = fresh;
}

function empty() {
  firstView = store.view + 1;
  const nothing = { size: 0, shown: 0, exported: 0, searching: false, query: '', matchCase: false, type: '' };
  Object.assign(store, nothing, { view: firstView });
}

function settleAll(error) {
  const unanswered = waiting.values();
  waiting = new Map();
  for (const { reject } of unanswered) reject(error);
}

function ask(message) {
  const call = ++calls;
  return new Promise((resolve, reject) => {
    if (isBroken) throw new Error('the worker has stopped');
    waiting.set(call, { resolve, reject });
    worker.postMessage({ ...message, call });
  });
}

function onMessage({ call, value, error, state }) {
  if (state) {
    Object.assign(store, state, { view: firstView + state.view });
    redraw();
  }
  if (call === undefined) return;
  const { resolve, reject } = waiting.get(call);
  waiting.delete(call);
  if (error) reject(error);
  else resolve(value);
}

function onError(message) {
  const error = Object.assign(new Error(message), { kind: 'store' });
  isBroken = true;
  worker.terminate();
  settleAll(error);
  empty();
  onBreak(error);
  redraw();
}

restart();
