/**
 * The errors that listings reject with. The engine writes the words; here they become classes.
 * No property and no cause holds a UserSig, a secret key or a URL with a query.
 */

/**
 * @import { Failure } from './protocol.js'
 * @import { Checkpoint } from '../index.js'
 */

/**
 * @typedef {object} LocalFailure a failure that the engine does not know of: of its own start, or of the options of init
 * @property {'validation' | 'load' | 'internal'} kind
 * @property {string} message
 * @property {string} [hint]
 * @property {boolean} retryable
 * @property {string} [option]
 * @property {Checkpoint} [checkpoint]
 */

/**
 * @typedef {(Failure | LocalFailure) & { code?: number | string, errorInfo?: string, requestId?: string, status?:
 * number, option?: string, attempts?: number }} AnyFailure
 */

/** @typedef {{ cause?: Error }} Context */

/** @type {WeakMap<GroupListError, AnyFailure>} */
const failures = new WeakMap();

/**
 * Replaces the placeholders of options in a message, {option:limit}, by the names that a surface has for them.
 * @param {string} message
 * @param {(option: string) => string} nameOf
 */
function fillOptions(message, nameOf) {
  return message.replace(/\{option:(\w+)\}/g, (_, option) => nameOf(option));
}

/**
 * Returns what happened and what to do, with other names for the options than those of the API.
 * @param {GroupListError} error
 * @param {(option: string) => string} nameOf
 * @returns {{ message: string, hint: string }}
 */
export function wordsOf(error, nameOf) {
  const { message, hint = '' } = failures.get(error) ?? error;
  return { message: fillOptions(message, nameOf), hint: fillOptions(hint, nameOf) };
}

/**
 * @param {AnyFailure} failure
 * @returns {string}
 */
function messageOf({ message, hint }) {
  return fillOptions(hint ? `${message} ${hint}` : message, (option) => option);
}

/** The base class: `error instanceof GroupListError` is true for every failure but an abort. */
export class GroupListError extends Error {
  /**
   * @param {AnyFailure} failure
   * @param {Context} [context]
   */
  constructor(failure, { cause } = {}) {
    super(messageOf(failure), cause && { cause });
    failures.set(this, failure);
    this.kind = failure.kind;
    this.code = failure.code;
    this.hint = wordsOf(this, (option) => option).hint;
    this.retryable = failure.retryable;
    this.attempts = failure.attempts ?? 0;
    this.checkpoint = failure.checkpoint;
  }
}

export class ValidationError extends GroupListError {
  /**
   * @param {AnyFailure} failure
   * @param {Context} [context]
   */
  constructor(failure, context) {
    super(failure, context);
    this.option = failure.option;
  }
}

export class ApiError extends GroupListError {
  /**
   * @param {AnyFailure} failure
   * @param {Context} [context]
   */
  constructor(failure, context) {
    super(failure, context);
    this.errorInfo = failure.errorInfo;
    this.requestId = failure.requestId;
  }
}

export class HttpError extends GroupListError {
  /**
   * @param {AnyFailure} failure
   * @param {Context} [context]
   */
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

/**
 * Returns the error of the class that belongs to a failure's kind.
 * @param {AnyFailure} failure
 * @param {Context} [context]
 * @returns {GroupListError}
 */
export function toError(failure, context) {
  return new classes[failure.kind](failure, context);
}
