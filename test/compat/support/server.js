// A program's own server, for as long as a test needs it.
import { createInterface } from 'node:readline';
import { startChild } from './child.js';

/**
 * Starts a server that prints its URL, and waits for that.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: object }} options
 * @returns {Promise<{ origin: string, stop: () => Promise<void> }>}
 */
export async function startServer(command, args, { cwd, env = {} }) {
  const { child, stop } = startChild(command, args, {
    cwd,
    env: { NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin] = line.match(/(http:\/\/[\w.]+:\d+)/) ?? [];
    if (origin) {
      child.stdout.resume();
      return { origin, stop };
    }
    lines.push(line);
  }
  await stop();
  throw new Error(`the server ended before it printed its URL: ${lines.join('\n')}`);
}
