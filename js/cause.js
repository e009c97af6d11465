/**
 * What is kept of an error that came from elsewhere (fetch, a userSig function) as the `cause` of ours. The original is
 * not: some runtimes write the URL that failed, signature included, into properties of their errors.
 */

const maxDepth = 5;
const maxCharacters = 16384; // of each text: nobody reads more

/**
 * @typedef {{ name: string, message: string, code: string, stack: string, telling: boolean }} Link of a chain of errors
 */

/**
 * Copies names, messages and codes along the chain of causes, each passed through `redact`.
 * @param {unknown} error
 * @param {(text: string) => string} redact
 */
export function cleanCause(error, redact) {
  return copyOf(chainOf(error), redact);
}

/**
 * Describes an error in one line, by the innermost message, and with the system's code if one is known.
 * @param {unknown} error
 */
export function describeError(error) {
  let text = '';
  let code = '';
  for (const link of chainOf(error)) {
    if (!text || link.telling) text = link.message || text;
    code = link.code || code;
  }
  return { text, code };
}

/**
 * @param {Link[]} chain
 * @param {(text: string) => string} redact
 * @returns {Error}
 */
function copyOf([link, ...inner], redact) {
  /** @type {Error & { code?: string }} */
  const copy = new Error(redact(link.message), inner.length > 0 ? { cause: copyOf(inner, redact) } : undefined);
  Object.defineProperty(copy, 'name', { value: redact(link.name) });
  if (link.code) copy.code = redact(link.code);
  copy.stack = redact(link.stack || `${link.name}: ${link.message}`); // its own would show where it was copied
  return copy;
}

/**
 * Returns the texts of an error and its causes. Errors of another realm, as in test runners, are not instances of
 * Error: shape counts.
 * @param {unknown} error
 */
function chainOf(error) {
  const chain = [];
  let link = error;
  do {
    chain.push(isObject(link) ? linkOf(link) : primitiveLink(link));
    link = innerOf(link);
  } while (link != null && chain.length < maxDepth);
  return chain;
}

/**
 * @param {any} object
 * @returns {Link}
 */
function linkOf(object) {
  /** @param {string} name */
  const read = (name) => textOf(() => (typeof object[name] === 'string' ? object[name] : ''));
  return {
    name: read('name') || 'Error',
    message: read('message') || ownText(object),
    code: codeOf(object),
    stack: read('stack'),
    telling: true,
  };
}

/**
 * A number says less than the message of the error that it is the cause of.
 * @param {unknown} value
 * @returns {Link}
 */
function primitiveLink(value) {
  return { name: 'Error', message: textOf(() => value), code: '', stack: '', telling: typeof value === 'string' };
}

/**
 * Returns the text of an object that has no message, '' if it is the one that every object has.
 * @param {any} object
 */
function ownText(object) {
  const text = textOf(() => (typeof object === 'function' || 'message' in object ? '' : object));
  return text.startsWith('[object ') ? '' : text;
}

/**
 * Returns a value as text. A value that throws when it is read has none.
 * @param {() => unknown} read
 */
function textOf(read) {
  try {
    const value = read();
    return value == null ? '' : String(value).slice(0, maxCharacters);
  } catch {
    return '';
  }
}

/**
 * Returns the code of a system error, '' if there is none: a DOMException's is a number, and others' may be anything.
 * @param {any} error
 */
function codeOf(error) {
  const code = textOf(() => (typeof error.code === 'string' ? error.code : ''));
  return /^[A-Z]\w{0,99}$/i.test(code) ? code : '';
}

/**
 * @param {unknown} value
 * @returns {value is object}
 */
function isObject(value) {
  return Object(value) === value;
}

/**
 * If a host has several addresses and all failed, the first error with a message stands for all.
 * @param {any} error
 */
function innerOf(error) {
  try {
    if (!isObject(error)) return undefined;
    const { errors } = /** @type {any} */ (error);
    return (Array.isArray(errors) && (errors.find(isTelling) ?? errors[0])) || /** @type {any} */ (error).cause;
  } catch {
    return undefined;
  }
}

/** @param {unknown} error */
function isTelling(error) {
  return (isObject(error) ? linkOf(error) : primitiveLink(error)).message !== '';
}
