/**
 * Where a listing's output goes: standard output, a file that appears only when it is complete, or a file with a checkpoint
 * beside it, which survives being killed at any moment.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { untilAborted } from '../abort.js';
import { UsageError } from './usage.js';

/** The reader of standard output went away. It has had enough: that is no failure. */
export class ReaderGone extends Error {}

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
      stream.on('error', (error) => reject(error.code === 'EPIPE' ? new ReaderGone() : error));
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
  static async open(path) {
    const self = new FileOutput();
    const target = await realpath(path).catch(() => path); // a link stays one
    const before = await stat(target).catch(() => undefined);
    self.path = target;
    // A device or a pipe is written as it is, and so is what only has a name there (/dev/stdout).
    self.direct = (before && !before.isFile()) || /^\/(dev|proc)\//.test(resolve(path));
    self.partial = self.direct ? path : `${target}.${randomUUID()}.partial`;
    self.file = await open(self.partial, self.direct ? 'w' : 'wx', before?.mode);
    return self;
  }

  async write(text) {
    await this.file.writeFile(text);
  }

  async finish() {
    if (this.direct) return this.file.close();
    await this.file.sync();
    await this.file.close();
    await rename(this.partial, this.path);
  }

  async abandon() {
    await this.file.close();
    if (!this.direct) await rm(this.partial, { force: true });
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
    const kept = await readKept(checkpointPath);
    if (kept) {
      if (kept.format !== format) {
        throw new UsageError(
          `--resume ${checkpointPath} is of a listing in the format ${kept.format}, not ${format}: name another file, or remove it to begin anew.`,
        );
      }
      self.checkpoint = kept.checkpoint;
      self.bytes = kept.bytes;
      self.file = await open(path, 'r+').catch((error) => {
        if (error.code !== 'ENOENT') throw error;
        if (kept.bytes > 0) {
          throw new UsageError(
            `--output ${path} is gone, but ${checkpointPath} vouches for ${kept.bytes} bytes of it. Remove that to begin anew.`,
          );
        }
        return open(path, 'wx+'); // killed before the first byte
      });
      const { size } = await self.file.stat();
      if (size < kept.bytes) {
        await self.file.close();
        throw new UsageError(
          `--output ${path} has ${size} bytes, but ${checkpointPath} vouches for ${kept.bytes}: it was changed. Remove both to begin anew.`,
        );
      }
      await self.file.truncate(kept.bytes);
      return self;
    }
    const { size } = await stat(path).catch((error) => {
      if (error.code === 'ENOENT') return { size: 0 };
      throw error;
    });
    if (size > 0) {
      throw new UsageError(
        `--output ${path} exists, but the checkpoint ${checkpointPath} does not: name another output, or remove it.`,
      );
    }
    self.bytes = 0;
    await self.keep(null); // before the output: an output without a checkpoint is somebody else's
    self.file = await open(path, 'w+');
    return self;
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
    let at = 0;
    while (at < buffer.length) {
      const { bytesWritten } = await this.file.write(buffer, at, buffer.length - at, this.bytes + at);
      at += bytesWritten;
    }
    await this.file.sync();
    this.bytes += buffer.length;
    await this.keep(checkpoint ?? null);
  }

  async keep(checkpoint) {
    this.checkpoint = checkpoint;
    const next = `${this.checkpointPath}.next`;
    const file = await open(next, 'w');
    try {
      const { format, bytes } = this;
      await file.writeFile(`${JSON.stringify({ version: 1, format, bytes, checkpoint })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.checkpointPath);
  }

  async finish() {
    await this.file.close();
  }

  async abandon() {
    await this.file.close();
  }
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
