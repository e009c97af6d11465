// How long a page takes by the number of its IDs: this package, JSON.parse and map, and an ordinary Go client.
import assert from 'node:assert/strict';
import { compactAnswer } from './answers.mjs';
import { byTurns, median } from './measure.mjs';
import { startOrdinary } from './ordinary.mjs';
import { startReaders } from './reader.mjs';

export const sizes = [100, 300, 1000, 3000, 10_000];
export const readers = ['this package', 'JSON.parse and map', 'an ordinary Go client'];

/** @returns {Promise<number[][]>} for each of the readers, its ms by size */
export async function timesBySize(msEach) {
  const readPage = await startOrdinary();
  const times = readers.map(() => []);
  for (const size of sizes) {
    const { ours, theirs, bytes } = await startReaders(compactAnswer, size);
    const ordinary = { run: () => readPage(bytes) };
    assert.deepEqual(ordinary.run(), theirs.run());
    const rounds = await byTurns(msEach, [ours, theirs, ordinary]);
    for (const [i, each] of rounds.entries()) times[i].push(median(each));
  }
  return times;
}
