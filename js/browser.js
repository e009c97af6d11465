/** The entry for browsers: the module is fetched, and there is no way to sign. */
import { createApi } from './api.js';
import { compile } from './load.js';

const origin = globalThis.location?.origin ?? '';

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = createApi({
  runtime: 'browser',
  origin: /^https?:/.test(origin) ? origin : '', // 'null' where a page came from a file
  load: (wasm = new URL('../dist/groups.wasm', import.meta.url)) =>
    compile(wasm, (url) => fetch(url), globalThis.location?.href),
  sign: () => Promise.reject(new Error('a browser cannot sign')), // the core refuses secretKey before it comes to this
});

export * from './errors.js';
