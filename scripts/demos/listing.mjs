// `make demo`: starts the sandbox with 25,000 groups, lists them all through the npm package, and stops the sandbox.
import { listAllGroups } from 'tencent-chat-groups';
import { startSandbox } from '../programs/sandbox.mjs';

const groups = 25_000;
const sandbox = await startSandbox(['--groups', String(groups)]);
try {
  const { endpoint, sdkAppId, identifier } = sandbox.options;
  console.log(`The sandbox has ${groups} groups at ${endpoint} (SDKAppID ${sdkAppId}, admin ${identifier}).`);

  const listing = await listAllGroups({
    ...sandbox.options, // endpoint, sdkAppId, identifier and secretKey: the package signs with the key
    onProgress: ({ groups: listed, totalCount }) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${listed} of ${totalCount} groups`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

  const { groupIds, totalCount, requests, elapsedMs, complete } = listing;
  console.log(`Listed ${groupIds.length} of ${totalCount} groups${complete ? ', all of them' : ''}.`);
  console.log(`First: ${groupIds.slice(0, 3).join(' ')}`);
  console.log(`Last:  ${groupIds.slice(-3).join(' ')}`);
  console.log(`${requests} calls, one a second, in ${(elapsedMs / 1000).toFixed(1)} s.`);
  if (!complete) process.exitCode = 1;
} finally {
  await sandbox.stop();
}
