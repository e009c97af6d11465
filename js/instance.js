/** instanceof for values of others, of which a Proxy may throw whatever is asked of it. */

/**
 * Reports whether a value is an instance of a class.
 * @template T
 * @param {unknown} value
 * @param {abstract new (...args: any[]) => T} type
 * @returns {value is T}
 */
export function isInstance(value, type) {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}
