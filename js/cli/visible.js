/**
 * Text of others on a terminal. What is not printable could change the title or the clipboard, hide text or turn it around;
 * it is shown by its code.
 */

import { invisible } from '../invisible.js';

const hidden = new RegExp(invisible, 'gu');

/**
 * Shows what is not printable as \u{1b}. A backslash that would begin such a code is shown by its own, so that every text
 * looks different.
 */
export const visible = (text) =>
  text.replace(/\\(?=u\{)/g, '\\u{5c}').replace(hidden, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);

/** The same for JSON, which has codes of its own: \u001b. */
export const visibleJson = (json) =>
  json.replace(hidden, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/** A text on one line: a server's words may hold anything. */
export const printable = (text) => visible(text.replace(/\s+/g, ' ').trim());
