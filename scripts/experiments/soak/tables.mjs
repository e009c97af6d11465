/** Returns the tables of docs/proxy.md: the checks of a run, and the outcomes of each attack. */
export function tablesOf({ checks, attacks }) {
  return [
    '| | figure | must be |',
    '|---|---|---|',
    ...checks.map(
      ({ name, ok, figure, bound }) => `| ${name} | ${figure}${ok ? '' : ' **(out of bounds)**'} | ${bound} |`,
    ),
    '',
    '| attack | outcomes |',
    '|---|---|',
    ...Object.entries(attacks).map(([name, outcomes]) => `| ${name} | ${mostFrequentFirst(outcomes)} |`),
  ].join('\n');
}

const mostFrequentFirst = (outcomes) =>
  Object.entries(outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${outcome}: ${count}`)
    .join(', ');
