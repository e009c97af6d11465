// Vite's dev server, for a project.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { node, tool } from './tools.js';

/**
 * Starts it on a free port, with the service behind it.
 * @param {string} name of the installed Vite
 * @param {string} folder the project's
 * @param {string} service the origin that signs and passes on the call
 */
export async function startDevServer(name, folder, service) {
  const args = [tool(`${name}/bin/vite.js`), '--host', '127.0.0.1', '--port', '0'];
  const child = spawn(node('node-24'), args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', SERVICE: service },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await exited;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = line.match(/http:\/\/127\.0\.0\.1:\d+\//) ?? [];
    if (url) {
      child.stdout.resume();
      return { url, stop };
    }
  }
  throw new Error('the dev server ended before it said where it listens');
}
