// How much memory a process holds while IDs stream through paginateGroups, page by page.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The goal: after the last of 2,000 pages at most so many times what it was after 1,000. */
export const mostGrowth = 1.2;

const run = promisify(execFile);
const script = fileURLToPath(new URL('memory-stream.mjs', import.meta.url));

/**
 * Streams groups in a process of its own.
 * @param {object} [options] of paginateGroups; without them a million IDs come from memory, as fast as they are read
 * @returns {Promise<{ listed: number, pages: number, settled: object, last: object }>} settled (page 1,000) and last are what is held when
 *   that page has just been taken and garbage was collected, in bytes: { heap, engine }
 */
export async function streamAndWeigh(options) {
  const env = { PATH: process.env.PATH, ...(options && { OPTIONS: JSON.stringify(options) }) };
  const { stdout } = await run(process.execPath, ['--expose-gc', script], { env });
  return JSON.parse(stdout);
}
