/**
 * Locks that allow one run at a time per file. A process holds a lock by listening on a socket file in a folder that
 * only its user can enter, so no other user can take the lock. Locks work within one machine and user: containers,
 * machines and users that share a file do not see each other's locks.
 *
 * Each attempt has its own socket file, `HASH.RANDOM`, which appears when the socket listens. A socket file without a
 * listener therefore belongs to a dead process, and any process may remove it. An attempt first creates its socket
 * file, then looks for others: of two attempts, at least one sees the other and withdraws.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { constants, unlinkSync } from 'node:fs';
import { access, chmod, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutputError } from './outputerror.js';
import { codeOf, reasonOf } from './systemerror.js';

// Two attempts that start together may both withdraw: each retries after a random wait.
const maxAttempts = 6;
const maxWaitMs = 40;
const maxPathBytes = 103; // of a socket file's path on macOS; Linux allows a few more

/**
 * Takes the lock of a file.
 * @param {string} path the file's canonical path
 * @param {string} [platform] as process.platform
 * @param {string} [folder] of the sockets
 * @returns {Promise<(() => void) | undefined>} releases the lock; undefined if another process holds it
 */
export async function lock(path, platform = process.platform, folder) {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  if (platform === 'win32') return lockPipe(`\\\\.\\pipe\\tencent-chat-groups-${name}`);
  return lockSocket(folder ?? (await lockFolder()), name);
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function lockSocket(folder, name) {
  try {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      if (await isHeld(folder, name)) return undefined;
      const own = await showSocket(folder, name);
      if (!(await isHeld(folder, name, own.name))) return own.release;
      own.release();
      await sleep(randomInt(1, maxWaitMs));
    }
    return undefined;
  } catch (error) {
    throw new OutputError(
      `The lock folder ${folder} cannot be used: ${reasonOf(error)}.`,
      'Make the folder writable, or remove it.',
      { cause: error },
    );
  }
}

/**
 * A pipe's name disappears with its process. Any user of the machine can take it first.
 * @param {string} address
 */
async function lockPipe(address) {
  try {
    const server = await listen(address);
    return () => server.close();
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/**
 * Creates this attempt's socket file, which listens before it gets its name.
 * @param {string} folder
 * @param {string} lockName
 */
async function showSocket(folder, lockName) {
  const name = `${lockName}.${randomBytes(6).toString('hex')}`;
  const address = join(folder, name);
  const server = await listen(`${address}~`);
  await rename(`${address}~`, address);
  const release = () => {
    try {
      unlinkSync(address);
    } catch {} // the folder was emptied
    server.close();
  };
  return { name, release };
}

/**
 * Reports whether a live process other than this attempt has a socket file for a lock. Removes those of dead processes.
 * @param {string} folder
 * @param {string} lockName
 * @param {string} [own] the name of this attempt's socket file
 */
async function isHeld(folder, lockName, own) {
  for (const name of await readdir(folder)) {
    if (name === own || name.endsWith('~')) continue;
    const address = join(folder, name);
    if (!(await answers(address))) await rm(address, { force: true });
    else if (name.startsWith(`${lockName}.`)) return true;
  }
  return false;
}

/** @param {string} address */
async function listen(address) {
  const server = createServer((socket) => socket.destroy());
  server.listen(address);
  await once(server, 'listening');
  server.unref(); // it keeps no process alive
  return server;
}

/** @param {string} address */
async function answers(address) {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const code = codeOf(error);
    return code !== 'ECONNREFUSED' && code !== 'ENOENT'; // a full queue belongs to a live process
  } finally {
    socket.destroy();
  }
}

/**
 * Returns the folder of this user's locks, which no other user can enter. It depends on no environment variable: a
 * cron job and a login must agree on it. Users without a home have a folder in /tmp.
 */
export async function lockFolder() {
  const uid = process.getuid?.(); // missing on Windows, where locks are pipes
  const problems = [];
  for (const folder of [homeFolder(), `/tmp/tencent-chat-groups-${uid}`]) {
    if (folder === undefined || Buffer.byteLength(join(folder, 'x'.repeat(30))) > maxPathBytes) continue;
    try {
      return await privateFolder(folder, uid);
    } catch (error) {
      problems.push(`${folder}: ${reasonOf(error)}`);
    }
  }
  throw new OutputError(
    `No lock folder can be used (${problems.join('; ')}).`,
    'Create one of these folders, owned by you, with mode 700.',
  );
}

function homeFolder() {
  try {
    return join(userInfo().homedir, '.cache', 'tencent-chat-groups');
  } catch {
    return undefined; // a user ID without an account, as in some containers
  }
}

/**
 * Creates a folder that only one user can enter, or checks an existing one.
 * @param {string} folder
 * @param {number | undefined} uid
 */
export async function privateFolder(folder, uid) {
  for (const path of [join(folder, '..'), folder]) {
    await mkdir(path, { mode: 0o700 }).catch((error) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
  const status = await lstat(folder);
  if (!status.isDirectory()) throw new Error('it is not a folder');
  if (status.uid !== uid) throw new Error('it belongs to another user');
  if (status.mode & 0o077) await chmod(folder, 0o700);
  await access(folder, constants.W_OK);
  return folder;
}
