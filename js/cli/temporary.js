/**
 * Temporary files beside a file, as `groups.csv.1f2e3d4c-0123456789abcdef.partial`. Their names are unpredictable and
 * they are created exclusively, so that no link is followed and nothing is overwritten. A killed run leaves its
 * temporary file behind; the next run for the same file removes it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { lock, lockFolder } from './lock.js';

/**
 * Creates a temporary file, which must not exist yet.
 * @param {string} path
 * @param {number} [mode]
 */
export const create = (path, mode) =>
  open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), mode);

/** The temporary files of one kind beside a file. */
export class Temporaries {
  #file;
  #ending;

  /**
   * @param {string} file its canonical path
   * @param {string} ending of the names of this kind
   */
  static async of(file, ending) {
    return new Temporaries(file, ending, await lockDomain().catch(() => undefined));
  }

  /**
   * @param {string} file
   * @param {string} ending
   * @param {string | undefined} place where locks are seen, undefined if there are no locks
   */
  constructor(file, ending, place) {
    this.#file = file;
    this.#ending = ending;
    this.place = place;
  }

  /** Returns a new name. */
  name() {
    return `${this.#file}.${this.place ?? 'x'}-${randomBytes(8).toString('hex')}.${this.#ending}`;
  }

  /**
   * Returns a new name and a function that releases its lock, which shows other runs that the name is in use. The lock
   * covers the last part of the name only, since a folder may have several paths.
   * @returns {Promise<[name: string, unlock: () => void]>}
   */
  async reserve() {
    const name = this.name();
    const unlock = this.place && (await lock(basename(name)).catch(() => undefined));
    if (unlock) return [name, unlock];
    this.place = undefined; // no other run takes such a file for a leftover
    return [this.name(), () => {}];
  }

  /**
   * Removes the files that killed runs left, and returns their names. It removes regular files of this user with a
   * name of this kind and place, whose lock no live process holds.
   */
  async removeLeftovers() {
    /** @type {string[]} */
    const removed = [];
    if (this.place === undefined) return removed;
    const folder = dirname(this.#file);
    const start = `${basename(this.#file)}.${this.place}-`;
    const end = `.${this.#ending}`;
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.startsWith(start) || !name.endsWith(end)) continue;
      if (!/^[0-9a-f]{16}$/.test(name.slice(start.length, -end.length))) continue;
      const path = join(folder, name);
      const status = await lstat(path).catch(() => undefined);
      if (!status?.isFile() || (process.getuid && status.uid !== process.getuid())) continue;
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

/** Identifies where locks are seen: containers and machines that share a folder must not remove each other's files. */
async function lockDomain() {
  const hash = createHash('sha256').update(hostname());
  if (process.platform !== 'win32') {
    const { ino, birthtimeMs } = await stat(await lockFolder());
    hash.update(` ${ino} ${birthtimeMs}`);
  }
  return hash.digest('hex').slice(0, 8);
}
