/**
 * Temporary files beside a file, as `groups.csv.1f2e3d4c-0123456789abcdef.partial`: names that nobody can predict, made
 * exclusively, so that no link is followed and nothing is overwritten. A killed run leaves its temporary file behind; the
 * next run for the same file removes it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { lock, lockFolder } from './lock.js';

/** Creates a temporary file that must not exist yet. */
export const create = (path, mode) =>
  open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), mode);

/**
 * The temporary files of one kind beside a file.
 * @param {string} file the one name of the file
 * @param {string} ending what the names end in
 */
export class Temporaries {
  static async of(file, ending) {
    const self = new Temporaries();
    Object.assign(self, { file, ending });
    self.place = await place().catch(() => undefined);
    return self;
  }

  /** Returns a new name. */
  name() {
    return `${this.file}.${this.place ?? 'x'}-${randomBytes(8).toString('hex')}.${this.ending}`;
  }

  /**
   * Returns a new name and what gives back its lock, by which other runs see that it is in use. The lock is of the last part
   * alone, since a folder may have several names.
   */
  async reserve() {
    const name = this.name();
    const unlock = this.place && (await lock(basename(name)).catch(() => undefined));
    if (unlock) return [name, unlock];
    this.place = undefined; // no other run takes such a file for a leftover
    return [this.name(), () => {}];
  }

  /**
   * Removes what killed runs have left, and returns the names. It removes regular files of this user with a name of this
   * kind and place, and only those of which no live process has the lock.
   */
  async removeLeftovers() {
    if (this.place === undefined) return [];
    const folder = dirname(this.file);
    const start = `${basename(this.file)}.${this.place}-`;
    const end = `.${this.ending}`;
    const removed = [];
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.startsWith(start) || !name.endsWith(end)) continue;
      if (!/^[0-9a-f]{16}$/.test(name.slice(start.length, -end.length))) continue;
      const path = join(folder, name);
      const is = await lstat(path).catch(() => undefined);
      if (!is?.isFile() || (process.getuid && is.uid !== process.getuid())) continue;
      const unlock = await lock(name);
      if (!unlock) continue;
      await rm(path).then(
        () => removed.push(path),
        () => {}, // another run was faster, or the folder became read-only
      );
      unlock();
    }
    return removed;
  }
}

/** Names where locks are seen: containers and machines that share a folder must not remove each other's files. */
async function place() {
  const hash = createHash('sha256').update(hostname());
  if (process.platform !== 'win32') {
    const { ino, birthtimeMs } = await stat(await lockFolder());
    hash.update(` ${ino} ${birthtimeMs}`);
  }
  return hash.digest('hex').slice(0, 8);
}
