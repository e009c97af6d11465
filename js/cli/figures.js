/** Figures for people. */

/**
 * Returns a number with commas: 612,345. A checkpoint that somebody changed may have anything in its place.
 * @param {number} n
 */
export const number = (n) => Number(n).toLocaleString('en-US');

/**
 * Returns a number with its noun: '1 call', '2 calls'.
 * @param {number} n
 * @param {string} one
 * @param {string} [many]
 */
export const plural = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

/**
 * Returns a duration in at most two units: '0.4 s', '12 s', '3 min 5 s', '2 h 3 min'.
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  const min = Math.round(s / 60);
  return `${Math.floor(min / 60)} h ${min % 60} min`;
}
