/** What the operating system's error codes mean, for whoever does not know them by heart. */
const meanings = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it would be larger than is allowed',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in circles',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only file system',
};

/** An error of the system in words, with its code. */
export function words(error) {
  if (!error.code || /^ERR_/.test(error.code)) return error.message.replace(/\.$/, '');
  return meanings[error.code] ? `${meanings[error.code]} (${error.code})` : error.code;
}
