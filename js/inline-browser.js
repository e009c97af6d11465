/** The inline entry for browsers: the module is part of the JavaScript, so nothing is fetched. It cannot sign either. */
import groups from '../dist/inline/groups.js';
import { pageApi } from './page.js';
import { unpack } from './unpack.js';

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = pageApi(() =>
  unpack(groups),
);

export * from './errors.js';
