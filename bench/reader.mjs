// From an answer's bytes to string[] with totalCount and next: through the module as shipped, and with JSON.parse and
// map.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Engine } from '../js/engine.js';
import { listGroups } from '../js/node.js';
import { compare } from './measure.mjs';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const firstNext = 1_000_000_000_000; // of one length with all that follow it
const pagesOfAListing = 100;

export function readPlainly(bytes) {
  const { GroupIdList, TotalCount, Next } = JSON.parse(decoder.decode(bytes));
  return { groupIds: GroupIdList.map((group) => group.GroupId), totalCount: TotalCount, next: String(Next) };
}

/**
 * An answer, and a way to give it another Next: no cursor may come twice in a listing. It always lies in the same
 * memory, as the chunks of a body do for all that either side knows.
 */
function answerWithNext(make, count) {
  const bytes = make(count, firstNext);
  const at = Buffer.from(bytes).indexOf(String(firstNext));
  return { bytes, setNext: (i) => encoder.encodeInto(String(firstNext + i), bytes.subarray(at)) };
}

/**
 * Both readers of one answer, as sides of a comparison. Ours reads the pages of listings of a million IDs, one after
 * the other. What a listing does between two pages, to open, to know that an answer's head has come and that a page was
 * taken, is left out here, since it has nothing to do with the answer. It is in the row of the whole call.
 */
export async function startReaders(make, count) {
  const engine = await Engine.start(
    await WebAssembly.compile(await readFile(new URL('../dist/groups.wasm', import.meta.url))),
  );
  const options = { proxy: 'https://proxy.example', minIntervalMs: 0 };
  const description = JSON.stringify({ call: 'listAllGroups', runtime: 'server', origin: '', options });
  const { bytes, setNext } = answerWithNext(make, count);
  let id;
  let pages = 0;
  const ours = {
    prepare() {
      if (pages % pagesOfAListing === 0) {
        if (pages > 0) engine.close(id);
        ({ id } = engine.open(description));
      } else {
        engine.step(id, { report: 'taken', duplicates: 0 });
      }
      setNext(pages++);
      engine.step(id, { report: 'headers', status: 200, retryAfterMs: 0 });
    },
    run() {
      const { do: todo, groupIds, totalCount, next } = engine.step(id, { report: 'body' }, bytes);
      if (todo !== 'page') throw new Error(`the engine says ${todo}`);
      return { groupIds, totalCount, next };
    },
  };
  const theirs = { run: () => readPlainly(bytes) };
  ours.prepare();
  assert.deepEqual(ours.run(), theirs.run());
  return { ours, theirs, bytes };
}

/** A page of one form. */
export async function compareReaders(ms, make, count) {
  const { ours, theirs } = await startReaders(make, count);
  return compare(ms, ours, theirs);
}

/** The whole call, with a fetch that answers at once from memory. */
export async function compareCalls(ms, make, count) {
  const bytes = make(count, firstNext);
  const fetch = async () => new Response(bytes);
  const ours = { run: () => listGroups({ proxy: 'https://proxy.example', minIntervalMs: 0, fetch }) };
  const theirs = {
    async run() {
      const { GroupIdList, TotalCount, Next } = await (await fetch()).json();
      return { groupIds: GroupIdList.map((group) => group.GroupId), totalCount: TotalCount, next: String(Next) };
    },
  };
  const { groupIds, totalCount, next } = await ours.run();
  assert.deepEqual({ groupIds, totalCount, next }, await theirs.run());
  return compare(ms, ours, theirs);
}
