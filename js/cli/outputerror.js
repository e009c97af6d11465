/** Why something of the user's cannot be written, and what to do. */
import { resolve } from 'node:path';
import { words } from './systemerror.js';

/** What was listed cannot be written. */
export class OutputError extends Error {
  constructor(message, hint, context) {
    super(message, context);
    this.hint = hint;
  }
}

export const hints = {
  ENOENT: 'Name a file in a folder that exists.',
  ENOTDIR: 'Name a file in a folder that exists.',
  EISDIR: 'Name a file, not a folder.',
  EACCES: 'Name a file where you may write.',
  EPERM: 'Name a file where you may write.',
  EROFS: 'Name a file where you may write.',
  ENOSPC: 'Make room, or name a file elsewhere.',
  EDQUOT: 'Make room, or name a file elsewhere.',
  EFBIG: 'Name a file elsewhere, or raise the limit (ulimit -f).',
};

/** Does something with a file of the user's, and says in words why it cannot be done. */
export async function using(what, run) {
  try {
    return await run();
  } catch (error) {
    if (error.code === undefined || error.code === 'ABORT_ERR') throw error;
    throw new OutputError(`${what} cannot be written: ${words(error)}.`, hints[error.code], { cause: error });
  }
}

/** Returns the absolute form of a path. */
export function absolute(path) {
  try {
    return resolve(path);
  } catch (error) {
    if (error.syscall !== 'uv_cwd') throw error;
    throw new OutputError(
      `The working folder no longer exists, so ${path} has no place.`,
      'Change to a folder that exists, or give an absolute path.',
      { cause: error },
    );
  }
}
