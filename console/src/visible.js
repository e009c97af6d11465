/** Text from strangers, made visible: what would not be seen, or would make the rest look different, is shown by its code. */

// Two texts that differ must not look the same because a character has nothing to show. So these are odd:
// - control and format characters (also those that turn the direction), lone surrogates, unassigned and private characters;
// - line separators, and every space but the usual one; that one at an end, or before another;
// - what Unicode says may be left out when drawn: variation selectors, the combining grapheme joiner, Hangul fillers;
// - the blanks that no property names: Braille, Khitan filler, Egyptian blanks, musical null notehead, object replacement.
const odd =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]|(?! )\p{Zs}|^ | (?=$| )/gu;

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
