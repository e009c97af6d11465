// A test that is also a line of the table in docs/compatibility.md: what passed is written to the folder of
// results of the make target that runs it.
import { appendFileSync, mkdirSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { resultsOf } from '../../../scripts/build/compatibility.mjs';

const results = fileURLToPath(resultsOf(process.env.COMPAT_TARGET));

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
