/** The worker that holds the listed IDs. src/store.js is the page's side of it and says what each call does. */
import { formats, formatsByType } from '../../js/cli/formats.js';
import { matcher } from './matcher.js';

// A search stops to see what else has come after so long: rows for a page that scrolls, or a newer search.
const sliceMs = 8;
// Rows that are written at once.
const writtenRows = 20_000;

let ids = [];
let unique = new Set();
let runs = []; // of IDs of one type: { from, type }
let matches; // the indexes of what matches; undefined where all are shown
let matching; // tells whether an ID matches
let searched = 0; // IDs that the search has looked at
let view = 0;
let search; // a promise, while one is under way
let hidden = false; // nothing is given out

const shown = () => (hidden ? 0 : (matches?.length ?? ids.length));
const indexOf = (nth) => (matches ? matches[nth] : nth);

function tell(more) {
  const state = { size: ids.length, shown: shown(), searching: search !== undefined, view, ...more };
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
    hidden = false;
    begin();
  },

  hide({ hidden: now }) {
    hidden = now;
    view++;
    tell();
  },

  find({ query, matchCase }) {
    matching = matcher(query, matchCase);
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
    const lines = [];
    for (const [from, to] of ranges) for (let i = from; i < Math.min(to, shown()); i++) lines.push(ids[indexOf(i)]);
    return { text: lines.join('\n'), rows: lines.length, broken: lines.some((id) => /[\r\n]/.test(id)) };
  },

  async write({ format, byType, handle }) {
    await search;
    if (hidden) throw new Error('nobody is signed in');
    const { head, row } = (byType ? formatsByType : formats)[format];
    // As it is now: what is listed or looked for meanwhile changes nothing in the file.
    const all = ids;
    const some = matches;
    const typed = runs;
    const rows = shown();
    const parts = [];
    const file = await handle?.createWritable();
    const put = file ? (text) => file.write(text) : (text) => parts.push(new Blob([text]));
    try {
      await put(head);
      for (let from = 0; from < rows; from += writtenRows) {
        const to = Math.min(from + writtenRows, rows);
        let text = '';
        for (let i = from; i < to; i++) {
          const nth = some ? some[i] : i;
          text += row(all[nth], typeOf(nth, typed));
        }
        await put(text);
        tell({ written: to / rows });
        await aMoment();
        if (ids !== all) throw new Error('the groups were discarded meanwhile');
      }
      await file?.close();
    } catch (error) {
      await file?.abort().catch(() => {});
      throw error;
    }
    return { rows, blob: file ? undefined : new Blob(parts, { type: mediaTypes[format] }) };
  },
};

const mediaTypes = { csv: 'text/csv', 'csv-safe': 'text/csv', ndjson: 'application/x-ndjson' };

function typeOf(nth, typed = runs) {
  return typed.findLast(({ from }) => from <= nth)?.type ?? null;
}

/** What is shown begins anew. */
function begin() {
  matches = matching && [];
  searched = 0;
  view++;
  tell();
}

/** Looks at what was not looked at yet. */
async function look() {
  if (search) return; // which goes on with what there is now
  search = slices();
  await search;
  search = undefined;
  tell();
}

/** The search, slice by slice. Another one that begins meanwhile takes its place from the next slice on. */
async function slices() {
  let since = performance.now();
  while (matching && searched < ids.length) {
    if (matching(ids[searched])) matches.push(searched);
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
