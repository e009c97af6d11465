// `make load`: a load run of the signing proxy on loopback, in front of the sandbox. Prints a table for docs/proxy.md.
import { Agent, request } from 'node:http';
import { withResolvers } from '../../test/support/with-resolvers.js';
import { memoryOf } from '../programs/process-memory.mjs';
import { startProxy } from '../programs/proxy.mjs';
import { startSandbox } from '../programs/sandbox.mjs';

const path = '/v4/group_open_http_svc/get_appid_group_list';

/**
 * Sends requests over so many connections, each as soon as the one before is answered. Returns the statuses and
 * seconds.
 */
async function send(proxy, { requests, connections, body = () => '{}', token = proxy.token }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(proxy.url);
  const statuses = {};
  let next = 0;
  const one = (number) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const call = request({ agent, hostname, port, path, method: 'POST', headers }, (answer) => {
        statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
        answer.resume().on('end', resolve).on('error', reject);
      });
      call.on('error', reject).end(body(number));
    });
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < requests) await one(next++);
    }),
  );
  agent.destroy();
  return { statuses, seconds: (performance.now() - began) / 1000 };
}

/** Collects the proxy's own work, in ms, on each request for a page that it answers from now on. */
function ownWork(proxy, count) {
  const { promise, resolve } = withResolvers();
  const each = [];
  const read = (line) => {
    if (line.ownMs === undefined || each.push(line.ownMs) < count) return;
    proxy.events.off('line', read);
    each.sort((a, b) => a - b);
    resolve({ p50: each[each.length >> 1], p99: each[Math.floor(each.length * 0.99)] });
  };
  proxy.events.on('line', read);
  return promise;
}

const rows = [];
async function row(what, proxy, load, pages) {
  const own = pages && ownWork(proxy, pages);
  const { statuses, seconds } = await send(proxy, load);
  const { p50, p99 } = (await own) ?? {};
  const ms = (value) => (value === undefined ? '' : value.toFixed(3));
  rows.push(
    `| ${what} | ${load.connections} | ${JSON.stringify(statuses).replace(/["{}]/g, '')} | ${Math.round(load.requests / seconds)} | ${ms(p50)} | ${ms(p99)} | ${memoryOf(proxy.pid).current.toFixed(0)} |`,
  );
}

async function run(latency, flags, work) {
  const sandbox = await startSandbox(['--latency', latency]);
  const proxy = await startProxy(sandbox.options, { flags });
  try {
    await work(proxy, sandbox);
  } finally {
    await proxy.stop();
    await sandbox.stop();
  }
}

await run('0s', ['--cache-ttl', '1m'], async (proxy) => {
  rows.push(`| at rest | 0 | | | | | ${memoryOf(proxy.pid).current.toFixed(0)} |`);
  const small = () => '{"Limit":100}';
  await send(proxy, { requests: 1, connections: 1 });
  await send(proxy, { requests: 1, connections: 1, body: small });
  await row('a kept page of 100 groups', proxy, { requests: 20_000, connections: 64, body: small }, 20_000);
  await row('a kept page of 10,000 groups', proxy, { requests: 2_000, connections: 64 }, 2_000);
  await row('a wrong token', proxy, { requests: 20_000, connections: 64, token: 'wrong' });
});
await run('3s', [], async (proxy, sandbox) => {
  await row('held for one call of 3 s, all answered by it', proxy, { requests: 1_000, connections: 1_000 }, 1_000);
  if (sandbox.calls.length !== 1) throw new Error(`${sandbox.calls.length} calls were made, not one`);
});
await run('0s', [], async (proxy, sandbox) => {
  await row('pages that all differ', proxy, {
    requests: 20_000,
    connections: 64,
    body: (n) => `{"Limit":${1 + (n % 9_999)}}`,
  });
  const early = sandbox.calls.filter(({ code, gapMs }) => code !== 0 || gapMs < 1000);
  rows.push(`\n${sandbox.calls.length} calls of the service in the last row, ${early.length} of them early.`);
});
console.log('| requests | connections | by status | a second | own p50 (ms) | own p99 (ms) | memory (MB) |');
console.log('|---|---|---|---|---|---|---|');
console.log(rows.join('\n'));
