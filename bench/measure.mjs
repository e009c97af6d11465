// Times of things that are done by turns, and the ratio of two of them.
//
// Other programs on the machine make every time too long: by a little for seconds, or by much for a moment. So:
//
//   - Rounds are short, and in a round each side runs twice in a row. What slows the machine for longer than a round slows
//     both. The next round goes the other way round, so that neither is always the first.
//   - Every run is timed by itself. What it needs beforehand is made outside of the time.
//   - Of the two runs of a side the faster one counts, and of the ratios of all rounds the median: a moment's stop spoils a
//     run and no more, and each side has a run that finds the caches warm. The median is taken of logarithms, so that it does
//     not matter which of the two is divided by the other.
//   - A row has so much time, not so many rounds: what is short has many of them, and a busy machine does not make it longer.
//     A tenth of the time goes ahead uncounted, until V8 has optimized both.
//
// On two cores with two more programs waiting for them, the ratio of a page's readers scattered by 4 % between
// repetitions, where the median over plain pairs, each by turns, scattered by 10 %. Most of what is left is the
// system's: V8 maps new memory for every text of more than 128 KB, which costs much more on some machines, and at some
// moments, than on others. A quiet machine is the only help.
//
// Collecting garbage stops one run in twenty or so, whoever made it, and is left out here. That favours whoever makes
// more of it, which is theirs in the rows of the reader and of the call: run alone, it is collected 26 and 16 times
// where ours is 13 and 9 times.

const middle = (sorted) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;

export const median = (numbers) => middle(numbers.toSorted((a, b) => a - b));

/**
 * Runs all sides by turns, again and again for so many ms.
 * @param {number} ms
 * @param {{ prepare?: () => void, run: () => unknown }[]} sides
 * @returns {Promise<number[][]>} for each side, its time in each round: the faster of its two runs, in ms
 */
export async function byTurns(ms, sides) {
  const order = sides.flatMap((_, i) => [i, i]);
  const round = async () => {
    const times = sides.map(() => Number.POSITIVE_INFINITY);
    for (const i of order) {
      sides[i].prepare?.();
      const begin = performance.now();
      await sides[i].run();
      times[i] = Math.min(times[i], performance.now() - begin);
    }
    order.reverse();
    return times;
  };
  const rounds = async (until) => {
    const all = [];
    do all.push(await round());
    while (performance.now() < until);
    return all;
  };
  const begin = performance.now();
  await rounds(begin + ms / 10);
  const counted = await rounds(begin + ms);
  return sides.map((_, i) => counted.map((times) => times[i]));
}

/**
 * Holds ours against theirs.
 * @returns {Promise<{ ours: number, theirs: number, ratio: number, from: number, to: number }>} the medians in ms; how many
 *   times as long theirs takes, and between which numbers that is in 95 cases of 100
 */
export async function compare(ms, ours, theirs) {
  const [a, b] = await byTurns(ms, [ours, theirs]);
  return { ours: median(a), theirs: median(b), ...ratioOf(b, a) };
}

/** The median of a / b, and the interval that holds it with a probability of 95 %, whatever the distribution. */
export function ratioOf(a, b) {
  const logs = a.map((time, i) => Math.log(time / b[i])).sort((x, y) => x - y);
  const most = logs.length - 1;
  const off = 0.98 * Math.sqrt(logs.length);
  const at = (place) => Math.exp(logs[Math.min(Math.max(Math.round(place), 0), most)]);
  return { ratio: Math.exp(middle(logs)), from: at(most / 2 - off), to: at(most / 2 + off) };
}
