/**
 * The file of --resume. It describes the output completely: the first `bytes` bytes, whose digest is `sha256`, then
 * `text`, the page that is being written. `checkpoint` is the listing's position after all of that. So a resumed run
 * can compare the output with it to the last byte, and never cuts off what this command did not write.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { statusOf } from './files.js';
import { create } from './temporary.js';
import { UsageError } from './usageerror.js';

/** @import { Checkpoint } from '../../index.js' */

/**
 * @typedef {object} Saved the content of a checkpoint file
 * @property {string} format
 * @property {{ path: string, file: string }} output its path as it was given, and its canonical path
 * @property {number} bytes
 * @property {string} sha256
 * @property {string} text
 * @property {Checkpoint | null} checkpoint null before the first page; the engine checks its members
 */

const version = 2;
const maxBytes = 2 ** 28; // the longest part is the text of one page

/** @param {unknown} value */
const isText = (value) => typeof value === 'string';

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @type {Record<string, (value: unknown) => boolean>} */
const members = {
  version: (value) => value === version,
  format: isText,
  output: (value) => isObject(value) && isText(value.path) && isText(value.file) && Object.keys(value).length === 2,
  bytes: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  sha256: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  text: isText,
  checkpoint: (value) => value === null || isObject(value),
};

/**
 * Reads a checkpoint file.
 * @param {string} file
 * @param {string} path as it was given
 * @returns {Promise<Saved | undefined>} undefined if there is no such file
 */
export async function readCheckpointFile(file, path) {
  const status = await statusOf(file);
  if (status === undefined) return undefined;
  if (!status.isFile()) throw new UsageError(`--resume ${path} is not a regular file.`); // /dev/zero never ends
  /** @type {unknown} */
  let saved;
  try {
    if (status.size <= maxBytes) saved = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isObject(saved) && Number.isInteger(saved.version) && saved.version !== version && 'checkpoint' in saved) {
    throw new UsageError(
      `--resume ${path} is a checkpoint of version ${saved.version}; this command reads version ${version}.`,
      'Remove it and its output to list again.',
    );
  }
  if (!isSaved(saved)) {
    throw new UsageError(
      `--resume ${path} is not a checkpoint that this command wrote. Nothing was changed.`,
      'Name another file.',
    );
  }
  return saved;
}

/**
 * @param {unknown} value
 * @returns {value is Saved}
 */
function isSaved(value) {
  const names = Object.keys(members);
  return (
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && members[name](value[name]))
  );
}

/**
 * Replaces a checkpoint file in one step, through a temporary file.
 * @param {string} file
 * @param {string} temporary
 * @param {Saved} saved
 */
export async function writeCheckpointFile(file, temporary, saved) {
  const handle = await create(temporary);
  try {
    try {
      await handle.writeFile(`${JSON.stringify({ version, ...saved })}\n`);
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

/**
 * Makes a rename durable before anything else is written. Not every system can.
 * @param {string} folder
 */
async function syncFolder(folder) {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}
