/**
 * One run at a time for a file. A process holds a lock by listening at a socket file in a folder that only its user can
 * enter, so no other user can take it. The locks of a user hold on one machine: containers, machines and users that share a
 * file do not see each other's.
 *
 * Every attempt has a socket file with a name of its own, `HASH.RANDOM`, which appears when it listens. So a socket file
 * without a listener belongs to a dead process for good, and anybody may remove it. Whoever wants a lock shows its socket
 * first and looks for others second. Of two, at least one therefore sees the other and withdraws.
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
import { words } from './systemerror.js';

// Two that start together may both withdraw: they try again after a random time.
const maxAttempts = 6;
const maxWaitMs = 40;
// The most bytes of a socket file's path on a Mac; Linux has a few more.
const maxPathBytes = 103;

/**
 * Takes the lock of a file.
 * @param {string} path the one name of the file
 * @param {string} [platform] as process.platform
 * @param {string} [folder] where the sockets are
 * @returns {Promise<(() => void) | undefined>} gives it back; undefined if another process has it
 */
export async function lock(path, platform = process.platform, folder) {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  if (platform === 'win32') return lockPipe(`\\\\.\\pipe\\tencent-chat-groups-${name}`);
  return lockSocket(folder ?? (await lockFolder()), name);
}

async function lockSocket(folder, name) {
  try {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      if (await isHeld(folder, name)) return undefined;
      const own = await show(folder, name);
      if (!(await isHeld(folder, name, own.name))) return own.release;
      own.release();
      await sleep(randomInt(1, maxWaitMs));
    }
    return undefined;
  } catch (error) {
    throw new OutputError(
      `The folder for locks ${folder} cannot be used: ${words(error)}.`,
      'Make it writable, or remove it.',
      {
        cause: error,
      },
    );
  }
}

/** A pipe's name vanishes with its process. Any user of the machine can take it first. */
async function lockPipe(address) {
  try {
    const server = await listen(address);
    return () => server.close();
  } catch (error) {
    if (error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** Shows a socket file of this attempt, which listens from the moment it has its name. */
async function show(folder, lockName) {
  const name = `${lockName}.${randomBytes(6).toString('hex')}`;
  const address = join(folder, name);
  const server = await listen(`${address}~`);
  await rename(`${address}~`, address);
  const release = () => {
    try {
      unlinkSync(address);
    } catch {} // somebody has emptied the folder
    server.close();
  };
  return { name, release };
}

/** Reports whether a live process other than this attempt shows a socket for a lock. Removes what dead ones have left. */
async function isHeld(folder, lockName, own) {
  for (const name of await readdir(folder)) {
    if (name === own || name.endsWith('~')) continue;
    const address = join(folder, name);
    if (!(await answers(address))) await rm(address, { force: true });
    else if (name.startsWith(`${lockName}.`)) return true;
  }
  return false;
}

async function listen(address) {
  const server = createServer((socket) => socket.destroy());
  server.listen(address);
  await once(server, 'listening');
  server.unref(); // it keeps no process alive
  return server;
}

async function answers(address) {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'; // a queue that is full is of a live process
  } finally {
    socket.destroy();
  }
}

/**
 * Returns the folder of this user's locks, which nobody else can enter. It depends on no environment variable: a job of cron
 * and a login must agree on it. Users without a home have theirs in /tmp.
 */
export async function lockFolder() {
  const uid = process.getuid();
  const problems = [];
  for (const folder of [homeFolder(), `/tmp/tencent-chat-groups-${uid}`]) {
    if (folder === undefined || Buffer.byteLength(join(folder, 'x'.repeat(30))) > maxPathBytes) continue;
    try {
      return await privateFolder(folder, uid);
    } catch (error) {
      problems.push(`${folder}: ${words(error)}`);
    }
  }
  throw new OutputError(
    `There is no folder for the locks that keep two runs apart (${problems.join('; ')}).`,
    'Make one of these folders yours, with mode 700.',
  );
}

function homeFolder() {
  try {
    return join(userInfo().homedir, '.cache', 'tencent-chat-groups');
  } catch {
    return undefined; // a user ID without an account, as in some containers
  }
}

/** Makes a folder that only a user can enter, or checks that it is one. */
export async function privateFolder(folder, uid) {
  for (const path of [join(folder, '..'), folder]) {
    await mkdir(path, { mode: 0o700 }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  const is = await lstat(folder);
  if (!is.isDirectory()) throw new Error('it is not a folder');
  if (is.uid !== uid) throw new Error('it belongs to another user');
  if (is.mode & 0o077) await chmod(folder, 0o700);
  await access(folder, constants.W_OK);
  return folder;
}
