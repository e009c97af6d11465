// `make pace`: lists 60 pages of the sandbox at the real pace of one call a second, with a steady latency and with one that
// varies, and says how long that took compared to what the pace demands. Fails if a call was throttled or it took over 2 %
// longer. It takes some two and a half minutes, most of it waiting: it is no part of `make test`, where the simulation checks
// the same in virtual time.
import { listAllGroups } from 'tencent-chat-groups';
import { startSandbox } from './sandbox.mjs';

const pages = 60;
const intervalMs = 1000;
const slowFirstMs = 300; // of a first call that has yet to make its connection

async function measure(name, latency, firstMs) {
  const sandbox = await startSandbox(['--groups', String(pages * 10), '--latency', latency]);
  const latencies = []; // from sending to headers, as the engine measures them
  const timed = async (url, init) => {
    const sent = performance.now();
    if (latencies.length === 0) await new Promise((resolve) => setTimeout(resolve, firstMs));
    const response = await fetch(url, init);
    latencies.push(performance.now() - sent);
    return response;
  };
  try {
    const { groupIds, retries, elapsedMs } = await listAllGroups({ ...sandbox.options, limit: 10, fetch: timed });
    const throttled = sandbox.calls.filter(({ code }) => code !== 0).length;
    const shortest = Math.min(...latencies);
    // Between a call's headers and the next call: the interval, less a round trip that is certain to be needed.
    const least = latencies.slice(0, -1).reduce((sum, ms) => sum + intervalMs + ms - shortest, 0);
    const demandedMs = latencies[0] - (latencies[0] - shortest) + least + latencies.at(-1);
    const ratio = elapsedMs / demandedMs;
    const ok = groupIds.length === pages * 10 && throttled === 0 && retries === 0 && ratio <= 1.02;
    const range = `${shortest.toFixed(0)} to ${Math.max(...latencies).toFixed(0)} ms`;
    console.log(
      `${name}: ${latencies.length} calls of ${range} in ${(elapsedMs / 1000).toFixed(2)} s, demanded ${(demandedMs / 1000).toFixed(2)} s: ` +
        `${ratio.toFixed(4)} times, ${throttled} throttled: ${ok ? 'ok' : 'short'}`,
    );
    return ok;
  } finally {
    await sandbox.stop();
  }
}

const results = await Promise.all([
  measure('steady 50 ms', '50ms', 0),
  measure('steady 200 ms', '200ms', 0),
  measure('5 to 400 ms, slow first connection', '5ms..400ms', slowFirstMs),
]);
process.exitCode = results.every(Boolean) ? 0 : 1;
