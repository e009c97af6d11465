/** The inline entry for Node.js and Electron's main process, for bundles: both modules are part of the JavaScript. */
import { serverApi } from './server.js';
import { unpack } from './unpack-node.js';

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = serverApi(
  async () => unpack((await import('../dist/inline/groups.js')).default),
  () => import('./inline-sign.js'),
);

export * from './errors.js';
