/** Errors of writing the user's files: the reason, and what to do. */
import { resolve } from 'node:path';
import { codeOf, reasonOf } from './systemerror.js';

/** The output cannot be written. */
export class OutputError extends Error {
  /**
   * @param {string} message
   * @param {string} [hint]
   * @param {ErrorOptions} [context]
   */
  constructor(message, hint, context) {
    super(message, context);
    this.hint = hint;
  }
}

/**
 * What to do about a system error.
 * @type {Record<string, string>}
 */
export const hints = {
  ENOENT: 'Name a file in a folder that exists.',
  ENOTDIR: 'Name a file in a folder that exists.',
  EISDIR: 'Name a file, not a folder.',
  EACCES: 'Name a file that you may write.',
  EPERM: 'Name a file that you may write.',
  EROFS: 'Name a file that you may write.',
  ENOSPC: 'Free some space, or name a file on another disk.',
  EDQUOT: 'Free some space, or name a file on another disk.',
  EFBIG: 'Raise the limit (ulimit -f), or name a file on another disk.',
};

/**
 * Does something with a user's file, and turns a system error into an OutputError.
 * @template T
 * @param {string} what the file, as a message begins with it
 * @param {() => T | Promise<T>} run
 * @returns {Promise<T>}
 */
export async function writing(what, run) {
  try {
    return await run();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || code === 'ABORT_ERR') throw error;
    throw new OutputError(`${what} cannot be written: ${reasonOf(error)}.`, hints[code], { cause: error });
  }
}

/**
 * Returns the absolute form of a path.
 * @param {string} path
 */
export function absolute(path) {
  try {
    return resolve(path);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd')) throw error;
    throw new OutputError(
      `The working folder no longer exists, so the relative path ${path} has no meaning.`,
      'Change to a folder that exists, or give an absolute path.',
      { cause: error },
    );
  }
}
