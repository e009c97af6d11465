/** Finding a text in IDs, the same in the worker that searches and in the page that marks what was found. */

const pattern = (query, flags) => new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), `u${flags}`);

/**
 * @param {string} query
 * @param {boolean} matchCase
 * @returns {((id: string) => boolean) | undefined} reports whether an ID contains the text; undefined for an empty text
 */
export function matcher(query, matchCase) {
  if (query === '') return undefined;
  if (matchCase) return (id) => id.includes(query);
  const found = pattern(query, 'i');
  return (id) => found.test(id);
}

/**
 * Where the text is in an ID.
 * @returns {[number, number][]} from the one to before the other, in order
 */
export function placesOf(query, matchCase, id) {
  if (query === '') return [];
  return Array.from(id.matchAll(pattern(query, matchCase ? 'g' : 'gi')), ({ 0: found, index }) => [
    index,
    index + found.length,
  ]);
}
