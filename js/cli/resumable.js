/** A file that grows page by page, with a checkpoint file beside it. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { readCheckpointFile, writeCheckpointFile } from './checkpointfile.js';
import { plural } from './figures.js';
import { identity, refuseDangling, statusOf } from './files.js';
import { lock } from './lock.js';
import { OutputError, using } from './outputerror.js';
import { Temporaries } from './temporary.js';
import { UsageError } from './usageerror.js';

const readWrite = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/**
 * An output that survives being killed at any moment. The checkpoint file is replaced first and has the page in it; the page
 * is appended second. The next run finds all of that page in the output, or a beginning of it, or nothing, and appends the
 * rest. An output that holds anything else is refused, and nothing is ever cut off.
 */
export class ResumableOutput {
  isTerminal = false;
  isPipe = false;
  removed = []; // temporary files of killed runs
  checkpoint = null; // the position of the listing after these bytes and the pending text
  bytes = 0; // the length of what is in the output and in the digest
  digest = createHash('sha256'); // SHA-256 of these bytes
  pending = Buffer.alloc(0); // the text that comes next, which may be in the output in part
  earlier = ''; // what earlier runs wrote
  unlock = [];

  static async open(path, checkpointPath, format) {
    const self = new ResumableOutput();
    const [file, checkpointFile] = [await identity(path), await identity(checkpointPath)];
    if (file === checkpointFile) {
      throw new UsageError('--output and --resume name the same file: the checkpoint would overwrite the groups.');
    }
    Object.assign(self, { path, file, checkpointPath, checkpointFile, format });
    try {
      await using(`The output ${path}`, () => refuseDangling(path, '--output'));
      await using(`The checkpoint ${checkpointPath}`, () => refuseDangling(checkpointPath, '--resume'));
      for (const [name, one] of [
        [checkpointPath, checkpointFile],
        [path, file],
      ]) {
        self.unlock.push((await lock(one)) ?? refuse(name));
      }
      self.temporaries = await Temporaries.of(checkpointFile, 'next');
      self.removed = await self.temporaries.removeLeftovers();
      const kept = await using(`The checkpoint ${checkpointPath}`, () =>
        readCheckpointFile(checkpointFile, checkpointPath),
      );
      await (kept ? self.resume(kept) : self.begin());
    } catch (error) {
      await self.abandon();
      throw error;
    }
    return self;
  }

  /** Begins a listing, in an output that does not exist or is empty. */
  async begin() {
    const { path, file, checkpointPath } = this;
    const taken = () => {
      throw new UsageError(
        `--output ${path} exists, but the checkpoint ${checkpointPath} does not: name another output, or remove it.`,
      );
    };
    await using(`The output ${path}`, async () => {
      const before = await this.status();
      if (before?.size > 0) taken();
    });
    await this.keep(); // before the output: an output without a checkpoint is somebody else's
    await using(`The output ${path}`, async () => {
      this.handle = await open(file, readWrite | constants.O_CREAT); // and never truncated
      if ((await this.handle.stat()).size > 0) taken();
    });
  }

  /** Continues a listing, if the output is the one that its checkpoint describes. */
  async resume(kept) {
    const { path, file, checkpointPath, format } = this;
    this.pending = Buffer.from(kept.text);
    const vouched = kept.bytes + this.pending.length;
    if (kept.format !== format && vouched > 0) {
      throw new UsageError(
        `--resume ${checkpointPath} is of a listing in the format ${kept.format}, not ${format}: name another file, or remove it to list again.`,
      );
    }
    await using(`The output ${path}`, async () => {
      const now = await this.status();
      // A file that was moved is known by what is in it. As long as the other file exists, this one is not it.
      const other = await statusOf(kept.output.file).catch((error) => error); // what cannot be looked at is there
      if (other && !(now && other.dev === now.dev && other.ino === now.ino)) {
        const named = kept.output.path === kept.output.file ? '' : ` (${kept.output.file})`;
        throw new UsageError(
          `--resume ${checkpointPath} is of a listing into ${kept.output.path}${named}, not into ${path}. Nothing was changed.`,
          'Give that file as --output, or another one as --resume.',
        );
      }
      if (now === undefined && kept.bytes > 0) {
        throw new UsageError(
          `--output ${path} is gone, but ${checkpointPath} vouches for ${kept.bytes} bytes of it. Remove that to list again.`,
        );
      }
      this.handle = await open(file, now ? readWrite : readWrite | constants.O_CREAT | constants.O_EXCL);
      await this.verify(kept);
    });
    this.checkpoint = kept.checkpoint;
    this.bytes = kept.bytes;
  }

  /** Refuses an output that holds anything but what the checkpoint describes. */
  async verify({ bytes, sha256 }) {
    const { path, checkpointPath, pending } = this;
    const remedy = 'Name the files that belong together, or remove both to list again.';
    const { size } = await this.handle.stat();
    if (size < bytes) {
      throw new UsageError(
        `--output ${path} has ${size} bytes, but ${checkpointPath} vouches for ${bytes}: it was changed. Remove both to list again.`,
      );
    }
    if (size > bytes + pending.length) throw this.foreign(size - bytes - pending.length, remedy);
    const content = await this.read(size);
    this.digest.update(content.subarray(0, bytes));
    if (this.digest.copy().digest('hex') !== sha256) {
      throw new UsageError(
        `--output ${path} is not what ${checkpointPath} vouches for: the first ${plural(bytes, 'byte')} differ. Nothing was changed.`,
        remedy,
      );
    }
    const tail = content.subarray(bytes);
    if (!tail.equals(pending.subarray(0, tail.length))) throw this.foreign(tail.length, remedy);
    this.earlier = Buffer.concat([content.subarray(0, bytes), pending]).toString();
  }

  foreign(length, remedy) {
    const what = plural(length, 'byte');
    return new UsageError(
      `--output ${this.path} ends in ${what} that ${this.checkpointPath} does not vouch for. Nothing was changed.`,
      `Remove what was added, if you know it. ${remedy}`,
    );
  }

  /** Returns the status of the output, which must be a file if it exists. */
  async status() {
    const is = await statusOf(this.file);
    if (is && !is.isFile()) {
      throw new UsageError(`--output ${this.path} is not a file: with --resume it must be one that can grow.`);
    }
    return is;
  }

  async read(size) {
    const buffer = Buffer.alloc(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await this.handle.read(buffer, at, size - at, at);
      if (bytesRead === 0) throw new Error(`${this.path} became shorter while it was read`);
      at += bytesRead;
    }
    return buffer;
  }

  /** Appends a page, or the head. The checkpoint says where the listing stands after it. */
  async write(text, checkpoint = this.checkpoint) {
    await this.append(); // what an earlier run did not
    this.pending = Buffer.from(text);
    this.checkpoint = checkpoint;
    await this.keep();
    await this.append();
  }

  async append() {
    const { pending } = this;
    if (pending.length === 0) return;
    await using(`The output ${this.path}`, async () => {
      let at = 0;
      while (at < pending.length) {
        const { bytesWritten } = await this.handle.write(pending, at, pending.length - at, this.bytes + at);
        at += bytesWritten;
      }
      await this.handle.sync();
    });
    this.bytes += pending.length;
    this.digest.update(pending);
    this.pending = Buffer.alloc(0);
  }

  async keep() {
    const { format, path, file, bytes, checkpoint } = this;
    const sha256 = this.digest.copy().digest('hex');
    const kept = { format, output: { path, file }, bytes, sha256, text: this.pending.toString(), checkpoint };
    await using(`The checkpoint ${this.checkpointPath}`, () =>
      writeCheckpointFile(this.checkpointFile, this.temporaries.name(), kept),
    );
    this.keptBytes = bytes;
  }

  /** Ends well. The checkpoint file then vouches for all of the output, and holds no text. */
  async finish() {
    await this.append();
    if (this.keptBytes !== this.bytes) await this.keep();
    await using(`The output ${this.path}`, () => this.handle.close());
    for (const unlock of this.unlock) unlock();
  }

  async abandon() {
    await this.handle?.close().catch(() => {}); // whatever is wrong with it is known already
    for (const unlock of this.unlock) unlock();
  }
}

function refuse(name) {
  throw new OutputError(
    `Another run of this command is writing ${name}.`,
    'Wait until it has ended: two at once would mix up the listing. Or name other files.',
  );
}
