/** Text from strangers, made visible: what would not be seen, or would make the rest look different, is shown by its code. */

// Control and format characters (also those that turn the direction), line separators, what has no character at all, and every
// space but the usual one; that one where it would not be seen: at an end, or next to another.
const odd = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|^ | (?=$| )/gu;

/**
 * Splits a text.
 * @returns {{ text: string, odd: boolean }[]} of what is odd, text says what it is
 */
export function visible(text) {
  const parts = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(odd)) {
    if (index > from) parts.push({ text: text.slice(from, index), odd: false });
    parts.push({ text: codeOf(character), odd: true });
    from = index + character.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), odd: false });
  return parts;
}

const codeOf = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
