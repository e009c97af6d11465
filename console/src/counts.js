/** How many groups there are, in all and of each type. */
import { countGroups } from '../../js/browser.js';
import { groupTypes } from '../../js/facts.js';
import { redraw } from './dom.js';
import { asCaller, expire, identify, isRefusal } from './session.js';

/** In the order in which the service's documentation and the command line have them. */

export const counts = {
  total: undefined,
  /** By type, as far as they are known. */
  byType: {},
  /** The type that is being counted; null for all together. */
  now: undefined,
  error: undefined,
};

let counting; // aborts the count that is under way

/** Whether a count is under way. */
export const isCounting = () => counting !== undefined;

/**
 * Counts type after type. What is known is there at once, and a count of all that was made just now is not made again.
 * @param {number} [total]
 * @returns {Promise<boolean>} whether everything was counted
 */
export async function count(total) {
  counting?.abort();
  const mine = new AbortController();
  counting = mine;
  counts.error = undefined;
  identify();
  try {
    if (total === undefined) await countOne(null, mine.signal);
    else counts.total = total;
    for (const type of groupTypes) await countOne(type, mine.signal);
    return true;
  } catch (error) {
    if (mine.signal.aborted) return false;
    counts.error = error;
    if (isRefusal(error)) expire();
    return false;
  } finally {
    if (counting === mine) {
      counting = undefined;
      counts.now = undefined;
    }
    redraw();
  }
}

async function countOne(type, signal) {
  counts.now = type;
  redraw();
  const n = await countGroups({ ...asCaller(), groupType: type ?? undefined, signal });
  learn(type, n);
}

/** Takes over what an answer told by the way: the TotalCount of a type, or null for all together. */
export function learn(type, n) {
  if (type === null) counts.total = n;
  else counts.byType[type] = n;
  redraw();
}

/** Stops counting. */
export function stopCounting() {
  counting?.abort();
}

/** Forgets everything. */
export function forgetCounts() {
  stopCounting();
  counts.total = undefined;
  counts.byType = {};
  counts.error = undefined;
}
