// `make pace`: lists 60 pages of the sandbox at the real pace of one call per second, with a steady latency and with one that
// varies, and says how long that took compared to what the pace demands. Fails if a call was throttled or it took over
// 2 % longer. It takes some two and a half minutes, most of it waiting: it is no part of `make test`, where the
// simulation checks the same in virtual time.
import { fileURLToPath } from 'node:url';
import { listAllGroups } from 'tencent-chat-groups';
import { sign } from '../../js/sign.js';
import { startSandbox } from '../programs/sandbox.mjs';

const intervalMs = 1000;
let apps = 0; // each listing is of an app of its own: those of one app would share its pace

/**
 * Lists so many pages of a sandbox with a latency, and says how long that took compared to what the pace demands.
 * @param {number} firstMs how much longer the first call takes, as one that has yet to make its connection
 */
export async function measurePace(pages, latency, firstMs) {
  apps++;
  const flags = ['--groups', String(pages * 10), '--latency', latency, '--sdk-app-id', String(1400000000 + apps)];
  const sandbox = await startSandbox(flags);
  const latencies = []; // from sending to headers, as the engine measures them
  const timed = async (url, init) => {
    const sent = performance.now();
    if (latencies.length === 0) await new Promise((resolve) => setTimeout(resolve, firstMs));
    const response = await fetch(url, init);
    latencies.push(performance.now() - sent);
    return response;
  };
  try {
    const { secretKey, ...who } = sandbox.options;
    const userSig = await sign({ ...sandbox.options, expireSeconds: 600 }); // before: to load the signer takes longer than to pace
    const { groupIds, elapsedMs } = await listAllGroups({ ...who, userSig, limit: 10, fetch: timed });
    if (groupIds.length !== pages * 10) throw new Error(`${groupIds.length} groups were listed`);
    const throttled = sandbox.calls.filter(({ code }) => code !== 0).length;
    const [shortest, longest] = [Math.min(...latencies), Math.max(...latencies)];
    // Between two calls the interval, and what the first of them took longer than the shortest; before and after them a
    // latency.
    const excess = latencies.slice(1, -1).reduce((sum, ms) => sum + ms - shortest, 0);
    const demandedMs = latencies[0] + (pages - 1) * intervalMs + excess + latencies.at(-1);
    return { ours: elapsedMs, theirs: demandedMs, ratio: elapsedMs / demandedMs, throttled, shortest, longest };
  } finally {
    await sandbox.stop();
  }
}

async function report(name, latency, firstMs) {
  const { ours, theirs, ratio, throttled, shortest, longest } = await measurePace(60, latency, firstMs);
  const ok = throttled === 0 && ratio <= 1.02;
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
  console.log(
    `${name} (${shortest.toFixed(0)} to ${longest.toFixed(0)} ms): 60 pages in ${seconds(ours)}, demanded ${seconds(theirs)}: ` +
      `${ratio.toFixed(4)} times, ${throttled} throttled: ${ok ? 'ok' : 'short'}`,
  );
  return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = await Promise.all([
    report('steady 50 ms', '50ms', 0),
    report('steady 100 ms', '100ms', 0),
    report('5 to 400 ms, slow first connection', '5ms..400ms', 300),
  ]);
  process.exitCode = results.every(Boolean) ? 0 : 1;
}
