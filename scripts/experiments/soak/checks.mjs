// The checks of a run, each with its figure and its bound.
import { refusalsOfStall } from './faults.mjs';

export const maxMemory = 150; // MB
// The proxy drains for 5 s, lets requests run for 20 s, and gets 10 s more on a busy machine.
export const maxStopSeconds = 35;

// Recording an arrival late cannot make a correct gap look short: the next call is sent an interval after the answer,
// and the answer is sent after the recording. Redis counting in whole milliseconds can, and so can an adjustment of its
// clock.
const clockNoiseMs = 5;

// Less than the operating system buffers for a log reader. A log that never filled the buffer was not stalled.
const minWaitingBytes = 32 << 10;

/** Returns the gaps between arrivals, in ms, each with the time at which it ended. */
const gapsOf = (calls) => calls.slice(1).map(({ at }, n) => ({ at, ms: at - calls[n].at }));

/**
 * @param {object} run what scripts/experiments/soak.mjs measured: times are in ms of one clock
 * @param {{ peak: number, last: number }[]} run.replicas the memory of each, in MB
 * @param {{ at: number }[]} run.calls those of the service, as they arrived
 * @param {{ from: number, to: number }[]} run.outages the Redis outages
 * @param {{ count: number, pages: number, maxAttempts: number, listings: { caller: number, listing: string }[] }} run.callers
 *   the legitimate callers
 * @param {{ refused: number, seconds: number, waitingBytes: number, pages: number }[]} run.stalls the times in which a log was not read
 * @param {{ seconds: number, status: number }[]} run.stops how each replica stopped
 * @returns {{ name: string, ok: boolean, figure: string, bound: string }[]}
 */
export function checksOf(run) {
  const checks = [];
  const check = (name, ok, figure, bound) => checks.push({ name, ok, figure: String(figure), bound: String(bound) });
  const { calls, outages, callers, stalls, stops, replicas, intervalMs } = run;
  const inOutage = (at) => outages.some(({ from, to }) => at >= from && at <= to);

  for (const [n, { peak, last }] of replicas.entries()) {
    check(
      `memory of replica ${n + 1} (MB): peak / at the end`,
      peak <= maxMemory,
      `${peak.toFixed(0)} / ${last.toFixed(0)}`,
      `≤ ${maxMemory}`,
    );
  }
  check('replicas that exited on their own', run.died.length === 0, run.died.length, 0);

  const lost = callers.listings.filter(({ listing }) => listing !== 'complete');
  const complete = Array.from(
    { length: callers.count },
    (_, n) => callers.listings.filter(({ caller, listing }) => caller === n && listing === 'complete').length,
  );
  check(
    'complete listings per legitimate caller',
    complete.every((count) => count > 0),
    complete.join(' / '),
    '≥ 1 each',
  );
  check(
    'failed or incomplete listings of legitimate callers',
    lost.length === 0,
    `${describe(lost)} (a call failed up to ${callers.maxAttempts} times in a row)`,
    0,
  );
  const fair = callers.count / run.allCallers;
  const share = callers.pages / Math.max(1, run.answered);
  check(
    "legitimate callers' share of all pages",
    share >= fair / 2,
    `${percent(share)} (${callers.pages} of ${run.answered})`,
    `≥ ${percent(fair / 2)}, half of a fair share`,
  );

  const gaps = gapsOf(calls);
  const answering = gaps.filter(({ at }) => !inOutage(at)).map(({ ms }) => ms);
  const shortest = Math.min(...answering);
  check(
    'shortest gap between two calls while Redis answered (ms)',
    answering.length > 0 && shortest >= intervalMs - clockNoiseMs,
    `${shortest.toFixed(1)} (${calls.length} calls; recorded at most ${run.latenessMs.toFixed(0)} ms late)`,
    `≥ ${intervalMs} − ${clockNoiseMs}`,
  );
  check('calls that the sandbox rejected as too early', run.throttled === 0, run.throttled, 0);
  const during = outages.map(({ from, to }) => calls.filter(({ at }) => at >= from && at <= to).length);
  check(
    `calls during each of ${outages.length} Redis outages (${(outages.reduce((sum, { from, to }) => sum + to - from, 0) / 1000).toFixed(0)} s in total)`,
    outages.length > 0 && during.every((count) => count <= 1),
    during.join(' / '),
    '≤ 1, granted before',
  );
  const recovery = outages.map(({ to }) => (calls.find(({ at }) => at > to)?.at ?? Number.POSITIVE_INFINITY) - to);
  check(
    'seconds from the end of each outage to the next call',
    recovery.every(Number.isFinite),
    recovery.map((ms) => (ms / 1000).toFixed(1)).join(' / '),
    'finite',
  );
  check('calls without a UserSig', run.unsigned === 0, run.unsigned, 0);
  check("fetches of the issuer's keys", run.fetches <= run.maxFetches, run.fetches, `≤ ${run.maxFetches}`);

  check(
    'requests that each replica refused while its log was not read',
    stalls.every(({ refused }) => refused >= refusalsOfStall),
    stalls.map(({ refused, seconds }) => `${refused} in ${seconds.toFixed(0)} s`).join(' / '),
    `≥ ${refusalsOfStall}`,
  );
  check(
    'bytes of unread log after that',
    stalls.every(({ waitingBytes }) => waitingBytes >= minWaitingBytes),
    stalls.map(({ waitingBytes }) => waitingBytes).join(' / '),
    `≥ ${minWaitingBytes}`,
  );
  check(
    'pages of legitimate callers during that',
    stalls.every(({ pages }) => pages > 0),
    stalls.map(({ pages }) => pages).join(' / '),
    '≥ 1 each',
  );
  check(
    'seconds from SIGTERM to exit under attack / with the log not read as well',
    stops.every(({ seconds, status }) => seconds <= maxStopSeconds && status === 0),
    stops
      .map(({ seconds, status }) => `${seconds.toFixed(1)}${status === 0 ? '' : ` (exit status ${status})`}`)
      .join(' / '),
    `≤ ${maxStopSeconds}, exit status 0`,
  );
  check(
    'status of /readyz at the end',
    run.readiness.every((status) => status === 200),
    run.readiness.join(' / '),
    200,
  );

  const bytes = run.outputs.reduce((sum, output) => sum + output.bytes, 0);
  const written = run.outputs.flatMap(({ found }) => found);
  check(
    `secrets in the output of the replicas (${(bytes / 1e6).toFixed(1)} MB)`,
    bytes > 0 && written.length === 0,
    list(written),
    0,
  );
  check('secrets in their answers', run.answeredSecrets.length === 0, list(run.answeredSecrets), 0);
  const idle = Object.entries(run.attacks).filter(([, outcomes]) => Object.keys(outcomes).length === 0);
  check(
    `attacks without an outcome, of ${Object.keys(run.attacks).length} (up to ${run.connections} concurrent connections)`,
    idle.length === 0,
    list(idle.map(([name]) => name)),
    0,
  );
  return checks;
}

const percent = (share) => `${(100 * share).toFixed(0)} %`;
const list = (things) => (things.length === 0 ? '0' : `${things.length}: ${things.slice(0, 5).join(', ')}`);
const describe = (lost) => list(lost.map(({ caller, listing, error }) => `caller ${caller + 1} ${error ?? listing}`));
