/**
 * Where a listing's output goes: standard output, a file that appears only when it is complete, or a file with a checkpoint
 * beside it, which survives being killed at any moment.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { untilAborted } from '../abort.js';
import { lock } from './lock.js';
import { words } from './systemerror.js';
import { UsageError } from './usageerror.js';

/** What was listed cannot be written. */
export class OutputError extends Error {
  constructor(message, hint, context) {
    super(message, context);
    this.hint = hint;
  }
}

/** The reader of standard output went away. It has had enough: that is no failure. */
export class ReaderGone extends Error {}

const hints = {
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
async function using(what, run) {
  try {
    return await run();
  } catch (error) {
    if (error.code === undefined || error.code === 'ABORT_ERR') throw error;
    throw new OutputError(`${what} cannot be written: ${words(error)}.`, hints[error.code], { cause: error });
  }
}

/** Opens what --output, --resume and --format ask for. */
export async function openOutput({ output, resume, format }, stdout, signal) {
  if (output === undefined || output === '-') return new StreamOutput(stdout, signal);
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
  /**
   * @param {import('node:stream').Writable} stream
   * @param {AbortSignal} signal ends a wait for a reader who does not read
   */
  constructor(stream, signal) {
    this.stream = stream;
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

/** A file that is there whole or not at all: it is written under another name and renamed at the end. */
export class FileOutput {
  static async open(path, signal) {
    const self = new FileOutput();
    self.what = `The output ${path}`;
    const target = await realpath(path).catch(() => path); // a link stays one
    const before = await stat(target).catch(() => undefined);
    self.path = target;
    // A device or a pipe is written as it is, and so is what only has a name there (/dev/stdout).
    self.direct = (before && !before.isFile()) || /^\/(dev|proc)\//.test(resolve(path));
    self.partial = self.direct ? path : `${target}.${randomUUID()}.partial`;
    const opening = using(self.what, () => open(self.partial, self.direct ? 'w' : 'wx', before?.mode));
    // A named pipe opens when somebody reads it, which may be never.
    self.file = await (self.direct ? untilAborted(opening, signal) : opening);
    return self;
  }

  async write(text) {
    await using(this.what, () => this.file.writeFile(text)).catch((error) => {
      throw this.direct && error.cause?.code === 'EPIPE' ? new ReaderGone() : error; // as /dev/stdout into a pipe
    });
  }

  async finish() {
    await using(this.what, async () => {
      if (this.direct) return this.file.close();
      await this.file.sync();
      await this.file.close();
      await rename(this.partial, this.path);
    });
  }

  async abandon() {
    await this.file.close().catch(() => {}); // whatever is wrong with it is known already
    if (!this.direct) await rm(this.partial, { force: true }).catch(() => {});
  }
}

/**
 * A file that grows page by page, and a checkpoint that says how much of it counts. First the page is appended, then the
 * checkpoint is replaced in one step. Whoever is killed in between finds, the next time, more in the file than the
 * checkpoint vouches for, cuts it off and fetches that page again: every ID is there once, and none by halves.
 */
export class ResumableOutput {
  static async open(path, checkpointPath, format) {
    const self = new ResumableOutput();
    const [output, checkpoint] = [await identity(path), await identity(checkpointPath)];
    if (output === checkpoint || output === `${checkpoint}.next`) {
      throw new UsageError('--output and --resume name the same file: the checkpoint would overwrite the groups.');
    }
    self.path = path;
    self.checkpointPath = checkpointPath;
    self.format = format;
    try {
      for (const [name, file] of [
        [checkpointPath, checkpoint],
        [path, output],
      ]) {
        self.unlock.push((await lock(file)) ?? refuse(name));
      }
      self.kept = await using(`The checkpoint ${checkpointPath}`, () => readKept(checkpointPath));
      await (self.kept ? self.goOn() : self.begin());
    } catch (error) {
      await self.abandon();
      throw error;
    }
    return self;
  }

  unlock = [];

  /** Opens the output of an earlier run, and cuts off what its checkpoint does not vouch for. */
  async goOn() {
    const { path, checkpointPath, format, kept } = this;
    if (kept.format !== format && kept.bytes > 0) {
      throw new UsageError(
        `--resume ${checkpointPath} is of a listing in the format ${kept.format}, not ${format}: name another file, or remove it to begin anew.`,
      );
    }
    this.checkpoint = kept.checkpoint;
    this.bytes = kept.bytes;
    await using(`The output ${path}`, async () => {
      this.file = await open(path, 'r+').catch((error) => {
        if (error.code !== 'ENOENT') throw error;
        if (kept.bytes > 0) {
          throw new UsageError(
            `--output ${path} is gone, but ${checkpointPath} vouches for ${kept.bytes} bytes of it. Remove that to begin anew.`,
          );
        }
        return open(path, 'wx+'); // killed before the first byte
      });
      const { size } = await this.file.stat();
      if (size < kept.bytes) {
        throw new UsageError(
          `--output ${path} has ${size} bytes, but ${checkpointPath} vouches for ${kept.bytes}: it was changed. Remove both to begin anew.`,
        );
      }
      await this.file.truncate(kept.bytes);
    });
  }

  async begin() {
    const { path, checkpointPath } = this;
    await using(`The output ${path}`, async () => {
      const before = await stat(path).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      });
      if (before && !before.isFile()) {
        throw new UsageError(`--output ${path} is not a file: with --resume it must be one that can grow.`);
      }
      if (before?.size > 0) {
        throw new UsageError(
          `--output ${path} exists, but the checkpoint ${checkpointPath} does not: name another output, or remove it.`,
        );
      }
    });
    this.bytes = 0;
    await this.keep(null); // before the output: an output without a checkpoint is somebody else's
    await using(`The output ${path}`, async () => {
      this.file = await open(path, 'w+');
    });
  }

  /** What an earlier run wrote. */
  async text() {
    const buffer = Buffer.alloc(this.bytes);
    let at = 0;
    while (at < this.bytes) {
      const { bytesRead } = await this.file.read(buffer, at, this.bytes - at, at);
      if (bytesRead === 0) throw new Error(`${this.path} became shorter while it was read`);
      at += bytesRead;
    }
    return buffer.toString();
  }

  /** Appends a page, or the head, of which the checkpoint says where the listing stands after it. */
  async write(text, checkpoint = this.checkpoint) {
    const buffer = Buffer.from(text);
    await using(`The output ${this.path}`, async () => {
      let at = 0;
      while (at < buffer.length) {
        const { bytesWritten } = await this.file.write(buffer, at, buffer.length - at, this.bytes + at);
        at += bytesWritten;
      }
      await this.file.sync();
    });
    this.bytes += buffer.length;
    await this.keep(checkpoint ?? null);
  }

  async keep(checkpoint) {
    this.checkpoint = checkpoint;
    const next = `${this.checkpointPath}.next`;
    const { format, bytes } = this;
    await using(`The checkpoint ${this.checkpointPath}`, async () => {
      const file = await open(next, 'w');
      try {
        await file.writeFile(`${JSON.stringify({ version: 1, format, bytes, checkpoint })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, this.checkpointPath);
    });
  }

  async finish() {
    await using(`The output ${this.path}`, () => this.file.close());
    for (const unlock of this.unlock) unlock();
  }

  async abandon() {
    await this.file?.close().catch(() => {}); // whatever is wrong with it is known already
    for (const unlock of this.unlock) unlock();
  }
}

function refuse(name) {
  throw new OutputError(
    `Another run of this command is writing ${name}.`,
    'Wait until it has ended: two at once would mix up the listing. Or name other files.',
  );
}

/** The one name of a file that may have several, whether it exists or not. */
async function identity(path) {
  const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)));
  const name = join(folder, basename(path));
  try {
    return await realpath(name);
  } catch {
    const target = await readlink(name).catch(() => undefined); // a link to what does not exist yet
    return target === undefined ? name : identity(resolve(folder, target));
  }
}

async function readKept(path) {
  let text;
  try {
    if (!(await stat(path)).isFile()) throw new UsageError(`--resume ${path} is not a file.`); // /dev/zero never ends
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  let kept;
  try {
    kept = JSON.parse(text);
  } catch {
    kept = undefined;
  }
  if (kept?.version !== 1 || !Number.isSafeInteger(kept.bytes) || kept.bytes < 0 || kept.checkpoint === undefined) {
    throw new UsageError(`--resume ${path} is not a checkpoint that this command wrote.`);
  }
  return kept;
}
