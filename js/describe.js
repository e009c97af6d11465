/**
 * Tells the core what a caller asked for. The core checks it all; here each option is only put into words: its type and,
 * where the core may know it, its value. Of a secret, and of what has no business here, it learns that it is there, no more.
 */

import { isInstance } from './instance.js';
import { isOptions, unreadable } from './options.js';

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

const maxCharacters = 4096; // more than any option may have: of a longer value, the core learns its length only
const maxCheckpointCharacters = 65536; // the same for a checkpoint, which may have members of the caller's own
// A secret in the place of the other one would be sent, or signed with.
const swapped = {
  userSig: { kind: 'secret key', looks: /^[0-9a-f]{64}$/i },
  secretKey: { kind: 'UserSig', looks: /^e[AFJN][\w*+/=-]{38,}$/ }, // base64 of zlib, at any level of compression
};

const maxOptions = 100; // more than there are: among so many, one is unknown and refused

/**
 * Writes the text that core.ReadOptions reads.
 * @param {string} call the function that was called
 * @param {object | undefined} options as readOptions read them, undefined if what was given cannot be options
 * @param {unknown} given by the caller
 * @param {{ runtime: string, origin: string }} host
 */
export function describeOptions(call, options, given, { runtime, origin }) {
  const text = { call, runtime, origin, options: { __proto__: null } }; // an option may be called __proto__
  if (options) {
    for (const [name, value] of Object.entries(options).slice(0, maxOptions)) {
      text.options[name.slice(0, maxCharacters)] = describe(name, value);
    }
  } else {
    text.instead = isOptions(given) ? 'object that cannot be read' : describe('options', given);
  }
  return JSON.stringify(text);
}

/** A kind, and behind a colon the value where the core may know it. */
function describe(name, value) {
  if (value === null) return 'null';
  if (value === unreadable) return 'option whose getter throws';
  if (typeof value === 'object') return describeObject(name, value);
  if (value === '' && !plain.has(name)) return 'empty string';
  // As from a file that ends in a line feed. The engine, which never sees the secret, could not tell why it is refused.
  if ((name === 'secretKey' || name === 'userSig') && typeof value === 'string' && value.trim() !== value) {
    return 'string with white space around it';
  }
  if (typeof value === 'string' && swapped[name]?.looks.test(value)) return swapped[name].kind;
  if (!plain.has(name) || typeof value === 'function' || typeof value === 'symbol') return typeof value;
  return withValue(typeof value, String(value), maxCharacters);
}

/** Never cuts a value: what would be called then is not what was given. */
function withValue(kind, value, max) {
  return value.length > max ? `${kind} of ${value.length} characters` : `${kind}:${value}`;
}

function describeObject(name, value) {
  try {
    if (name === 'signal' && isAbortSignal(value)) return 'AbortSignal';
    if (name === 'headers') return isInstance(value, Headers) ? 'headers' : 'object that Headers refuses';
    if (name === 'resume') return withValue('checkpoint', JSON.stringify(value), maxCheckpointCharacters);
    if (name === 'groupType' && isListOfNames(value)) {
      return value.length > 0 ? withValue('list', value.join(), maxCharacters) : 'empty list';
    }
    const className = value.constructor?.name;
    // A class may have any name, those that mean something here included.
    const known = typeof className === 'string' && /^[A-Z]\w{0,99}$/.test(className) && className !== 'AbortSignal';
    return known ? className : 'object';
  } catch {
    return 'object that cannot be read'; // circular, or with properties that throw
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
