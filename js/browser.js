/** The entry for browsers: the module is fetched, and there is no way to sign. */
import { pageApi } from './page.js';

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = pageApi(
  () => new URL('../dist/groups.wasm', import.meta.url), // bundlers know this form, and copy the file
);

export * from './errors.js';
