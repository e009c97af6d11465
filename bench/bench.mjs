// `make bench-quick`: one line a row: name, ratio, goal, ok or short. The exit status is 1 if a row is short.
// `make bench` does the same for longer, measures pages of several sizes as well, and writes docs/benchmarks.md and its plot.
import { readFile, writeFile } from 'node:fs/promises';
import { readers, sizes, timesBySize } from './pages.mjs';
import { plot } from './plot.mjs';
import { figures, intoPage } from './report.mjs';
import { judge, rows } from './rows.mjs';

const full = process.argv.includes('--full');

const results = [];
for (const row of rows(full)) {
  const result = await row.measure();
  const { goal, ok } = judge(row, result);
  console.log([row.name, result.ratio.toFixed(3), goal, ok ? 'ok' : 'short'].join('  '));
  results.push({ row, result });
}
process.exitCode = results.every(({ row, result }) => judge(row, result).ok) ? 0 : 1;

if (full) {
  const times = await timesBySize(10_000);
  const page = new URL('../docs/benchmarks.md', import.meta.url);
  const benchstat = await readFile(new URL('../build/benchstat.txt', import.meta.url), 'utf8');
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url)));
  const made = await figures({ results, sizes, readers, times, benchstat, version });
  await writeFile(page, intoPage(await readFile(page, 'utf8'), made));
  await writeFile(new URL('../docs/benchmarks.svg', import.meta.url), plot({ sizes, readers, times }));
  console.log('docs/benchmarks.md and docs/benchmarks.svg are written');
}
