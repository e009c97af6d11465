// All attacks run in one thread. They must not slow down the thread that reads the proxies' logs.
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { now } from './clock.mjs';
import { connectionAttacks } from './connections.mjs';
import { randomFrom } from './random.mjs';
import { requestAttacks } from './requests.mjs';
import { secretSearch } from './secrets.mjs';

// Connections start over this time, so that not all handshakes happen at once.
const maxStartMs = 15_000;

/**
 * Starts the attacks.
 * @param {{ ports: number[], seed: number, file: string, tokens: string[], forged: string[], secrets: string[] }}
 *   how ports are the proxies'; file is the path of a big file of
 *   the console; tokens are those of two callers who flood; secrets are those that no answer may have
 * @returns {{ outcomes: Record<string, Record<string, number>>[], secrets: Set<string>, connections: () => number, failed:
 *   Promise<never>, stop: () => Promise<void> }} outcomes has, for each proxy, the attacks by name, and how often each had which
 *   outcome; secrets has the first characters of those that were answered; connections returns the most that are open at a time; failed is
 *   rejected if the thread ends with an error
 */
export function startAttack(how) {
  const worker = new Worker(new URL(import.meta.url), { workerData: how });
  const attack = { outcomes: how.ports.map(() => ({})), secrets: new Set() };
  let connections = 0;
  worker.on('message', (message) => {
    for (const name of message.names ?? []) for (const outcomes of attack.outcomes) outcomes[name] ??= {};
    for (const [replica, name, outcome, count] of message.outcomes ?? []) {
      attack.outcomes[replica][name][outcome] = (attack.outcomes[replica][name][outcome] ?? 0) + count;
    }
    for (const secret of message.secrets ?? []) attack.secrets.add(secret);
    connections = message.connections ?? connections;
  });
  const exited = new Promise((resolve) => void worker.once('exit', resolve));
  attack.failed = new Promise((_, reject) => void worker.once('error', reject));
  attack.failed.catch(() => {}); // not unhandled where nothing awaits it
  attack.connections = () => connections;
  attack.stop = async () => {
    worker.postMessage('stop');
    await exited;
  };
  return attack;
}

async function run({ ports, seed, file, tokens, forged, secrets }) {
  const random = randomFrom(seed);
  const found = new Set();
  const search = (how) => {
    const look = secretSearch(secrets, how);
    return (chunk) => {
      const secret = look(chunk);
      if (secret) found.add(secret);
    };
  };
  const stopping = new AbortController();
  const { signal } = stopping;
  EventEmitter.setMaxListeners(0, signal);
  const context = { signal, search, file, tokens, forged, random };
  const attacks = { ...connectionAttacks(context), ...requestAttacks(context) };

  parentPort.postMessage({ names: Object.keys(attacks) });
  const fresh = new Map();
  const slot = async (name, { everyMs, strike }, number) => {
    const replica = number % ports.length;
    // Attackers use many addresses, and not that of the callers.
    const target = { port: ports[replica], address: `127.0.1.${1 + (number % 200)}` };
    await pause(random() * Math.min(everyMs, maxStartMs), undefined, { signal });
    for (;;) {
      const began = now();
      const outcome = await strike(target, number);
      if (signal.aborted) return;
      const key = JSON.stringify([replica, name, outcome]);
      fresh.set(key, (fresh.get(key) ?? 0) + 1);
      await pause(Math.max(0, everyMs - (now() - began)), undefined, { signal });
    }
  };
  const running = [];
  for (const [name, attack] of Object.entries(attacks)) {
    for (let number = 0; number < attack.slots; number++) running.push(slot(name, attack, number));
  }
  const report = () => {
    const outcomes = [...fresh].map(([key, count]) => [...JSON.parse(key), count]);
    parentPort.postMessage({ outcomes, secrets: [...found], connections: running.length });
    fresh.clear();
  };
  const reports = setInterval(report, 250);
  await once(parentPort, 'message');
  stopping.abort();
  await Promise.allSettled(running);
  clearInterval(reports);
  report();
  parentPort.close();
}

if (!isMainThread) await run(workerData);
