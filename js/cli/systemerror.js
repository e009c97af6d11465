/** Errors of the operating system, in words. */

/** @type {Record<string, string>} */
const meanings = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would exceed the size limit',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links form a loop',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of its path is not a folder',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only file system',
};

/**
 * Returns the code of a system error, such as ENOENT; undefined for any other error.
 * @param {unknown} error
 * @returns {string | undefined}
 */
export function codeOf(error) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Returns an error's reason in words, with the system's code.
 * @param {unknown} error
 */
export function reasonOf(error) {
  const code = codeOf(error);
  if (!code || /^ERR_/.test(code)) return messageOf(error).replace(/\.$/, '');
  return meanings[code] ? `${meanings[code]} (${code})` : code;
}

/**
 * Returns the message of whatever was thrown.
 * @param {unknown} thrown
 */
export function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
