/** The inline entry for Node.js and Electron's main process, for bundles: both modules are part of the JavaScript. */
import { nodeApi } from './node-platform.js';
import { unpack } from './unpack-node.js';

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = nodeApi(
  async () => unpack((await import('../dist/inline/groups.js')).default),
  () => import('./inline-sign.js'),
);

export {
  ApiError,
  GroupListError,
  HttpError,
  InternalError,
  LoadError,
  NetworkError,
  ProtocolError,
  SigningError,
  TimeoutError,
  ValidationError,
} from './errors.js';
