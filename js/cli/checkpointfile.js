/**
 * The file of --resume. It describes the output completely: the first `bytes` bytes of it, which have the digest `sha256`,
 * and after them `text`, the page that is being written. `checkpoint` is the listing's position after all of that. So what
 * is in an output after a crash can be compared to the last byte, and what this command did not write is never cut off.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { statusOf } from './files.js';
import { create } from './temporary.js';
import { UsageError } from './usageerror.js';

const version = 2;
// What is longer is no checkpoint: the longest part is the text of one page.
const maxBytes = 2 ** 28;

const isText = (value) => typeof value === 'string';
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const members = {
  version: (value) => value === version,
  format: isText,
  output: (value) => isObject(value) && isText(value.path) && isText(value.file) && Object.keys(value).length === 2,
  bytes: (value) => Number.isSafeInteger(value) && value >= 0,
  sha256: (value) => isText(value) && /^[0-9a-f]{64}$/.test(value),
  text: isText,
  checkpoint: (value) => value === null || isObject(value),
};

/**
 * Reads a checkpoint file.
 * @param {string} file
 * @param {string} path as it was given
 * @returns {Promise<{ format: string, output: { path: string, file: string }, bytes: number, sha256: string, text: string,
 *   checkpoint: object | null } | undefined>} undefined if there is no such file
 */
export async function readCheckpointFile(file, path) {
  const is = await statusOf(file);
  if (is === undefined) return undefined;
  if (!is.isFile()) throw new UsageError(`--resume ${path} is not a file.`); // /dev/zero never ends
  let kept;
  try {
    if (is.size <= maxBytes) kept = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isObject(kept) && Number.isInteger(kept.version) && kept.version !== version && 'checkpoint' in kept) {
    throw new UsageError(
      `--resume ${path} is a checkpoint of version ${kept.version}, and this command reads version ${version}.`,
      'Remove it and its output to list again.',
    );
  }
  const names = Object.keys(members);
  const fits =
    isObject(kept) &&
    Object.keys(kept).length === names.length &&
    names.every((name) => Object.hasOwn(kept, name) && members[name](kept[name]));
  if (!fits) {
    throw new UsageError(
      `--resume ${path} is not a checkpoint that this command wrote. Nothing was changed.`,
      'Name another file.',
    );
  }
  return kept;
}

/** Replaces a checkpoint file in one step, by way of a temporary file. */
export async function writeCheckpointFile(file, temporary, kept) {
  const handle = await create(temporary);
  try {
    try {
      await handle.writeFile(`${JSON.stringify({ version, ...kept })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes a rename last before anything is written after it. Not every system can. */
async function syncFolder(folder) {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}
