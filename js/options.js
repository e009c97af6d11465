/** A caller's options, read once. They may be anything, a Proxy that throws included. */

/** @typedef {{ [name: string]: unknown }} Options as they were given: any value under any name */

/** Stands for the value of an option whose getter threw. */
export const unreadable = Symbol('unreadable');

/**
 * Returns a copy of a caller's options, without those that are undefined; undefined if they cannot be options at all.
 * @param {unknown} given
 * @returns {Options | undefined}
 */
export function readOptions(given = {}) {
  if (!isOptions(given)) return undefined;
  const options = emptyObject(); // no option comes from Object.prototype
  try {
    for (const name of Object.keys(given)) {
      const value = readOption(given, name);
      if (value !== undefined) options[name] = value;
    }
  } catch {
    return undefined;
  }
  return options;
}

/**
 * Returns an object without a prototype: a member of it may be called __proto__.
 * @returns {{ [name: string]: any }}
 */
export function emptyObject() {
  return Object.create(null);
}

/**
 * Reports whether a value can be options: an object that is no array and no function.
 * @param {unknown} value
 * @returns {value is Options}
 */
export function isOptions(value) {
  try {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false; // a Proxy that was revoked
  }
}

/**
 * @param {Options} given
 * @param {string} name
 */
function readOption(given, name) {
  try {
    return given[name];
  } catch {
    return unreadable;
  }
}
