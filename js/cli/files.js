/** The file that a path refers to. */
import { fstatSync } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { absolute } from './outputerror.js';
import { codeOf } from './systemerror.js';
import { UsageError } from './usageerror.js';

const maxLinks = 40; // as many as Linux follows

/**
 * Returns the canonical path of a file, which need not exist.
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function identity(path, links = 0) {
  const folder = await realpath(dirname(absolute(path))).catch(() => dirname(absolute(path)));
  const name = join(folder, basename(path));
  try {
    return await realpath(name);
  } catch {
    // A link to a file that does not exist yet, or links that form a loop.
    const target = links < maxLinks ? await readlink(name).catch(() => undefined) : undefined;
    return target === undefined ? name : identity(resolve(folder, target), links + 1);
  }
}

/**
 * Returns a file's status, undefined if there is no such file.
 * @param {string} path
 */
export async function statusOf(path) {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Refuses a dangling link: the user may not have meant to replace it, nor to create its target.
 * @param {string} path
 * @param {string} flag that names the path
 */
export async function refuseDangling(path, flag) {
  if ((await statusOf(path)) !== undefined) return;
  const status = await lstat(path).catch(() => undefined);
  if (!status?.isSymbolicLink()) return;
  throw new UsageError(
    `${flag} ${path} is a link to ${await readlink(path)}, which does not exist.`,
    'Remove the link, or name the file itself.',
  );
}

const descriptor = /^\/(dev\/(std(in|out|err)|fd\/\d+)|proc\/[^/]+\/(task\/\d+\/)?fd\/\d+)$/;

/**
 * Reports whether a path names an open file, such as /dev/stdout, or is a link to such a name.
 * @param {string} path
 * @returns {Promise<boolean>}
 */
export async function isDescriptor(path, links = 0) {
  const given = absolute(path);
  const folder = await realpath(dirname(given)).catch(() => dirname(given));
  const name = join(folder, basename(given));
  if (descriptor.test(given) || descriptor.test(name)) return true;
  const target = links < maxLinks ? await readlink(name).catch(() => undefined) : undefined;
  return target !== undefined && isDescriptor(resolve(folder, target), links + 1);
}

/**
 * Reports whether an open file is a pipe or a socket, which another program reads.
 * @param {number} fd
 */
export function isPipe(fd) {
  const status = fstatSync(fd);
  return status.isFIFO() || status.isSocket();
}
