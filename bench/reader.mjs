// From an answer's bytes to string[] with totalCount and next: through the module as shipped, and with JSON.parse and map.
import { readFile } from 'node:fs/promises';
import { Engine } from '../js/engine.js';
import { listGroups } from '../js/node.js';
import { pairs } from './measure.mjs';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const firstNext = 1_000_000_000_000; // of one length with all that follow it

/** Makes answers that differ in Next alone, so that no cursor comes twice. */
function answers(make, count) {
  const text = make(count, firstNext);
  const at = decoder.decode(text).indexOf(String(firstNext));
  if (decoder.decode(text.subarray(0, at)).length !== at) throw new Error('Next must stand before what is not ASCII');
  return (i) => {
    const bytes = text.slice();
    bytes.set(encoder.encode(String(firstNext + i)), at);
    return bytes;
  };
}

export function readPlainly(bytes) {
  const { GroupIdList, TotalCount, Next } = JSON.parse(decoder.decode(bytes));
  return { groupIds: GroupIdList.map((group) => group.GroupId), totalCount: TotalCount, next: Next };
}

/** A listing whose answers are read one after the other. */
export async function startReader() {
  const engine = await Engine.start(
    await WebAssembly.compile(await readFile(new URL('../dist/groups.wasm', import.meta.url))),
  );
  const options = { proxy: 'string:https://proxy.example', minIntervalMs: 'number:0' };
  const { id } = engine.open(JSON.stringify({ call: 'listAllGroups', runtime: 'server', origin: '', options }));
  return {
    prepare: () => engine.step(id, { report: 'headers', status: 200, retryAfterMs: 0 }),
    read(bytes) {
      engine.addBody(id, bytes);
      const { do: todo, groupIds, totalCount, next } = engine.step(id, { report: 'body' });
      if (todo !== 'page') throw new Error(`the engine says ${todo}`);
      return { groupIds, totalCount, next };
    },
    taken: () => engine.step(id, { report: 'taken', duplicates: 0 }),
  };
}

/** Measures a page of one form; more is better. */
export async function measureReader(make, count, times) {
  const reader = await startReader();
  const answer = answers(make, count);
  let i = 0;
  const prepare = () => {
    i++;
    if (i % 2 === 0) return answer(i); // theirs
    if (i > 1) reader.taken();
    reader.prepare();
    return answer(i);
  };
  return pairs(times, prepare, reader.read, readPlainly);
}

/** The whole call, with a fetch that answers at once from memory; more is better. */
export function measureCall(make, count, times) {
  const bytes = make(count, firstNext);
  const fetch = async () => new Response(bytes);
  return pairs(
    times,
    () => {},
    () => listGroups({ proxy: 'https://proxy.example', minIntervalMs: 0, fetch }),
    async () => {
      const { GroupIdList, TotalCount, Next } = await (await fetch()).json();
      return { groupIds: GroupIdList.map((group) => group.GroupId), totalCount: TotalCount, next: String(Next) };
    },
  );
}
