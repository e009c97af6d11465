/** Gets what a URL names, in Node.js, Electron's main process, Bun and Deno. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** @param {URL} url */
export const open = async (url) => (url.protocol === 'file:' ? readFile(fileURLToPath(url.href)) : fetch(url));
