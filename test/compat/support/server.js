// A program's own server, for as long as a test needs it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts a server that prints its URL, and waits for that.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: object }} options
 * @returns {Promise<{ origin: string, stop: () => Promise<void> }>}
 */
export async function startServer(command, args, { cwd, env = {} }) {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a process group of its own, so that its children end as well
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null) process.kill(-child.pid);
    await exited;
  };
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin] = line.match(/(http:\/\/[\w.]+:\d+)/) ?? [];
    if (origin) {
      child.stdout.resume();
      return { origin, stop };
    }
    lines.push(line);
  }
  await exited;
  throw new Error(`the server ended before it printed its URL: ${lines.join('\n')}`);
}
