/** tencent-chat-groups count */
import { countGroups } from '../node.js';
import { isByType } from './options.js';
import { print } from './output.js';
import { progressOn } from './progress.js';

/**
 * @import { GroupCounts } from '../../index.js'
 * @import { CommandOptions, Surroundings } from './main.js'
 * @import { Values } from './flags.js'
 */

/**
 * @param {CommandOptions} options
 * @param {Values} values
 * @param {Surroundings} surroundings
 */
export async function count(options, { format, quiet, verbose }, { stdout, stderr, env, hide, introduce }) {
  introduce();
  const progress = progressOn(stderr, env, { verbose, quiet, hide });
  if (isByType(options)) progress.counting();
  let counted;
  try {
    counted = await countGroups({
      ...options,
      onRetry: (retry) => progress.retry(retry),
    });
  } finally {
    progress.end();
  }
  const json = typeof counted === 'number' ? { totalCount: counted } : counted;
  const text = typeof counted === 'number' ? `${counted}\n` : table(counted);
  await print(stdout, format === 'json' ? `${JSON.stringify(json)}\n` : text, options.signal);
}

/**
 * Returns a line per type and one for the total, as `wc` prints the counts of several files.
 * @param {GroupCounts} counts
 */
function table({ totalCount, totalCountByType }) {
  const rows = [...Object.entries(totalCountByType), ['total', totalCount]];
  const width = String(totalCount).length;
  return rows.map(([name, count]) => `${String(count).padStart(width)} ${name}\n`).join('');
}
