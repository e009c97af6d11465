/** A file that grows page by page, with a checkpoint file beside it. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { readCheckpointFile, writeCheckpointFile } from './checkpointfile.js';
import { plural } from './figures.js';
import { identity, refuseDangling, statusOf } from './files.js';
import { lock } from './lock.js';
import { OutputError, writing } from './outputerror.js';
import { Temporaries } from './temporary.js';
import { UsageError } from './usageerror.js';

/**
 * @import { FileHandle } from 'node:fs/promises'
 * @import { Checkpoint } from '../../index.js'
 * @import { Saved } from './checkpointfile.js'
 */

/**
 * @typedef {object} Names
 * @property {string} path of the output, as it was given
 * @property {string} file its canonical path
 * @property {string} checkpointPath of the checkpoint, as it was given
 * @property {string} checkpointFile its canonical path
 * @property {string} format
 */

const readWrite = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/**
 * An output that survives a kill at any moment. Each page is first saved in the checkpoint file, which is replaced,
 * and then appended to the output. So the next run finds the whole page, a part of it, or nothing in the output, and
 * appends the rest. An output with any other content is refused, and nothing is ever cut off.
 */
export class ResumableOutput {
  isTerminal = false;
  isPipe = false;
  /** @type {Checkpoint | null} the listing's position after the output and the pending text */
  checkpoint = null;
  earlier = ''; // the text that earlier runs wrote
  #bytes = 0; // the length of the output, as far as the digest covers it
  /** @type {number | undefined} the same, when this run last saved the checkpoint */
  #savedBytes;
  #digest = createHash('sha256'); // of these bytes
  #pending = Buffer.alloc(0); // the text to append, of which the output may have a part
  /** @type {FileHandle | undefined} */
  #handle;
  #names;
  #temporaries;
  #unlock;

  /**
   * @param {string} path
   * @param {string} checkpointPath
   * @param {string} format
   */
  static async open(path, checkpointPath, format) {
    const [file, checkpointFile] = [await identity(path), await identity(checkpointPath)];
    if (file === checkpointFile) {
      throw new UsageError('--output and --resume name the same file: the checkpoint would overwrite the groups.');
    }
    /** @type {(() => void)[]} */
    const unlock = [];
    /** @type {ResumableOutput | undefined} */
    let output;
    try {
      await writing(`The output ${path}`, () => refuseDangling(path, '--output'));
      await writing(`The checkpoint ${checkpointPath}`, () => refuseDangling(checkpointPath, '--resume'));
      unlock.push((await lock(checkpointFile)) ?? refuseLocked(checkpointPath));
      unlock.push((await lock(file)) ?? refuseLocked(path));
      const temporaries = await Temporaries.of(checkpointFile, 'next');
      const removed = await temporaries.removeLeftovers();
      const saved = await writing(`The checkpoint ${checkpointPath}`, () =>
        readCheckpointFile(checkpointFile, checkpointPath),
      );
      output = new ResumableOutput(
        { path, file, checkpointPath, checkpointFile, format },
        temporaries,
        removed,
        unlock,
      );
      await (saved ? output.resume(saved) : output.begin());
      return output;
    } catch (error) {
      if (output) await output.abandon();
      else release(unlock);
      throw error;
    }
  }

  /**
   * @param {Names} names
   * @param {Temporaries} temporaries
   * @param {string[]} removed the temporary files of killed runs
   * @param {(() => void)[]} unlock
   */
  constructor(names, temporaries, removed, unlock) {
    this.#names = names;
    this.#temporaries = temporaries;
    this.removed = removed;
    this.#unlock = unlock;
  }

  /** Begins a listing, in an output that does not exist or is empty. */
  async begin() {
    const { path, file, checkpointPath } = this.#names;
    const taken = () =>
      new UsageError(
        `--output ${path} exists, but its checkpoint ${checkpointPath} does not. ` +
          `Name another output, or remove ${path}.`,
      );
    await writing(`The output ${path}`, async () => {
      const before = await this.#status();
      if (before && before.size > 0) throw taken();
    });
    await this.save(); // before the output is created: an output without a checkpoint belongs to somebody else
    await writing(`The output ${path}`, async () => {
      this.#handle = await open(file, readWrite | constants.O_CREAT); // never truncated
      if ((await this.#handle.stat()).size > 0) throw taken();
    });
  }

  /**
   * Resumes a listing, if the output is the one that its checkpoint describes.
   * @param {Saved} saved
   */
  async resume(saved) {
    const { path, file, checkpointPath, format } = this.#names;
    this.#pending = Buffer.from(saved.text);
    const recorded = saved.bytes + this.#pending.length;
    if (saved.format !== format && recorded > 0) {
      throw new UsageError(
        `--resume ${checkpointPath} belongs to a listing in the format ${saved.format}, not ${format}. ` +
          'Name another file, or remove it to list again.',
      );
    }
    await writing(`The output ${path}`, async () => {
      const now = await this.#status();
      // A moved file is recognized by its content. While the file of the old name exists, this one is another file.
      const other = await statusOf(saved.output.file).catch(() => 'unreadable');
      if (other && !(typeof other === 'object' && now && other.dev === now.dev && other.ino === now.ino)) {
        const canonical = saved.output.path === saved.output.file ? '' : ` (${saved.output.file})`;
        throw new UsageError(
          `--resume ${checkpointPath} belongs to the output ${saved.output.path}${canonical}, not to ${path}. ` +
            'Nothing was changed.',
          'Give that file as --output, or another file as --resume.',
        );
      }
      if (now === undefined && saved.bytes > 0) {
        throw new UsageError(
          `--output ${path} is missing, but ${checkpointPath} records ${plural(saved.bytes, 'byte')} of it. ` +
            `Remove ${checkpointPath} to list again.`,
        );
      }
      this.#handle = await open(file, now ? readWrite : readWrite | constants.O_CREAT | constants.O_EXCL);
      await this.#verify(this.#handle, saved);
    });
    this.checkpoint = saved.checkpoint;
    this.#bytes = saved.bytes;
  }

  /**
   * Refuses an output that does not match the checkpoint.
   * @param {FileHandle} handle
   * @param {Saved} saved
   */
  async #verify(handle, { bytes, sha256 }) {
    const { path, checkpointPath } = this.#names;
    const pending = this.#pending;
    const remedy = 'Name the files that belong together, or remove both to list again.';
    /** @param {number} length */
    const foreign = (length) =>
      new UsageError(
        `--output ${path} ends in ${plural(length, 'byte')} that ${checkpointPath} does not record. ` +
          'Nothing was changed.',
        `If you know what was added, remove it. ${remedy}`,
      );
    const { size } = await handle.stat();
    if (size < bytes) {
      throw new UsageError(
        `--output ${path} has ${plural(size, 'byte')}, but ${checkpointPath} records ${bytes}: ` +
          'the output was changed. Remove both to list again.',
      );
    }
    if (size > bytes + pending.length) throw foreign(size - bytes - pending.length);
    const content = await this.#read(handle, size);
    this.#digest.update(content.subarray(0, bytes));
    if (this.#digest.copy().digest('hex') !== sha256) {
      throw new UsageError(
        `--output ${path} does not match ${checkpointPath}: the first ${plural(bytes, 'byte')} differ. ` +
          'Nothing was changed.',
        remedy,
      );
    }
    const tail = content.subarray(bytes);
    if (!tail.equals(pending.subarray(0, tail.length))) throw foreign(tail.length);
    this.earlier = Buffer.concat([content.subarray(0, bytes), pending]).toString();
  }

  /** Returns the status of the output, which must be a regular file if it exists. */
  async #status() {
    const { path, file } = this.#names;
    const status = await statusOf(file);
    if (status && !status.isFile()) {
      throw new UsageError(`--output ${path} is not a regular file, which --resume requires. Name another file.`);
    }
    return status;
  }

  /**
   * @param {FileHandle} handle
   * @param {number} size
   */
  async #read(handle, size) {
    const buffer = Buffer.alloc(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await handle.read(buffer, at, size - at, at);
      if (bytesRead === 0) throw new Error(`${this.#names.path} became shorter while it was read`);
      at += bytesRead;
    }
    return buffer;
  }

  /**
   * Appends a page, or the head.
   * @param {string} text
   * @param {Checkpoint | null} [checkpoint] the listing's position after it
   */
  async write(text, checkpoint = this.checkpoint) {
    await this.#append(); // the rest of a page that an earlier run saved
    this.#pending = Buffer.from(text);
    this.checkpoint = checkpoint;
    await this.save();
    await this.#append();
  }

  async #append() {
    const pending = this.#pending;
    const handle = this.#handle;
    if (!handle || pending.length === 0) return;
    await writing(`The output ${this.#names.path}`, async () => {
      let at = 0;
      while (at < pending.length) {
        const { bytesWritten } = await handle.write(pending, at, pending.length - at, this.#bytes + at);
        at += bytesWritten;
      }
      await handle.sync();
    });
    this.#bytes += pending.length;
    this.#digest.update(pending);
    this.#pending = Buffer.alloc(0);
  }

  /** Replaces the checkpoint file. */
  async save() {
    const { path, file, checkpointPath, checkpointFile, format } = this.#names;
    const bytes = this.#bytes;
    const sha256 = this.#digest.copy().digest('hex');
    const text = this.#pending.toString();
    const saved = { format, output: { path, file }, bytes, sha256, text, checkpoint: this.checkpoint };
    await writing(`The checkpoint ${checkpointPath}`, () =>
      writeCheckpointFile(checkpointFile, this.#temporaries.name(), saved),
    );
    this.#savedBytes = bytes;
  }

  /** Ends after success. The checkpoint file then records the whole output, and holds no text. */
  async finish() {
    await this.#append();
    if (this.#savedBytes !== this.#bytes) await this.save();
    await writing(`The output ${this.#names.path}`, () => this.#handle?.close());
    release(this.#unlock);
  }

  /** Ends after a failure. */
  async abandon() {
    await this.#handle?.close().catch(() => {}); // the failure is known already
    release(this.#unlock);
  }
}

/** @param {(() => void)[]} unlock */
function release(unlock) {
  for (const one of unlock) one();
}

/**
 * @param {string} name
 * @returns {never}
 */
function refuseLocked(name) {
  throw new OutputError(`Another run of this command is writing ${name}.`, 'Wait until it ends, or name other files.');
}
