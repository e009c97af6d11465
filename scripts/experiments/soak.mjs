// `make soak`: two replicas of the signing proxy under many attacks at once, while Redis, the log readers and the upstream fail.
// Prints its figures as JSON and as the tables of docs/proxy.md, and fails if one is out of bounds. SECONDS is the
// duration of the attack (default 600), SEED that of its random numbers (default: a new one). It needs Linux.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedis } from '../../test/support/redis.js';
import { newToken, startProxy } from '../programs/proxy.mjs';
import { sandboxGroups, startSandbox } from '../programs/sandbox.mjs';
import { startAttack } from './soak/attack.mjs';
import { startCallers } from './soak/callers.mjs';
import { makeCertificate } from './soak/certificate.mjs';
import { checksOf, maxStopSeconds } from './soak/checks.mjs';
import { now } from './soak/clock.mjs';
import { playFaults, stallLog } from './soak/faults.mjs';
import { startIssuer } from './soak/issuer.mjs';
import { watchMemory } from './soak/memory.mjs';
import { randomFrom } from './soak/random.mjs';
import { untilReady } from './soak/readiness.mjs';
import { searchFile } from './soak/secrets.mjs';
import { tablesOf } from './soak/tables.mjs';
import { startUpstream } from './soak/upstream.mjs';

const consoleFolder = fileURLToPath(new URL('../../console/dist/', import.meta.url));
const groups = 6000;
const throttle = 10006;

/**
 * Runs an attack.
 * @param {{ seconds: number, seed: number, intervalMs: number, pages: number, say?: (text: string) => void }} how intervalMs is the
 *   least time between two calls of the service; a listing has some so many pages; say is called with the progress
 * @returns {Promise<{ checks: { name: string, ok: boolean, figure: string, bound: string }[], attacks: object }>} attacks has the
 *   number of each outcome of each attack
 */
export async function soak({ seconds, seed, intervalMs, pages, say = () => {} }) {
  const ending = []; // cleanup, in reverse order of creation
  const onEnd = (work) => ending.unshift(work);
  try {
    const folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-soak-'));
    onEnd(() => rm(folder, { recursive: true, force: true }));
    const sandboxFlags = ['--groups', String(groups), '--interval', `${intervalMs}ms`];
    const sandbox = await startSandbox(sandboxFlags);
    onEnd(sandbox.stop);
    const groupIds = (await sandboxGroups(sandboxFlags)).map(({ groupId }) => groupId);
    const redis = await startRedis();
    onEnd(() => redis.kill().then(redis.stop)); // it may be paused
    const issuer = await startIssuer();
    onEnd(issuer.stop);
    const upstream = await startUpstream(sandbox.options.endpoint);
    onEnd(upstream.stop);
    const { certFile, keyFile } = await makeCertificate(folder);
    const tokensFile = join(folder, 'tokens');
    const tokens = [];
    for (const name of ['caller-1', 'caller-2', 'flooder-1', 'flooder-2'])
      tokens.push(await newToken(tokensFile, name));

    const outputFiles = ['replica-1', 'replica-2'].map((name) => join(folder, `${name}.output`));
    const replicas = [];
    for (const [n, outputFile] of outputFiles.entries()) {
      const flags = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--redis', redis.url, ...issuer.flags];
      flags.push('--min-interval', `${intervalMs}ms`);
      const options = { ...sandbox.options, endpoint: upstream.endpoint };
      const replica = await startProxy(options, { flags, tokensFile, outputFile, caller: `prober-${n + 1}` });
      replicas.push(replica);
      onEnd(() => replica.stop('SIGKILL'));
    }
    const stopping = new Set();
    const died = [];
    for (const [n, replica] of replicas.entries()) {
      replica.exited.then(() => stopping.has(replica) || died.push(n));
    }
    const ca = await readFile(certFile);
    for (const replica of replicas) {
      const status = await untilReady(replica, ca);
      if (status !== 200) throw new Error(`/readyz answers ${status} at the start`);
    }

    const [first, second, ...flooders] = tokens;
    const third = issuer.token('caller-3');
    // Callers use different page sizes, so that they share no pages.
    const limits = [pages, pages + 2, pages - 2].map((count) => Math.ceil(groups / count));
    const callers = startCallers({
      proxies: replicas.map(({ url }) => url),
      callers: [first, second, third].map((token, n) => ({ token, limit: limits[n] })),
      groupIds,
      certFile,
    });
    onEnd(callers.stop);
    const secrets = [sandbox.options.secretKey, ...tokens, ...replicas.map(({ token }) => token), third];
    while (callers.pages.length === 0) await once(callers.events, 'message');

    const memory = watchMemory(replicas);
    onEnd(memory.stop);
    const attack = startAttack({
      ports: replicas.map(({ url }) => Number(new URL(url).port)),
      seed,
      file: await biggestFile(),
      tokens: flooders,
      forged: issuer.forged,
      secrets,
    });
    onEnd(attack.stop);
    const run = { seconds, intervalMs, random: randomFrom(seed), redis, replicas, attack, callers };
    const began = now();
    const progress = setInterval(() => {
      const used = memory.figures.map(({ last, peak }) => `${last.toFixed(0)} (${peak.toFixed(0)})`).join(', ');
      const done = callers.listings.filter(({ listing }) => listing === 'complete').length;
      say(
        `${((now() - began) / 1000).toFixed(0)} s: memory ${used} MB, ${upstream.calls.length} calls, ${done} listings, ${callers.listings.length - done} lost`,
      );
    }, 10_000);
    onEnd(() => clearInterval(progress));

    const { outages, stalls } = await Promise.race([playFaults(run), attack.failed]);
    const until = now();
    const between = ({ at }) => at >= began && at <= until;
    const counted = { pages: callers.pages.filter(between).length, answered: upstream.calls.filter(between).length };
    await callers.finish(Math.max(60, seconds / 3) * 1000);
    const readiness = await Promise.all(replicas.map((replica) => untilReady(replica, ca)));

    const attacks = merged(attack.outcomes); // without the connections that are refused once the proxies stop
    const stop = async (replica) => {
      stopping.add(replica);
      const began = now();
      replica.signal('SIGTERM');
      const timer = setTimeout(() => replica.signal('SIGKILL'), maxStopSeconds * 1000);
      const [status] = await replica.exited;
      clearTimeout(timer);
      return { seconds: (now() - began) / 1000, status };
    };
    await stallLog({ ...run, replica: 1 }, 0, 60_000);
    const stops = await Promise.all(replicas.map(stop));
    replicas[1].resumeLog();
    await attack.stop();
    await Promise.all(replicas.map(({ written }) => written));

    const known = [...secrets, ...upstream.userSigs, ...issuer.forged];
    const outputs = [];
    for (const path of outputFiles) outputs.push(await searchFile(path, known));
    const checks = checksOf({
      intervalMs,
      replicas: memory.figures,
      died,
      callers: {
        listings: callers.listings,
        pages: counted.pages,
        count: limits.length,
        maxAttempts: callers.maxAttempts(),
      },
      allCallers: limits.length + flooders.length,
      answered: counted.answered,
      calls: upstream.calls,
      latenessMs: await upstream.latenessMs(),
      throttled: sandbox.calls.filter(({ code }) => code === throttle).length,
      unsigned: upstream.unsigned(),
      fetches: issuer.fetches(),
      maxFetches: replicas.length * (3 + Math.ceil((now() - began) / 10_000)),
      outages,
      stalls,
      stops,
      readiness,
      outputs,
      answeredSecrets: [...attack.secrets, ...callers.secrets],
      attacks,
      connections: attack.connections(),
    });
    return { checks, attacks };
  } finally {
    for (const work of ending) await work();
  }
}

/** Returns the path of the console's largest uncompressed file. */
async function biggestFile() {
  const names = (await readdir(consoleFolder)).filter((name) => !/\.(br|gz)$/.test(name));
  const sizes = await Promise.all(names.map(async (name) => (await stat(consoleFolder + name)).size));
  return `/${names[sizes.indexOf(Math.max(...sizes))]}`;
}

/** Returns the outcomes of each attack, over all proxies. */
function merged(outcomes) {
  const all = {};
  for (const [name, counts] of outcomes.flatMap(Object.entries)) {
    all[name] ??= {};
    for (const [outcome, count] of Object.entries(counts)) all[name][outcome] = (all[name][outcome] ?? 0) + count;
  }
  return all;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const seconds = Number(process.env.SECONDS || 600);
  const seed = Number(process.env.SEED || randomInt(2 ** 31));
  console.error(`SEED=${seed} SECONDS=${seconds}`);
  const result = await soak({ seconds, seed, intervalMs: 1000, pages: 20, say: console.error });
  console.log(JSON.stringify({ seed, seconds, ...result }));
  console.log(tablesOf(result));
  process.exitCode = result.checks.every(({ ok }) => ok) ? 0 : 1;
}
