// The files of a page, for a server that hands them out.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * Reads the file that a request asks for.
 * @param {string} folder the page's
 * @param {string} url the request's: a path, with or without a query
 * @returns {Promise<{ type: string, body: Buffer }>} type is its Content-Type; rejects where there is no such file
 */
export async function readPageFile(folder, url) {
  const { pathname } = new URL(url, 'http://localhost');
  return { type: types[extname(pathname)] ?? 'text/plain', body: await readFile(join(folder, normalize(pathname))) };
}
