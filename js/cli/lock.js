/**
 * One run at a time for a file. The lock is an address that this process listens at, which the operating system takes
 * back when the process ends, however it ends: nothing is ever left to clean up. It holds among the processes of a machine;
 * containers and machines that share a folder do not see each other's.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Takes the lock of a file.
 * @param {string} path the one name of the file
 * @param {string} [platform] as process.platform
 * @returns {Promise<(() => void) | undefined>} gives it back; undefined if another process has it
 */
export async function lock(path, platform = process.platform) {
  const address = addressOf(path, platform);
  const server = await listen(address);
  if (server) return () => server.close();
  if (!address.startsWith('/') || (await answers(address))) return undefined;
  await rm(address, { force: true }); // of a process that was killed: only a real socket file is left behind
  const second = await listen(address);
  return second && (() => second.close());
}

/** Linux and Windows have names that vanish with the process; elsewhere it is a socket file. */
function addressOf(path, platform) {
  // A socket file's name has 103 bytes at most, and a Mac's temporary folder takes half of them.
  const name = `tencent-chat-groups-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  if (platform === 'linux') return `\0${name}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

async function listen(address) {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(address);
    await once(server, 'listening');
  } catch (error) {
    if (error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
  server.unref(); // it keeps no process alive
  return server;
}

async function answers(address) {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
