/** The entry for Node.js, Electron's main process, Bun and Deno: files are read, and a secretKey may be used. */
import { serverApi } from './server.js';

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = serverApi(
  () => new URL('../dist/groups.wasm', import.meta.url), // bundlers know this form, and copy the file
  () => import('./sign.js'),
);

export * from './errors.js';
