// The signing proxy, built as it is shipped, in front of the sandbox: with the npm package as its client, and with
// replicas that share pace and cache through a real Redis. What one process does with all sorts of requests is tested
// in cmd/proxy.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { countGroups, listAllGroups } from 'tencent-chat-groups';
import { lineOf, secretIn, startProxy } from '../scripts/programs/proxy.mjs';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { startRedis } from './support/redis.js';

/** Starts a sandbox that ends with the test. */
async function sandboxFor(t, flags = []) {
  const sandbox = await startSandbox(flags);
  t.after(sandbox.stop);
  return sandbox;
}

/** Starts a proxy that ends with the test. */
async function proxyFor(t, sandbox, how) {
  const proxy = await startProxy(sandbox.options, how);
  t.after(async () => assert.equal(await proxy.stop(), 0));
  return proxy;
}

const authorization = (proxy) => ({ authorization: `Bearer ${proxy.token}` });

/** Lists all groups in a worker of its own. */
async function listInWorker(options) {
  const worker = new Worker(new URL('./support/lister.js', import.meta.url), { workerData: options });
  const [[result]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  assert.equal(result.error, undefined);
  return result;
}

/** No call came less than a second after another, and none was answered that it did. */
function assertPace(sandbox) {
  for (const call of sandbox.calls) {
    assert.equal(call.code, 0, `call ${call.call} was answered with ${call.code}`);
    assert.ok(
      call.gapMs === undefined || call.gapMs >= 1000,
      `call ${call.call} came ${call.gapMs} ms after the one before`,
    );
  }
}

test('the npm package lists through the proxy, and the proxy adds what it may not know', async (t) => {
  const sandbox = await sandboxFor(t);
  const proxy = await proxyFor(t, sandbox);
  const options = { proxy: proxy.url, headers: authorization(proxy) };
  const { groupIds, complete } = await listAllGroups(options);
  assert.ok(complete);
  assert.deepEqual(
    groupIds,
    (await sandboxGroups()).map(({ groupId }) => groupId),
  );
  assert.equal(await countGroups(options), 25_000);
  assertPace(sandbox);
  const line = await lineOf(proxy, 'request');
  assert.equal(line.caller, 'ops@console');
});

test('what the proxy refuses comes out of the npm package with what to do', async (t) => {
  const sandbox = await sandboxFor(t);
  const proxy = await proxyFor(t, sandbox);
  const refusal = await listAllGroups({ proxy: proxy.url }).catch((error) => error);
  assert.equal(refusal.name, 'HttpError');
  assert.equal(refusal.status, 401);
  assert.match(refusal.message, /HTTP status 401: no valid token: send the header Authorization: Bearer TOKEN\./);
  assert.match(refusal.hint, /token in headers/);
  assert.equal(sandbox.calls.length, 0);
});

test('three replicas and thirty clients, with a Redis that is killed and restarted in the middle', async (t) => {
  const sandbox = await sandboxFor(t);
  const ids = (await sandboxGroups()).map(({ groupId }) => groupId);
  const redis = await startRedis();
  t.after(redis.stop);
  const replicas = await Promise.all(
    [1, 2, 3].map(() => proxyFor(t, sandbox, { flags: ['--redis', redis.url], caller: 'client' })),
  );
  await allReady(replicas); // a Redis without a state might not know of calls under way

  // Four page sizes: 3, 4, 5 and 7 pages that differ.
  const listings = Array.from({ length: 30 }, (_, client) => {
    const replica = replicas[client % 3];
    return listInWorker({
      proxy: replica.url,
      headers: authorization(replica),
      limit: [10_000, 8_000, 5_000, 4_000][client % 4],
      maxRetries: 20,
    });
  });
  const callsReach = async (count) => {
    while (sandbox.calls.length < count) await once(sandbox.events, 'call');
  };
  await callsReach(4);
  await redis.kill();
  for (const replica of replicas) {
    await lineOf(replica, 'Redis does not answer');
    const { state, parts } = await readiness(replica);
    assert.equal(state, 'failed');
    assert.match(parts[0].why, /^Redis is lost: /);
  }
  const without = sandbox.calls.length;
  await redis.start();
  await callsReach(12);
  assert.ok(sandbox.calls[without].gapMs > 10_000, 'calls might have been under way that the new Redis does not know');
  const stored = await redis.contents();
  assert.match(stored, /tencent-chat-groups:\{1400000000\}:pace/);
  assert.equal(secretIn(stored), undefined, 'Redis holds a secret');

  for (const { groupIds, complete } of await Promise.all(listings)) {
    assert.ok(complete);
    assert.deepEqual(groupIds, ids);
  }
  await allReady(replicas);
  assertPace(sandbox);
  t.diagnostic(`${sandbox.calls.length} calls for 30 clients and 19 pages that differ`);
});

/** Waits until all replicas can list pages as they should. */
async function allReady(replicas) {
  for (const replica of replicas) {
    while ((await readiness(replica)).state !== 'ready') await setTimeout(50);
  }
}

async function readiness(replica) {
  const answer = await fetch(`${replica.url}/readyz`);
  return answer.json();
}
