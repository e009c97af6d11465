/** The worker that holds the listed IDs. src/store.js is the page's side of it and says what each call does. */
import { FormatError } from '../../js/formats.js';
import { fileTypes, writerOf } from './file-formats.js';
import { matcher } from './matcher.js';

// A search stops to see what else has come after so long: rows for a page that scrolls, or a newer search.
const sliceMs = 8;
// Rows that are written at once.
const writtenRows = 20_000;

let ids = [];
let unique = new Set();
let runs = []; // of IDs of one type: { from, type }
let matches; // the indexes of what matches; undefined where all are shown
let matching; // reports whether the ID at an index matches
let searched = 0; // IDs that the search has looked at
let view = 0;
let search; // a promise, while one is under way
let hidden = false; // nothing is given out
let isInFile = new Uint8Array(); // by index: 1 for an ID that a file has
let exported = 0; // how many those are

const shown = () => (hidden ? 0 : (matches?.length ?? ids.length));
const indexOf = (nth) => (matches ? matches[nth] : nth);

function tell(more) {
  const state = { size: ids.length, exported, shown: shown(), searching: search !== undefined, view, ...more };
  postMessage({ state });
}

const aMoment = () => new Promise((resolve) => setTimeout(resolve));

const calls = {
  add({ ids: page, type }) {
    if (runs.at(-1)?.type !== type) runs.push({ from: ids.length, type });
    for (const id of page) {
      if (unique.has(id)) continue;
      unique.add(id);
      ids.push(id);
    }
    tell();
    if (matching) look();
    return ids.length;
  },

  clear() {
    ids = [];
    unique = new Set();
    runs = [];
    isInFile = new Uint8Array();
    exported = 0;
    hidden = false;
    begin();
  },

  hide({ hidden: now }) {
    hidden = now;
    view++;
    tell();
  },

  find({ query, matchCase, type }) {
    matching = matchingOf(matcher(query, matchCase), type);
    begin();
    if (matching) look();
  },

  rows({ from, to }) {
    const rows = [];
    for (let i = from; i < Math.min(to, shown()); i++) {
      const nth = indexOf(i);
      rows.push({ id: ids[nth], type: typeOf(nth), nth });
    }
    return { view, rows };
  },

  text({ ranges }) {
    const lines = indexesIn(ranges).map((nth) => ids[nth]);
    return { text: lines.join('\n'), rows: lines.length, broken: lines.some((id) => /[\r\n]/.test(id)) };
  },

  /** The ranges are of a view: of another one they would be other IDs. Without them, all that is shown is written. */
  async write({ format, byType, ranges, ofView, handle }) {
    await search;
    if (hidden) throw new Error('nobody is signed in');
    if (ranges && ofView !== view) throw new Error('other groups are shown by now');
    // As it is now: what is listed or looked for meanwhile changes nothing in the file.
    const all = ids;
    const typed = runs;
    const nths = indexesIn(ranges ?? [[0, shown()]]);
    const { head, row, tail } = writerOf(format, byType);
    const file = await fileAt(handle, format);
    try {
      await file.put(head);
      for (let from = 0; from < nths.length; from += writtenRows) {
        const some = nths.slice(from, from + writtenRows);
        await file.put(some.map((nth) => row(all[nth], typeOf(nth, typed))).join(''));
        tell({ written: (from + some.length) / nths.length });
        await aMoment();
        if (ids !== all) throw new Error('the groups were discarded meanwhile');
      }
      await file.put(tail());
      const blob = await file.close();
      note(nths);
      return { rows: nths.length, blob };
    } catch (error) {
      await file.abort();
      if (error instanceof FormatError) return { lineBreak: true };
      throw error;
    }
  },
};

/** Returns what writes to the user's file, or to one in memory. */
async function fileAt(handle, format) {
  if (handle) {
    const file = await handle.createWritable();
    return { put: (text) => file.write(text), close: () => file.close(), abort: () => file.abort().catch(() => {}) };
  }
  const parts = [];
  return {
    put: (text) => parts.push(new Blob([text])),
    close: () => new Blob(parts, { type: fileTypes[format].type }),
    abort() {},
  };
}

function indexesIn(ranges) {
  const nths = [];
  for (const [from, to] of ranges) for (let i = from; i < Math.min(to, shown()); i++) nths.push(indexOf(i));
  return nths;
}

/** Notes which IDs a file has. */
function note(nths) {
  if (isInFile.length < ids.length) {
    const longer = new Uint8Array(ids.length);
    longer.set(isInFile);
    isInFile = longer;
  }
  for (const nth of nths) {
    exported += 1 - isInFile[nth];
    isInFile[nth] = 1;
  }
  tell();
}

function matchingOf(hasQuery, type) {
  if (!type) return hasQuery && ((nth) => hasQuery(ids[nth]));
  return (nth) => typeOf(nth) === type && (!hasQuery || hasQuery(ids[nth]));
}

function typeOf(nth, typed = runs) {
  return typed.findLast(({ from }) => from <= nth)?.type ?? null;
}

/** Starts the view again. */
function begin() {
  matches = matching && [];
  searched = 0;
  view++;
  tell();
}

/** Looks at what was not looked at yet. */
async function look() {
  if (search) return; // which continues with the current IDs
  search = slices();
  await search;
  search = undefined;
  tell();
}

/** The search, slice by slice. Another one that begins meanwhile takes its place from the next slice on. */
async function slices() {
  let since = performance.now();
  while (matching && searched < ids.length) {
    if (matching(searched)) matches.push(searched);
    searched++;
    if (searched % 256 === 0 && performance.now() - since > sliceMs) {
      tell();
      await aMoment();
      since = performance.now();
    }
  }
}

addEventListener('message', async ({ data: { call, ...message } }) => {
  try {
    postMessage({ call, value: await calls[message.do](message) });
  } catch (error) {
    postMessage({ call, error });
  }
});
