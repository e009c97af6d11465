/** The entry for Node.js, Electron's main process, Bun and Deno: files are read, and a secretKey may be used. */
import { nodeApi } from './node-platform.js';

// Bundlers copy the file that such an expression names. File tracers do so only if it is a statement.
function groups() {
  return new URL('../dist/groups.wasm', import.meta.url);
}

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = nodeApi(
  groups,
  () => import('./sign.js'),
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
