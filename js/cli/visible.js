/**
 * Foreign text on a terminal. Invisible characters are shown as codes: they could change the title or the clipboard,
 * hide text, or reverse its direction.
 */

import { invisible } from '../invisible.js';

const hidden = new RegExp(invisible, 'gu');

/**
 * Shows invisible characters as codes such as \u{1b}. A backslash before u{ gets a code too, so that different texts
 * look different.
 * @param {string} text
 */
export const visible = (text) =>
  text
    .replace(/\\(?=u\{)/g, '\\u{5c}')
    .replace(hidden, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/**
 * Shows the invisible characters of JSON as JSON's own codes, such as \u001b.
 * @param {string} json
 */
export const visibleJson = (json) =>
  json.replace(hidden, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/**
 * Returns foreign text on one line, with invisible characters shown.
 * @param {string} text
 */
export const printable = (text) => visible(text.replace(/\s+/g, ' ').trim());
