// Legitimate callers: processes that list all groups again and again.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { now } from './clock.mjs';

/**
 * Starts a process for each caller.
 * @param {{ proxies: string[], callers: { token: string, limit: number }[], groupIds: string[], certFile: string }} how groupIds
 *   is what each listing must return
 * @returns {{ pages: { at: number, caller: number, replica: number }[], listings: { caller: number, listing: 'complete' |
 *   'incomplete' | 'failed', error?: string, elapsedMs?: number }[], maxAttempts: () => number, secrets: Set<string>, events:
 *   EventEmitter, finish: (withinMs: number) => Promise<void>, stop: () => void }} pages, listings and secrets (the first characters
 *   of those that were answered) grow with what the callers report, and events has 'message' for it; finish lets the listings end that are under way, and counts those as failed that do not in time
 */
export function startCallers({ proxies, callers, groupIds, certFile }) {
  const digest = createHash('sha256').update(groupIds.join('\n')).digest('hex');
  const pages = [];
  const listings = [];
  const secrets = new Set();
  const events = new EventEmitter().setMaxListeners(0);
  let maxAttempts = 0;
  const children = callers.map(({ token, limit }, caller) => {
    const child = fork(fileURLToPath(new URL('caller.mjs', import.meta.url)), {
      env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: certFile },
      execArgv: [],
    });
    // Not all of them on the same replica at first.
    const order = proxies.map((_, n) => (n + caller) % proxies.length);
    child.send({ proxies: order.map((n) => proxies[n]), token, limit, digest });
    child.on('message', (message) => {
      if (message.page !== undefined) pages.push({ at: now(), caller, replica: order[message.page] });
      if (message.attempt !== undefined) maxAttempts = Math.max(maxAttempts, message.attempt);
      if (message.listing !== undefined) listings.push({ caller, ...message });
      if (message.secret !== undefined) secrets.add(message.secret);
      events.emit('message');
    });
    return { child, exited: once(child, 'exit') };
  });
  return {
    pages,
    listings,
    secrets,
    events,
    maxAttempts: () => maxAttempts,
    async finish(withinMs) {
      const timers = children.map(({ child, exited }, caller) => {
        if (child.connected) child.send('finish');
        const timer = setTimeout(() => {
          listings.push({ caller, listing: 'failed', error: `it did not end within ${withinMs / 1000} s` });
          child.kill('SIGKILL');
        }, withinMs);
        exited.then(() => clearTimeout(timer));
        return exited;
      });
      await Promise.all(timers);
    },
    stop() {
      for (const { child } of children) child.kill('SIGKILL');
    },
  };
}
