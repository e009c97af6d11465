/** Which file a path means. */
import { fstatSync } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { absolute } from './outputerror.js';
import { UsageError } from './usageerror.js';

// As many links as Linux follows.
const maxLinks = 40;

/** Returns the one name of a file that may have several, whether it exists or not. */
export async function identity(path, links = 0) {
  const folder = await realpath(dirname(absolute(path))).catch(() => dirname(absolute(path)));
  const name = join(folder, basename(path));
  try {
    return await realpath(name);
  } catch {
    // A link to what does not exist yet. Links that form a loop end where the limit is reached.
    const target = links < maxLinks ? await readlink(name).catch(() => undefined) : undefined;
    return target === undefined ? name : identity(resolve(folder, target), links + 1);
  }
}

/** Returns a file's status, or undefined if there is no such file. */
export async function statusOf(path) {
  try {
    return await stat(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Refuses a link to nothing: whoever made it may not have meant this file to be replaced, nor one to be made elsewhere. */
export async function refuseDangling(path, flag) {
  if ((await statusOf(path)) !== undefined) return;
  const is = await lstat(path).catch(() => undefined);
  if (!is?.isSymbolicLink()) return;
  throw new UsageError(
    `${flag} ${path} is a link to ${await readlink(path)}, which does not exist.`,
    'Remove the link, or name the file itself.',
  );
}

const descriptor = /^\/(dev\/(std(in|out|err)|fd\/\d+)|proc\/[^/]+\/(task\/\d+\/)?fd\/\d+)$/;

/** Reports whether a path is a name of an open file, such as /dev/stdout, or a link to one. */
export async function isDescriptor(path, links = 0) {
  const given = absolute(path);
  const folder = await realpath(dirname(given)).catch(() => dirname(given));
  const name = join(folder, basename(given));
  if (descriptor.test(given) || descriptor.test(name)) return true;
  const target = links < maxLinks ? await readlink(name).catch(() => undefined) : undefined;
  return target !== undefined && isDescriptor(resolve(folder, target), links + 1);
}

/** Reports whether an open file is a pipe or a socket, which some other program reads. */
export function isPipe(fd) {
  const is = fstatSync(fd);
  return is.isFIFO() || is.isSocket();
}
