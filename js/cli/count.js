/** tencent-chat-groups count */
import { countGroups } from '../node.js';
import { say } from './output.js';
import { progressOn } from './progress.js';

export async function count(options, values, { stdout, stderr, env }) {
  const progress = progressOn(stderr, env, values.verbose);
  let total;
  try {
    total = await countGroups({ ...options, onRetry: (retry) => progress.retry(retry) });
  } finally {
    progress.end();
  }
  await say(stdout, `${total}\n`, options.signal);
}
