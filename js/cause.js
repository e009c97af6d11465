/**
 * What is kept of an error that came from elsewhere (fetch, a userSig function) as the `cause` of ours. The original is
 * not: some runtimes write the URL that failed, signature included, into properties of their errors.
 */

const maxDepth = 5;
const maxCharacters = 16384; // of each text: nobody reads more

/** Copies names, messages and codes along the chain of causes, each passed through `redact`. */
export function cleanCause(error, redact) {
  return copyOf(chainOf(error), redact);
}

/** Describes an error in one line, by the innermost message, and with the system's code if one is known. */
export function describeError(error) {
  let text = '';
  let code = '';
  for (const link of chainOf(error)) {
    if (!text || link.telling) text = link.message || text;
    code = link.code || code;
  }
  return { text, code };
}

function copyOf([link, ...inner], redact) {
  const copy = new Error(redact(link.message), inner.length > 0 ? { cause: copyOf(inner, redact) } : undefined);
  Object.defineProperty(copy, 'name', { value: redact(link.name) });
  if (link.code) copy.code = redact(link.code);
  copy.stack = redact(link.stack || `${link.name}: ${link.message}`); // its own would show where it was copied
  return copy;
}

/** Returns the texts of an error and its causes. Errors of another realm, as in test runners, are no instances of Error: shape counts. */
function chainOf(error) {
  const chain = [];
  let link = error;
  do {
    chain.push(isObject(link) ? linkOf(link) : primitiveLink(link));
    link = innerOf(link);
  } while (link != null && chain.length < maxDepth);
  return chain;
}

function linkOf(object) {
  const read = (name) => textOf(() => (typeof object[name] === 'string' ? object[name] : ''));
  return {
    name: read('name') || 'Error',
    message: read('message') || ownText(object),
    code: codeOf(object),
    stack: read('stack'),
    telling: true,
  };
}

/** A number tells less than the message of the error that it is the cause of. */
function primitiveLink(value) {
  return { name: 'Error', message: textOf(() => value), code: '', stack: '', telling: typeof value === 'string' };
}

/** Returns the text of an object that has no message, '' if it is the one that every object has. */
function ownText(object) {
  const text = textOf(() => (typeof object === 'function' || 'message' in object ? '' : object));
  return text.startsWith('[object ') ? '' : text;
}

/** Returns a value as text. A value that throws when it is read has none. */
function textOf(read) {
  try {
    const value = read();
    return value == null ? '' : String(value).slice(0, maxCharacters);
  } catch {
    return '';
  }
}

/** Returns the code of a system error, '' if there is none: a DOMException's is a number, and others' may be anything. */
function codeOf(error) {
  const code = textOf(() => (typeof error.code === 'string' ? error.code : ''));
  return /^[A-Z]\w{0,99}$/i.test(code) ? code : '';
}

function isObject(value) {
  return Object(value) === value;
}

// If a host has several addresses and all failed, the first error with a message stands for all.
function innerOf(error) {
  try {
    if (!isObject(error)) return undefined;
    const { errors } = error;
    return (Array.isArray(errors) && (errors.find(isTelling) ?? errors[0])) || error.cause;
  } catch {
    return undefined;
  }
}

function isTelling(error) {
  return (isObject(error) ? linkOf(error) : primitiveLink(error)).message !== '';
}
