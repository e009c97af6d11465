/** Where a listing's output goes: standard output, a file that appears when it is complete, or a file that grows. */
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { untilAborted } from '../abort.js';
import { looksClosed } from './closed.js';
import { identity, isDescriptor, isPipe, refuseDangling, statusOf } from './files.js';
import { hints, OutputError, using } from './outputerror.js';
import { ResumableOutput } from './resumable.js';
import { words } from './systemerror.js';
import { create, Temporaries } from './temporary.js';

/** The reader of standard output went away. It has had enough: that is no failure. */
export class ReaderGone extends Error {}

/** Opens what --output, --resume and --format ask for. */
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

/** Writes a text to standard output, all of it. */
export async function say(stdout, text, signal) {
  const out = new StreamOutput(stdout, signal);
  await out.write(text);
  await out.finish();
}

/** Standard output, or whatever stream it is. */
export class StreamOutput {
  removed = [];

  /**
   * @param {import('node:stream').Writable} stream
   * @param {AbortSignal} signal ends a wait for a reader who does not read
   */
  constructor(stream, signal) {
    this.stream = stream;
    this.isTerminal = Boolean(stream.isTTY);
    this.isPipe = !this.isTerminal && (stream.fd === undefined || isPipe(stream.fd));
    this.signal = signal;
    this.failed = new Promise((_, reject) => {
      stream.on('error', (error) => {
        const gone = ['EPIPE', 'ECONNRESET'].includes(error.code);
        reject(
          gone
            ? new ReaderGone()
            : new OutputError(`Standard output cannot be written: ${words(error)}.`, hints[error.code]),
        );
      });
    });
    this.failed.catch(() => {}); // it is waited for only while something is written
  }

  async write(text) {
    const written = new Promise((resolve) => {
      if (this.stream.write(text)) resolve();
      else this.stream.once('drain', resolve);
    });
    await untilAborted(Promise.race([written, this.failed]), this.signal);
  }

  /** Ends well: all that was written has been handed over. */
  async finish() {
    const handedOver = new Promise((resolve) => this.stream.write('', resolve));
    await untilAborted(Promise.race([this.failed, handedOver]), this.signal);
  }

  async abandon() {}
}

/**
 * A file that is there whole or not at all: it is written under another name and renamed at the end, in place of an earlier
 * file of that name.
 */
export class FileOutput {
  isTerminal = false;
  isPipe = false;
  removed = []; // temporary files of killed runs
  unlock = () => {};

  static async open(path, signal) {
    const self = new FileOutput();
    self.what = `The output ${path}`;
    try {
      await using(self.what, () => self.open(path, signal));
    } catch (error) {
      self.unlock();
      throw error;
    }
    return self;
  }

  async open(path, signal) {
    await refuseDangling(path, '--output');
    const before = await statusOf(path);
    this.direct = (before && !before.isFile()) || (await isDescriptor(path));
    if (this.direct) {
      // As it is: appended to and never truncated, since standard output may be a file with something in it. A named pipe
      // opens when somebody reads it, which may be never.
      this.handle = await untilAborted(open(path, constants.O_WRONLY | constants.O_APPEND), signal);
      this.isTerminal = isatty(this.handle.fd);
      this.isPipe = isPipe(this.handle.fd);
      return;
    }
    this.path = await identity(path); // a link stays one
    const temporaries = await Temporaries.of(this.path, 'partial');
    [this.partial, this.unlock] = await temporaries.reserve();
    this.removed = await temporaries.removeLeftovers();
    this.handle = await create(this.partial, before?.mode);
  }

  async write(text) {
    await using(this.what, () => this.handle.writeFile(text)).catch((error) => {
      throw this.direct && error.cause?.code === 'EPIPE' ? new ReaderGone() : error; // as /dev/stdout into a pipe
    });
  }

  async finish() {
    await using(this.what, async () => {
      if (this.direct) return this.handle.close();
      await this.handle.sync();
      await this.handle.close();
      await rename(this.partial, this.path);
    });
    this.unlock();
  }

  async abandon() {
    await this.handle.close().catch(() => {}); // whatever is wrong with it is known already
    if (!this.direct) await rm(this.partial, { force: true }).catch(() => {});
    this.unlock();
  }
}
