/** The output of a command: standard output, a file that appears when it is complete, or a file that grows. */
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { untilAborted } from '../abort.js';
import { looksClosed } from './closed.js';
import { identity, isDescriptor, isPipe, refuseDangling, statusOf } from './files.js';
import { hints, OutputError, writing } from './outputerror.js';
import { ResumableOutput } from './resumable.js';
import { codeOf, reasonOf } from './systemerror.js';
import { create, Temporaries } from './temporary.js';

/**
 * @import { FileHandle } from 'node:fs/promises'
 * @import { Checkpoint } from '../../index.js'
 * @import { OutputStream } from './style.js'
 */

/**
 * What a listing is written to.
 * @typedef {object} Output
 * @property {boolean} isTerminal
 * @property {boolean} isPipe
 * @property {string[]} removed the temporary files of killed runs
 * @property {Checkpoint | null} [checkpoint] the position to resume from
 * @property {string} [earlier] the text that earlier runs wrote
 * @property {(text: string, checkpoint?: Checkpoint) => Promise<void>} write
 * @property {() => Promise<void>} finish ends after success
 * @property {() => Promise<void>} abandon ends after a failure
 */

/** The reader of standard output is gone. It has read enough, so this is no failure. */
export class ReaderGone extends Error {}

/**
 * Opens the output that --output, --resume and --format describe.
 * @param {{ output?: string, resume?: string, format: string }} flags
 * @param {OutputStream} stdout
 * @param {AbortSignal} signal
 * @returns {Promise<Output>}
 */
export async function openOutput({ output, resume, format }, stdout, signal) {
  if (output === undefined || output === '-') {
    if (looksClosed(stdout)) {
      throw new OutputError(
        'Standard output is closed, so the IDs would be lost.',
        'Give --output FILE, or redirect standard output to a file or a program.',
      );
    }
    return new StreamOutput(stdout, signal);
  }
  return resume === undefined ? FileOutput.open(output, signal) : ResumableOutput.open(output, resume, format);
}

/**
 * Writes a text to standard output completely.
 * @param {OutputStream} stdout
 * @param {string} text
 * @param {AbortSignal} [signal]
 */
export async function print(stdout, text, signal) {
  const out = new StreamOutput(stdout, signal);
  await out.write(text);
  await out.finish();
}

/** Standard output, of whatever kind. */
class StreamOutput {
  /** @type {string[]} */
  removed = [];
  #stream;
  #signal;
  /** @type {Promise<never>} */
  #failed;

  /**
   * @param {OutputStream} stream
   * @param {AbortSignal} [signal] ends the wait for a reader that does not read
   */
  constructor(stream, signal) {
    this.#stream = stream;
    this.isTerminal = Boolean(stream.isTTY);
    this.isPipe = !this.isTerminal && (stream.fd === undefined || isPipe(stream.fd));
    this.#signal = signal;
    this.#failed = new Promise((_, reject) => {
      stream.on('error', (error) => {
        const code = codeOf(error) ?? '';
        const gone = ['EPIPE', 'ECONNRESET'].includes(code);
        reject(
          gone
            ? new ReaderGone()
            : new OutputError(`Standard output cannot be written: ${reasonOf(error)}.`, hints[code]),
        );
      });
    });
    this.#failed.catch(() => {}); // awaited only while something is written
  }

  /** @param {string} text */
  async write(text) {
    /** @type {Promise<void>} */
    const written = new Promise((resolve) => {
      if (this.#stream.write(text)) resolve();
      else this.#stream.once('drain', resolve);
    });
    await untilAborted(Promise.race([written, this.#failed]), this.#signal);
  }

  async finish() {
    const flushed = new Promise((resolve) => this.#stream.write('', resolve));
    await untilAborted(Promise.race([this.#failed, flushed]), this.#signal);
  }

  async abandon() {}
}

/**
 * A pipe, a device, or an open file such as /dev/stdout: it is appended to, and never truncated, since it may have
 * content.
 */
class DirectOutput {
  /** @type {string[]} */
  removed = [];
  #name;
  #handle;

  /**
   * @param {string} name for messages
   * @param {FileHandle} handle
   */
  constructor(name, handle) {
    this.#name = name;
    this.#handle = handle;
    this.isTerminal = isatty(handle.fd);
    this.isPipe = isPipe(handle.fd);
  }

  /** @param {string} text */
  async write(text) {
    await writing(this.#name, () => this.#handle.writeFile(text)).catch((error) => {
      throw error instanceof Error && codeOf(error.cause) === 'EPIPE' ? new ReaderGone() : error;
    });
  }

  async finish() {
    await writing(this.#name, () => this.#handle.close());
  }

  async abandon() {
    await this.#handle.close().catch(() => {}); // the failure is known already
  }
}

/**
 * A file that exists completely or not at all: it is written under a temporary name and renamed at the end, replacing
 * an older file.
 */
class FileOutput {
  isTerminal = false;
  isPipe = false;
  #name;
  #path;
  #partial;
  #handle;
  #unlock;

  /**
   * @param {string} path as it was given
   * @param {AbortSignal} signal
   * @returns {Promise<FileOutput | DirectOutput>}
   */
  static async open(path, signal) {
    const name = `The output ${path}`;
    return writing(name, async () => {
      await refuseDangling(path, '--output');
      const before = await statusOf(path);
      if ((before && !before.isFile()) || (await isDescriptor(path))) {
        // A named pipe opens when another program reads it, which may be never.
        const handle = await untilAborted(open(path, constants.O_WRONLY | constants.O_APPEND), signal);
        return new DirectOutput(name, handle);
      }
      const canonical = await identity(path); // a link stays a link
      const temporaries = await Temporaries.of(canonical, 'partial');
      const [partial, unlock] = await temporaries.reserve();
      try {
        const removed = await temporaries.removeLeftovers();
        const handle = await create(partial, before?.mode);
        return new FileOutput(name, canonical, { partial, handle, unlock }, removed);
      } catch (error) {
        unlock();
        throw error;
      }
    });
  }

  /**
   * @param {string} name for messages
   * @param {string} path
   * @param {{ partial: string, handle: FileHandle, unlock: () => void }} temporary
   * @param {string[]} removed
   */
  constructor(name, path, { partial, handle, unlock }, removed) {
    this.#name = name;
    this.#path = path;
    this.#partial = partial;
    this.#handle = handle;
    this.#unlock = unlock;
    this.removed = removed;
  }

  /** @param {string} text */
  async write(text) {
    await writing(this.#name, () => this.#handle.writeFile(text));
  }

  async finish() {
    await writing(this.#name, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#partial, this.#path);
    });
    this.#unlock();
  }

  async abandon() {
    await this.#handle.close().catch(() => {}); // the failure is known already
    await rm(this.#partial, { force: true }).catch(() => {});
    this.#unlock();
  }
}
