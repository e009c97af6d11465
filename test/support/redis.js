// A real Redis for a test: in memory, on a loopback port, stopped with the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * @returns {Promise<{ url: string, start: () => Promise<void>, kill: () => Promise<void>, pause: () => void, resume: () => void,
 *   contents: () => Promise<string>, stop: () => Promise<void> }>} a Redis that runs; kill ends it as a crash does, and start
 *   starts it again at the same port, empty; pause stops the process until resume, and its connections stay open; contents are its
 *   keys with their values
 */
export async function startRedis() {
  const folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-redis-'));
  const port = await freePort();
  let child;
  const start = async () => {
    const flags = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
    child = spawn(process.env.REDIS_SERVER ?? 'redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    const said = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      if (line.includes('Ready to accept connections')) {
        child.stdout.resume();
        return;
      }
    }
    throw new Error(`Redis did not start:\n${said.join('\n')}`);
  };
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: () => end('SIGKILL'),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    contents: () => contents(port),
    stop: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
}

/** What a Redis holds, by its own protocol: one script, then QUIT. */
async function contents(port) {
  const script =
    "local all = {} for _, key in ipairs(redis.call('KEYS', '*')) do " +
    "all[#all + 1] = key .. ' ' .. redis.call('GET', key) end return table.concat(all, ' ')";
  const command = (...words) => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  const socket = connect(port, '127.0.0.1');
  socket.write(command('EVAL', script, '0') + command('QUIT'));
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
