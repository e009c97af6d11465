/**
 * Writes a caller's options as JSON for the engine, which checks them. A value that JSON cannot hold crosses as a
 * Description; of a secret, and of an option that only the host uses, the engine learns the kind and no more.
 */
import { valueOptions } from './facts.js';
import { isInstance } from './instance.js';
import { emptyObject, isOptions, unreadable } from './options.js';

/**
 * @import { Description, Given, Open } from './protocol.js'
 * @import { Options } from './options.js'
 */

// A secret under a misspelt name is none of them.
const readByEngine = new Set(valueOptions);

const maxCharacters = 4096; // no valid string is longer
const maxCheckpointCharacters = 65536; // a checkpoint may have members of the caller's own
const maxValues = 100; // no valid list is longer
const maxOptions = 100; // there are fewer: among so many, one is unknown and refused
const maxNameCharacters = 100;

// A secret in the place of the other one would be sent, or signed with.
const userSigLook = /^e[AFJN][\w*+/=-]{38,}$/; // base64 of zlib, at any level of compression
const secretKeyLook = /^[0-9a-f]{64}$/i;

/**
 * Writes the text that core.ReadOptions reads.
 * @param {string} call the function that was called
 * @param {Options | undefined} options as readOptions read them, undefined if what was given cannot be options
 * @param {unknown} given by the caller
 * @param {{ runtime: string, origin: string }} host
 */
export function describeOptions(call, options, given, { runtime, origin }) {
  /** @type {Open} */
  const open = { call, runtime, origin };
  if (options) {
    open.options = emptyObject();
    for (const [name, value] of Object.entries(options).slice(0, maxOptions)) {
      open.options[shortened(name)] = readable(() => describeOption(name, value));
    }
  } else {
    open.instead = describeOther(given);
  }
  return JSON.stringify(open);
}

/** @param {string} name */
function shortened(name) {
  return name.length > maxNameCharacters ? `${name.slice(0, maxNameCharacters)}…` : name;
}

/** @type {Description} */
const unreadableObject = { kind: 'object', problem: 'that cannot be read' }; // circular, revoked, or with properties that throw

/**
 * Describes what was given in place of options, without its value: it may be a secret.
 * @param {unknown} given
 * @returns {Given}
 */
function describeOther(given) {
  if (given === null) return null;
  return readable(() => {
    if (Array.isArray(given)) return { kind: 'array' };
    return isOptions(given) ? unreadableObject : { kind: typeof given };
  });
}

/** @param {() => Given} describe */
function readable(describe) {
  try {
    return describe();
  } catch {
    return unreadableObject;
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {Given}
 */
function describeOption(name, value) {
  if (value === null) return null;
  if (value === unreadable) return { kind: 'option', problem: 'whose getter throws' };
  if (name === 'signal' && isAbortSignal(value)) return { kind: 'AbortSignal' };
  if (name === 'headers' && typeof value === 'object') return describeHeaders(value);
  if (name === 'resume' && typeof value === 'object') return describeCheckpoint(value);
  if ((name === 'userSig' || name === 'secretKey') && typeof value === 'string') return describeSecret(name, value);
  if (readByEngine.has(name) || typeof value === 'object') return describeValue(value);
  return { kind: typeof value };
}

/**
 * @param {unknown} value
 * @returns {Given}
 */
function describeValue(value) {
  switch (typeof value) {
    case 'string':
      return value.length > maxCharacters ? { kind: 'string', length: value.length } : value;
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : { kind: 'number', text: String(value) };
    case 'bigint':
      return describeBigint(String(value));
    case 'object':
      return describeObject(value);
    default:
      return { kind: typeof value };
  }
}

/** @param {string} digits */
function describeBigint(digits) {
  return digits.length > maxCharacters ? { kind: 'bigint', length: digits.length } : { kind: 'bigint', text: digits };
}

/**
 * @param {object | null} value
 * @returns {Given}
 */
function describeObject(value) {
  if (value === null) return null;
  if (Array.isArray(value)) {
    return value.length > maxValues ? describeArray(value) : value.map(describeElement);
  }
  const className = value.constructor?.name;
  const known = typeof className === 'string' && /^[A-Z]\w{0,99}$/.test(className);
  return known ? { kind: 'object', class: className } : { kind: 'object' };
}

/**
 * Does not look into arrays within arrays: they may be circular, or many.
 * @param {unknown} value
 */
function describeElement(value) {
  return Array.isArray(value) ? describeArray(value) : describeValue(value);
}

/** @param {unknown[]} value */
function describeArray({ length }) {
  return { kind: 'array', length };
}

/**
 * @param {unknown} value
 * @returns {Description}
 */
function describeHeaders(value) {
  return isInstance(value, Headers) ? { kind: 'Headers' } : { kind: 'object', problem: 'that Headers refuses' };
}

/**
 * @param {unknown} value
 * @returns {Description}
 */
function describeCheckpoint(value) {
  const { length } = JSON.stringify(value);
  return length > maxCheckpointCharacters ? { kind: 'checkpoint', length } : { kind: 'checkpoint', value };
}

/**
 * Returns what is wrong with a secret, which the engine never sees.
 * @param {'userSig' | 'secretKey'} name
 * @param {string} value
 * @returns {Description}
 */
function describeSecret(name, value) {
  if (value === '') return { kind: 'secret', problem: 'empty' };
  if (value.trim() !== value) return { kind: 'secret', problem: 'white space' }; // as from a file that ends in a line feed
  if (name === 'userSig' && secretKeyLook.test(value)) return { kind: 'secret', problem: 'secret key' };
  if (name === 'secretKey' && userSigLook.test(value)) return { kind: 'secret', problem: 'UserSig' };
  return { kind: 'secret' };
}

/**
 * Reports whether a value is an AbortSignal, this realm's or another's.
 * @param {any} value
 * @returns {value is AbortSignal}
 */
export function isAbortSignal(value) {
  try {
    return typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function';
  } catch {
    return false;
  }
}
