/** tencent-chat-groups count */
import { countGroups } from '../node.js';
import { isByType } from './options.js';
import { say } from './output.js';
import { progressOn } from './progress.js';

export async function count(options, values, { stdout, stderr, env, hide }) {
  const progress = progressOn(stderr, env, { verbose: values.verbose, hide });
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
  await say(stdout, typeof counted === 'number' ? `${counted}\n` : table(counted), options.signal);
}

/** A line a type and one for all of them, as `wc` writes the counts of several files, wherever it goes. */
function table({ totalCount, totalCountByType }) {
  const rows = [...Object.entries(totalCountByType), ['total', totalCount]];
  const width = String(totalCount).length;
  return rows.map(([name, n]) => `${String(n).padStart(width)} ${name}\n`).join('');
}
