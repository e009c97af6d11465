/** "Did you mean": the name among several that a misspelt one is closest to. */

const plain = (name) => name.toLowerCase().replace(/[-_]/g, '');

/** The closest name, or undefined if none is close: --groupType and --group-typ are --group-type, --out is --output. */
export function closest(given, names) {
  const wanted = plain(given);
  if (wanted === '') return undefined;
  const most = Math.max(1, Math.floor(wanted.length / 3));
  let best;
  let least = most + 1;
  for (const name of names) {
    const distance = edits(wanted, plain(name));
    if (distance < least) [best, least] = [name, distance];
  }
  if (best !== undefined) return best;
  const begun = names.filter((name) => wanted.length > 2 && plain(name).startsWith(wanted));
  return begun.length === 1 ? begun[0] : undefined;
}

/** How many letters have to be added, removed, changed or swapped with their neighbour to make one word of another. */
function edits(from, to) {
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
