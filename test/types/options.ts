// What callers may write, and what the compiler must refuse.
import { createClient, type GroupListOptions, init, listAllGroups, listGroups } from 'tencent-chat-groups';

const who = { sdkAppId: 1400000000, identifier: 'administrator', secretKey: 'made-up' };

const everything: GroupListOptions = {
  sdkAppId: 1400000000,
  identifier: 'administrator',
  userSig: async () => 'made-up',
  region: 'silicon-valley',
  limit: 100,
  next: 4454685361n,
  groupType: 'Meeting',
  fetch,
  headers: { authorization: 'Bearer made-up' },
  credentials: 'include',
  signal: AbortSignal.timeout(1000),
  timeoutMs: 5000,
  maxRetries: 3,
  minIntervalMs: 1000,
  onProgress: ({ groups, totalCount, checkpoint }) => void [groups + totalCount, checkpoint.next],
  onRetry: ({ error, attempt, waitMs }) => void [error.kind, attempt + waitMs],
  maxPages: 10,
};
listGroups(everything);
listGroups({ ...who, userSig: undefined, next: '0' });
listGroups({ proxy: '/chat', endpoint: undefined });
createClient(who).listAllGroups();
init();
init({ wasm: new URL('https://example.com/groups.wasm') });
init({ wasm: new Uint8Array(8) });
init({ wasm: fetch('https://example.com/groups.wasm') });
init({ wasm: new Uint8Array(8), signer: new URL('https://example.com/usersig.wasm') });

// @ts-expect-error: the number is a string
listGroups({ ...who, limit: '20' });
// @ts-expect-error: a group type is written with a capital
listGroups({ ...who, groupType: 'public' });
// @ts-expect-error: the end of a listing has no next page
listGroups({ ...who, next: null });
// @ts-expect-error: there is no such option
listGroups({ ...who, lmit: 20 });
// @ts-expect-error: there is no such region
listGroups({ ...who, region: 'Singapore' });
// @ts-expect-error: options are needed
listAllGroups();
// @ts-expect-error: init takes an object
init('groups.wasm');
