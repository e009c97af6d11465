/** "Did you mean": the name that a misspelled one is closest to. */

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[-_]/g, '');

/**
 * Returns the closest name, undefined if none is close: --groupType and --group-typ give --group-type, --out gives
 * --output.
 * @template {string} Name
 * @param {string} given
 * @param {readonly Name[]} names
 * @returns {Name | undefined}
 */
export function closest(given, names) {
  const wanted = plain(given);
  if (wanted === '') return undefined;
  const maxDistance = Math.max(1, Math.floor(wanted.length / 3));
  let best;
  let bestDistance = maxDistance + 1;
  for (const name of names) {
    const distance = distanceOf(wanted, plain(name));
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  if (best !== undefined) return best;
  const begun = names.filter((name) => wanted.length > 2 && plain(name).startsWith(wanted));
  return begun.length === 1 ? begun[0] : undefined;
}

/**
 * Returns the edit distance of two words: letters to add, remove, change, or swap with their neighbor.
 * @param {string} from
 * @param {string} to
 */
function distanceOf(from, to) {
  const rows = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = rows[i - 1][j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, changed);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
      }
    }
    rows.push(row);
  }
  return rows[from.length][to.length];
}
