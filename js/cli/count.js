/** tencent-chat-groups count */
import { countGroups } from '../node.js';
import { isByType } from './options.js';
import { say } from './output.js';
import { progressOn } from './progress.js';

export async function count(options, values, { stdout, stderr, env, hide, introduce }) {
  introduce();
  const progress = progressOn(stderr, env, { ...values, hide });
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
  const found = typeof counted === 'number' ? { totalCount: counted } : counted;
  await say(stdout, values.format === 'json' ? `${JSON.stringify(found)}\n` : table(found), options.signal);
}

/** The number alone or, by type, a line per type and one for all of them, as `wc` writes the counts of several files. */
function table({ totalCount, totalCountByType }) {
  if (totalCountByType === undefined) return `${totalCount}\n`;
  const rows = [...Object.entries(totalCountByType), ['total', totalCount]];
  const width = String(totalCount).length;
  return rows.map(([name, n]) => `${String(n).padStart(width)} ${name}\n`).join('');
}
