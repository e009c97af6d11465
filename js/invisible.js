/** Which characters cannot be seen. The command line and the browser console show them by their codes. */

const blanks = '\\u2800\\uFFFC\\u{13441}\\u{13442}\\u{16FE4}\\u{1D159}';

/**
 * The source of a regular expression (flag u) for one such character:
 * - control and format characters (also those that turn the direction), lone surrogates, unassigned and private ones;
 * - line separators, and every space but the usual one;
 * - default-ignorable characters: variation selectors, the combining grapheme joiner, Hangul fillers;
 * - blanks that no property names: Braille, object replacement, Egyptian blanks, Khitan filler, musical null notehead.
 */
export const invisible = `[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}${blanks}]|(?! )\\p{Zs}`;
