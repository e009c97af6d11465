/** A caller's options, read once. They may be anything, a Proxy that throws included. */

/** Stands for the value of an option whose getter threw. */
export const unreadable = Symbol('unreadable');

/** Returns a copy of a caller's options, without those that are undefined; undefined if they cannot be options at all. */
export function readOptions(given = {}) {
  if (!isOptions(given)) return undefined;
  const options = { __proto__: null }; // no option comes from Object.prototype
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

/** Reports whether a value can be options: an object that is no array and no function. */
export function isOptions(value) {
  try {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false; // a Proxy that was revoked
  }
}

function readOption(given, name) {
  try {
    return given[name];
  } catch {
    return unreadable;
  }
}
