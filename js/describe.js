/**
 * Tells the core what a caller asked for. The core checks it all; here each option is only put into words: its type and,
 * where the core may know it, its value. Of a secret, and of what has no business here, it learns that it is there, no more.
 */

// The options whose values the core reads. A secret under a misspelt name is none of them.
const plain = new Set([
  'sdkAppId',
  'identifier',
  'proxy',
  'region',
  'endpoint',
  'limit',
  'next',
  'groupType',
  'credentials',
  'timeoutMs',
  'maxRetries',
  'minIntervalMs',
  'maxPages',
]);

const mostCharacters = 4096; // more than any option may have: what is longer is refused all the same

/** Writes the text that core.ReadOptions reads. */
export function describeOptions(call, options, { runtime, origin }) {
  const text = { call, runtime, origin, options: {} };
  if (options !== undefined && !isOptions(options)) {
    text.instead = describe('options', options);
  } else {
    for (const [name, value] of Object.entries(options ?? {})) {
      if (value !== undefined) text.options[name] = describe(name, value);
    }
  }
  return JSON.stringify(text);
}

/** Tells whether a value can be options at all: an object that is no array and no function. */
export function isOptions(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A kind, and behind a colon the value where the core may know it. */
function describe(name, value) {
  if (value === null) return 'null';
  if (typeof value === 'object') return describeObject(name, value);
  if (value === '' && !plain.has(name)) return 'empty string';
  // As from a file that ends in a line feed. The engine, which never sees the secret, could not tell why it is refused.
  if ((name === 'secretKey' || name === 'userSig') && typeof value === 'string' && value.trim() !== value) {
    return 'string with white space around it';
  }
  return plain.has(name) && typeof value !== 'function' && typeof value !== 'symbol'
    ? `${typeof value}:${String(value).slice(0, mostCharacters)}`
    : typeof value;
}

function describeObject(name, value) {
  try {
    if (name === 'signal' && isAbortSignal(value)) return 'AbortSignal';
    if (name === 'headers') return value instanceof Headers ? 'headers' : 'object that Headers refuses';
    if (name === 'resume') return `checkpoint:${JSON.stringify(value)}`;
    if (name === 'groupType' && isListOfNames(value)) {
      return value.length > 0 ? `list:${value.join().slice(0, mostCharacters)}` : 'empty list';
    }
    const className = value.constructor?.name;
    // A class may have any name, those that mean something here included.
    return /^[A-Z]\w*$/.test(className) && className !== 'AbortSignal' ? className : 'object';
  } catch {
    return 'object'; // circular, or with properties that throw
  }
}

/** Tells whether a value is an array of strings, of which none holds the comma that separates them. */
function isListOfNames(value) {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && !name.includes(','));
}

/** Tells whether a value is an AbortSignal, this realm's or another's. */
export function isAbortSignal(value) {
  try {
    return typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function';
  } catch {
    return false;
  }
}
