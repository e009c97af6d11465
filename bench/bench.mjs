// `make bench-quick`: one line a row: name, ratio, goal, ok or short. `make bench` measures longer and prints the table in
// Markdown, for docs/benchmarks.md.
import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { measurePace } from '../scripts/pace.mjs';
import { compactAnswer, unusualAnswer } from './answers.mjs';
import { measureCall, measureReader } from './reader.mjs';
import { measureStart } from './start.mjs';

const full = process.argv.includes('--full');
const times = full ? 1000 : 200;

const size = async (name) => brotliCompressSync(await readFile(new URL(name, import.meta.url))).length;

// The ratio of a row that is measured in pairs is theirs / ours; that of the others, what came out / what it is held against.
const rows = [
  {
    name: 'a page of 10,000 IDs in the compact form, against JSON.parse and map',
    least: 2.5,
    measure: () => measureReader(compactAnswer, 10_000, times),
  },
  {
    name: 'the same with white space, other order, unknown fields, escapes and non-ASCII',
    least: 1,
    measure: () => measureReader(unusualAnswer, 10_000, times),
  },
  {
    name: 'listGroups with a fetch from memory, against await res.json() and map',
    least: 1,
    measure: () => measureCall(compactAnswer, 10_000, times),
  },
  {
    name: 'groups.wasm, brotli, against an empty Go program',
    most: 1.1,
    measure: async () => {
      const [ours, theirs] = [await size('../dist/groups.wasm'), await size('../build/empty.wasm')];
      return { ours, theirs, ratio: ours / theirs };
    },
  },
  {
    name: 'first listGroups in a fresh process, against an empty Go program and one fetch',
    most: 1.15,
    measure: async () => {
      const { ours, theirs, ratio } = await measureStart(full ? 40 : 12);
      return { ours, theirs, ratio: 1 / ratio };
    },
  },
  {
    name: '20 pages at a steady latency of 50 ms, against what the pace demands',
    most: 1.02,
    measure: () => measurePace(20, '50ms', 0),
  },
];

let short = 0;
if (full) console.log('| what | ratio | goal | ours | held against | |\n|---|---|---|---|---|---|');
for (const { name, least, most, measure } of rows) {
  const { ours, theirs, ratio, throttled = 0 } = await measure();
  const ok = throttled === 0 && (least === undefined ? ratio <= most : ratio >= least);
  if (!ok) short++;
  const goal = least === undefined ? `at most ${most.toFixed(2)}` : `at least ${least.toFixed(2)}`;
  const cells = [name, ratio.toFixed(2), goal];
  if (full) cells.push(...[ours, theirs].map((n) => (n >= 1000 ? Math.round(n).toString() : n.toFixed(2))));
  cells.push(ok ? 'ok' : 'short');
  console.log(full ? `| ${cells.join(' | ')} |` : cells.join('  '));
}
process.exitCode = short === 0 ? 0 : 1;
