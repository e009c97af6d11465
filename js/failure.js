/** Makes errors of failures, as the core describes them. */
import {
  ApiError,
  HttpError,
  InternalError,
  LoadError,
  NetworkError,
  ProtocolError,
  SigningError,
  TimeoutError,
  ValidationError,
} from './errors.js';

const classes = {
  validation: ValidationError,
  api: ApiError,
  http: HttpError,
  network: NetworkError,
  timeout: TimeoutError,
  protocol: ProtocolError,
  signing: SigningError,
  load: LoadError,
  internal: InternalError,
};

/** Makes the error of the class that belongs to a failure's kind. */
export function toError(failure, context) {
  return new classes[failure.kind](failure, context);
}
