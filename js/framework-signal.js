/** Errors that a framework throws to steer itself. */

/**
 * Reports whether an error is a signal of a framework: Next.js and React mark theirs with a digest, such as
 * DYNAMIC_SERVER_USAGE. It must reach the framework as it is, at once.
 * @param {any} error
 */
export function isFrameworkSignal(error) {
  try {
    return typeof error.digest === 'string';
  } catch {
    return false;
  }
}
