/**
 * The inline entry for browsers: the module is part of the JavaScript, so nothing is fetched. It cannot sign either.
 */
import groups from '../dist/inline/groups.js';
import { browserApi } from './browser-platform.js';
import { unpack } from './unpack.js';

export const { listGroups, listAllGroups, paginateGroups, countGroups, createClient, init } = browserApi(() =>
  unpack(groups),
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
