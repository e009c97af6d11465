// Ratios of two things that are done in turn, so that whatever else the machine does slows both.

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Runs ours and theirs by turns and returns the medians in ms, and the median of theirs / ours (more is better).
 * @param {number} times
 * @param {(i: number) => unknown} prepare makes what both get, outside of the measured time
 */
export async function pairs(times, prepare, ours, theirs) {
  const warmUp = Math.ceil(times / 5);
  const [a, b, ratios] = [[], [], []];
  for (let i = -warmUp; i < times; i++) {
    const [forOurs, forTheirs] = [prepare(2 * i), prepare(2 * i + 1)];
    const begin = performance.now();
    await ours(forOurs);
    const middle = performance.now();
    await theirs(forTheirs);
    const end = performance.now();
    if (i < 0) continue;
    a.push(middle - begin);
    b.push(end - middle);
    ratios.push((end - middle) / (middle - begin));
  }
  return { ours: median(a), theirs: median(b), ratio: median(ratios) };
}
