/**
 * What listings reject with. The core writes the words; here they become errors that JavaScript code can tell apart.
 * Nothing in them holds a UserSig, a secret key or a URL with a query, in no property and no cause.
 */

/** The base class: `error instanceof GroupListError` is true for every failure but an abort. */
export class GroupListError extends Error {
  /**
   * @param {object} failure as the core describes it
   * @param {{ cause?: Error }} [context]
   */
  constructor(failure, { cause } = {}) {
    super(failure.hint ? `${failure.message} ${failure.hint}` : failure.message, cause && { cause });
    this.kind = failure.kind;
    this.code = failure.code;
    this.hint = failure.hint ?? '';
    this.retryable = failure.retryable;
    this.attempts = failure.attempts ?? 0;
    this.checkpoint = failure.checkpoint;
  }
}

export class ValidationError extends GroupListError {
  constructor(failure, context) {
    super(failure, context);
    this.option = failure.option;
  }
}

export class ApiError extends GroupListError {
  constructor(failure, context) {
    super(failure, context);
    this.errorInfo = failure.errorInfo;
    this.requestId = failure.requestId;
  }
}

export class HttpError extends GroupListError {
  constructor(failure, context) {
    super(failure, context);
    this.status = failure.status;
  }
}

export class NetworkError extends GroupListError {}
export class TimeoutError extends GroupListError {}
export class ProtocolError extends GroupListError {}
export class SigningError extends GroupListError {}
export class LoadError extends GroupListError {}
export class InternalError extends GroupListError {}

// On the prototypes, as with the language's own errors, so that a log shows it once.
for (const [name, type] of Object.entries({
  GroupListError,
  ValidationError,
  ApiError,
  HttpError,
  NetworkError,
  TimeoutError,
  ProtocolError,
  SigningError,
  LoadError,
  InternalError,
})) {
  Object.defineProperty(type.prototype, 'name', { value: name, writable: true, configurable: true });
}
