/** The entry for Node.js, Electron's main process, Bun and Deno: files are read, and a secretKey may be used. */
import { readFile } from 'node:fs/promises';
import { createApi } from './api.js';
import { compile } from './load.js';

const open = async (url) => (url.protocol === 'file:' ? readFile(url) : fetch(url));

// Electron's renderer can be allowed to load this entry, and is a browser all the same.
const isPage = typeof document !== 'undefined' || ['renderer', 'worker'].includes(globalThis.process?.type);

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = createApi({
  runtime: isPage ? 'browser' : 'server',
  origin: '',
  load: (wasm = new URL('../dist/groups.wasm', import.meta.url)) => compile(wasm, open),
  async sign(request) {
    const { sign } = await import('./sign.js'); // only now: most users of a process never sign
    return sign(request);
  },
});

export * from './errors.js';
