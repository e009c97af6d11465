// The faults of a run: Redis is killed, restarted and paused, logs are not read, and the proxies reload their files.
import { setTimeout as pause } from 'node:timers/promises';
import { now } from './clock.mjs';

/** Twice the refusals that fill the buffer of a log reader: each is logged in some 280 bytes. */
export const refusalsOfStall = 500;

// The pages of legitimate callers between two faults.
const pagesOfRecovery = 3;
const maxRecoveryMs = 30_000;

/**
 * Stops reading a replica's log for at least forMs, and until the replica has refused enough requests to fill the pipe,
 * for at most maxMs. The caller resumes reading.
 */
export async function stallLog({ replica, replicas, attack, callers }, forMs, maxMs) {
  const refused = () => refusals(attack.outcomes[replica]);
  const before = { refused: refused(), pages: callers.pages.length, at: now() };
  replicas[replica].stallLog();
  while (now() - before.at < forMs || (refused() - before.refused < refusalsOfStall && now() - before.at < maxMs)) {
    await pause(100);
  }
  return {
    replica,
    seconds: (now() - before.at) / 1000,
    refused: refused() - before.refused,
    pages: callers.pages.length - before.pages,
  };
}

/** Returns the number of requests that a replica's handler refused. Each is a line of its log. */
const refusals = (outcomes) =>
  Object.values(outcomes)
    .flatMap((counts) => ['401', '403', '429', '503'].map((status) => counts[status] ?? 0))
    .reduce((sum, count) => sum + count, 0);

/**
 * Plays all faults, at times that vary a little with the seed.
 * @param {object} run { seconds, intervalMs, random, redis, replicas, attack, callers }
 * @returns {Promise<{ outages: { kind: string, from: number, to: number }[], stalls: object[] }>} outages are the times in which
 *   Redis did not answer
 */
export async function playFaults(run) {
  const { seconds, intervalMs, random, redis, replicas, callers } = run;
  const began = now();
  const outages = [];
  const stalls = [];
  const part = (share) => share * seconds * 1000;
  const until = async (share) => {
    await pause(Math.max(0, began + part(share + 0.02 * random()) - now()));
    await recovered();
  };
  // A fault that meets the one before it would hide what each of them does.
  const recovered = async () => {
    const end = outages.at(-1)?.to ?? began;
    const deadline = now() + maxRecoveryMs;
    while (callers.pages.filter(({ at }) => at > end).length < pagesOfRecovery && now() < deadline) await pause(100);
  };

  const kill = async (forMs) => {
    const from = now();
    await redis.kill();
    await pause(forMs);
    outages.push({ kind: 'killed', from, to: now() }); // Redis may answer before it reports that it is ready
    await redis.start();
  };
  const stop = async (forMs) => {
    const from = now();
    redis.pause();
    await pause(forMs);
    outages.push({ kind: 'paused', from, to: now() });
    redis.resume();
  };
  const stall = async (replica) => {
    const figures = await stallLog({ ...run, replica }, part(0.1), part(0.1) + 60_000);
    const read = replicas[replica].logBytes();
    replicas[replica].resumeLog();
    await pause(500);
    stalls.push({ ...figures, waitingBytes: replicas[replica].logBytes() - read });
  };

  const reloads = setInterval(
    () => {
      for (const replica of replicas) replica.signal('SIGHUP');
    },
    part(1 / 30),
  );
  try {
    await until(0.06);
    await kill(part(0.02));
    await until(0.14);
    await stop(intervalMs / 2);
    await until(0.18);
    await stop(3 * intervalMs);
    await until(0.24);
    await stop(Math.max(part(0.015), 3000)); // longer than the proxy waits for Redis
    await until(0.34);
    await stall(1 % replicas.length);
    await until(0.5);
    await kill(0);
    await until(0.58);
    await Promise.all([stall(0), pause(part(0.03)).then(() => stop(3 * intervalMs))]);
    await until(0.74);
    await kill(part(0.03));
    await until(0.86);
    await stop(3 * intervalMs);
    await until(0.98);
    return { outages, stalls };
  } finally {
    clearInterval(reloads);
  }
}
