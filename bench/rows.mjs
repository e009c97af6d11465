// What is measured, and what it should come to.
import { compactAnswer, unusualAnswer } from './answers.mjs';
import { mostGrowth, streamAndWeigh } from './memory.mjs';
import { measurePaces } from './pace.mjs';
import { compareProfiles } from './profiles.mjs';
import { compareCalls, compareReaders } from './reader.mjs';
import { measureSize, mostSize } from './size.mjs';
import { compareStarts } from './start.mjs';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} [least] the goal, where more is better: how many times as long the other takes
 * @property {number} [most] the goal, where less is better: how many times as much as the other, or as before
 * @property {string} unit of ours and theirs
 * @property {() => Promise<Result>} measure
 *
 * @typedef {object} Result
 * @property {number} ours in ms or bytes
 * @property {number} theirs what it is held against
 * @property {number} ratio
 * @property {number} [from] and to: the interval that holds the ratio with a probability of 95 %
 * @property {number} [to]
 * @property {number} [throttled] calls that came too early: none is allowed
 */

/**
 * The rows, in their order. All in all the short form stays under a minute.
 * @param {boolean} full longer, for figures to keep
 * @returns {Row[]}
 */
export function rows(full) {
  const ms = full ? 20_000 : 4000;
  const pages = full ? 60 : 20;
  let streamed; // two rows look at one stream
  const growthOf = (what) => async () => {
    streamed ??= streamAndWeigh();
    const { settled, last } = await streamed;
    return { ours: last[what], theirs: settled[what], ratio: last[what] / settled[what] };
  };
  return [
    {
      name: 'a page of 10,000 IDs in the compact form, against JSON.parse and map',
      least: 2.5,
      unit: 'ms',
      measure: () => compareReaders(ms, compactAnswer, 10_000),
    },
    {
      name: 'the same with white space, other order, unknown fields, escapes and non-ASCII',
      least: 1,
      unit: 'ms',
      measure: () => compareReaders(ms, unusualAnswer, 10_000),
    },
    {
      name: 'listGroups with a fetch from memory, against await res.json() and map',
      least: 1,
      unit: 'ms',
      measure: () => compareCalls(ms, compactAnswer, 10_000),
    },
    {
      name: '50 profiles, against JSON.parse and the same mapping',
      least: 1,
      unit: 'ms',
      measure: () => compareProfiles(ms, 50, false),
    },
    {
      name: 'the same where all is ASCII, which TextDecoder and JSON.parse read fastest',
      least: 0.85,
      unit: 'ms',
      measure: () => compareProfiles(ms, 50, true),
    },
    {
      name: '1,000,000 IDs in 2,000 pages: the JavaScript heap after the last page, against page 1,000',
      most: mostGrowth,
      unit: 'MB',
      measure: growthOf('heap'),
    },
    {
      name: "the same: the engine's memory",
      most: mostGrowth,
      unit: 'MB',
      measure: growthOf('engine'),
    },
    {
      name: 'groups.wasm, brotli, against an empty Go program',
      most: mostSize,
      unit: 'KB',
      measure: () => measureSize('empty'),
    },
    {
      name: 'the same, against one built with the flags that make groups.wasm small',
      most: mostSize,
      unit: 'KB',
      measure: () => measureSize('empty-small'),
    },
    {
      name: 'first listGroups in a fresh process, against an empty Go program and one fetch',
      most: 1.15,
      unit: 'ms',
      measure: async () => upsideDown(await compareStarts(full ? 60_000 : 10_000)),
    },
    {
      name: `${pages} pages at a steady latency of 50 ms, against what the pace demands`,
      most: 1.02,
      unit: 's',
      measure: () => measurePaces(pages),
    },
  ];
}

const upsideDown = ({ ours, theirs, ratio, from, to }) => ({
  ours,
  theirs,
  ratio: 1 / ratio,
  from: 1 / to,
  to: 1 / from,
});

/** The goal in words, and whether it is met. */
export function judge({ least, most }, { ratio, throttled = 0 }) {
  const goal = least === undefined ? `at most ${most.toFixed(2)}` : `at least ${least.toFixed(2)}`;
  return { goal, ok: throttled === 0 && (least === undefined ? ratio <= most : ratio >= least) };
}
