// A test that is also a line of the table in docs/compatibility.md: what passed is written to build/compat/results.
import { appendFileSync, mkdirSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const results = fileURLToPath(new URL('../../../build/compat/results/', import.meta.url));

/**
 * @param {string} section of the table
 * @param {string} program with its version, where it is pinned
 * @param {string} how the package is used in it
 * @param {() => unknown} run
 */
export function proves(section, program, how, run) {
  it(`${program}: ${how}`, async () => {
    await run();
    mkdirSync(results, { recursive: true });
    appendFileSync(`${results}${section}.jsonl`, `${JSON.stringify({ program, how })}\n`);
  });
}
