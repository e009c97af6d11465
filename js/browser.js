/** The entry for browsers: the module is fetched, and there is no way to sign. */
import { browserApi } from './browser-platform.js';

// Bundlers copy the file that such an expression names. File tracers do so only if it is a statement.
function groups() {
  return new URL('../dist/groups.wasm', import.meta.url);
}

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = browserApi(groups);

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
