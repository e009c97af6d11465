// How long a listing takes at the real pace, against what the pace demands.
import { measurePace } from '../scripts/experiments/pace.mjs';
import { median } from './measure.mjs';

const listings = 3;

/**
 * Lists three apps at once, a third of the interval apart, and returns the one in the middle: waiting takes long, and a
 * moment at which the machine does something else meets whoever is about to send, but hardly all three.
 */
export async function measurePaces(pages) {
  const results = await Promise.all(
    Array.from({ length: listings }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, (i * 1000) / listings));
      return measurePace(pages, '50ms', 0);
    }),
  );
  const ratio = median(results.map((result) => result.ratio));
  const throttled = results.reduce((sum, result) => sum + result.throttled, 0);
  return { ...results.find((result) => result.ratio === ratio), throttled };
}
