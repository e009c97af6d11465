/**
 * Text from strangers, made visible: what would not be seen, or would make the rest look different, is shown by its
 * code.
 */

import { invisible } from '../../js/invisible.js';

// Two texts that differ must not look the same: so a space is odd as well at an end, or before another.
const odd = new RegExp(`${invisible}|^ | (?=$| )`, 'gu');

/**
 * Splits a text.
 * @returns {{ text: string, odd: boolean, raw: string }[]} of what is odd, text says what it is, and raw is the character itself
 */
export function visible(text) {
  const parts = [];
  const plain = (from, to) =>
    from < to && parts.push({ text: text.slice(from, to), odd: false, raw: text.slice(from, to) });
  let from = 0;
  for (const { 0: character, index } of text.matchAll(odd)) {
    plain(from, index);
    parts.push({ text: codeOf(character), odd: true, raw: character });
    from = index + character.length;
  }
  plain(from, text.length);
  return parts;
}

const codeOf = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
