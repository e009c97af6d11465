// A program that runs for as long as a test needs it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a program in a process group of its own, with the given environment and nothing else but PATH and HOME.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: object, cwd?: string, stdio?: import('node:child_process').StdioOptions }} [options]
 */
export function startChild(command, args, { env = {}, cwd, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio,
    detached: true,
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    try {
      process.kill(-child.pid);
    } catch {
      // it has ended
    }
    await exited;
  };
  return { child, stop };
}
