// A process that lists all groups through the proxies repeatedly, as a user of the npm package would. Its parent sends
// the options, and receives a message per page, retry and listing.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { listAllGroups } from 'tencent-chat-groups';
import { secretSearch } from './secrets.mjs';

const [{ proxies, token, limit, digest }] = await once(process, 'message');
const search = secretSearch([token]);
const report = (text) => {
  const secret = search(text);
  if (secret) process.send({ secret });
};
const searching = async (url, init) => {
  const answer = await fetch(url, init);
  report([...answer.headers].join('\n') + (await answer.clone().text()));
  return answer;
};
let finishing = false;
process.on('message', () => {
  finishing = true;
});

for (let number = 0; !finishing; number++) {
  const replica = number % proxies.length;
  try {
    const { groupIds, complete, elapsedMs } = await listAllGroups({
      proxy: proxies[replica],
      headers: { authorization: `Bearer ${token}` },
      limit,
      fetch: searching,
      // The console's options: the proxy keeps the pace, and a turn may take long.
      minIntervalMs: 0,
      timeoutMs: 60_000,
      maxRetries: 20,
      onProgress: () => void process.send({ page: replica }),
      onRetry: ({ attempt }) => void process.send({ attempt }),
    });
    const same = createHash('sha256').update(groupIds.join('\n')).digest('hex') === digest;
    process.send({ listing: complete && same ? 'complete' : 'incomplete', groups: groupIds.length, elapsedMs });
  } catch (error) {
    report(error.message);
    process.send({ listing: 'failed', error: `${error.name}: ${error.message}` });
    await pause(1000);
  }
}
process.disconnect();
