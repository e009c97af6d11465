/** The invisible characters. The command line and the browser console show them as codes. */

const blanks = '\\u2800\\uFFFC\\u{13441}\\u{13442}\\u{16FE4}\\u{1D159}';

/**
 * The source of a regular expression (flag u) for one invisible character:
 * - control and format characters (direction marks included), lone surrogates, unassigned and private-use characters;
 * - line separators, and every space except U+0020;
 * - default-ignorable characters: variation selectors, the combining grapheme joiner, Hangul fillers;
 * - blanks without such a property: Braille, object replacement, Egyptian blanks, Khitan filler, musical null notehead.
 */
export const invisible = `[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}${blanks}]|(?! )\\p{Zs}`;
