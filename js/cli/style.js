/** Colors, and text that fits a terminal's width. */

/**
 * A stream that may be a terminal. Some tests and hosts give others than process.stdout.
 * @typedef {import('node:stream').Writable & { isTTY?: boolean, columns?: number, fd?: number }} OutputStream
 */

/** @typedef {{ red: (text: string) => string, green: (text: string) => string }} Colors */

/**
 * Reports whether a stream is a terminal that can overwrite a line.
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} env
 */
export const isScreen = (stream, env) => Boolean(stream.isTTY) && env.TERM !== 'dumb';

/**
 * Returns functions that color text for a stream, or return it unchanged. FORCE_COLOR overrides NO_COLOR, and both
 * override the kind of the stream.
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} env
 * @returns {Colors}
 */
export function colors(stream, env) {
  const on = env.FORCE_COLOR ? !/^(0|false)$/.test(env.FORCE_COLOR) : !env.NO_COLOR && isScreen(stream, env);
  /**
   * @param {string} start
   * @param {string} end
   * @returns {(text: string) => string}
   */
  const paint = (start, end) => (text) => (on && text ? `\x1b[${start}m${text}\x1b[${end}m` : text);
  return { red: paint('1;31', '0'), green: paint('32', '39') };
}

/**
 * Returns the beginning of a text that fits a number of columns. A character outside ASCII may be two columns wide.
 * @param {string} text
 * @param {number} columns
 */
export function fitting(text, columns) {
  let used = 0;
  let fits = '';
  for (const character of text) {
    used += character <= '~' ? 1 : 2;
    if (used > columns) break;
    fits += character;
  }
  return fits;
}
