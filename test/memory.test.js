// A million IDs, page by page, through the real server: memory stays flat.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '../scripts/sandbox.mjs';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('..', import.meta.url));

it('a million groups stream through paginateGroups, and memory after the last page is that after the tenth', async (t) => {
  const sandbox = await startSandbox(['--groups', '1000000', '--interval', '0s']);
  try {
    const script = `
      import { paginateGroups } from './js/node.js';
      let engine; // the memory of groups.wasm
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = async (...args) => {
        const instance = await instantiate(...args);
        if (instance.exports?.mailbox && !engine) engine = instance.exports.mem;
        return instance;
      };
      const used = () => {
        gc();
        return { heap: process.memoryUsage().heapUsed, engine: engine.buffer.byteLength };
      };
      let listed = 0;
      let pages = 0;
      let tenth;
      for await (const { groupIds } of paginateGroups({ ...JSON.parse(process.env.OPTIONS), minIntervalMs: 0 })) {
        listed += groupIds.length;
        if (++pages === 10) tenth = used();
      }
      console.log(JSON.stringify({ listed, pages, tenth, last: used() }));
    `;
    const { stdout } = await run(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
      cwd,
      env: { ...process.env, OPTIONS: JSON.stringify(sandbox.options) },
    });
    const { listed, pages, tenth, last } = JSON.parse(stdout);
    t.diagnostic(`bytes after the tenth page ${JSON.stringify(tenth)}, after page ${pages} ${JSON.stringify(last)}`);
    assert.equal(listed, 1_000_000);
    assert.equal(pages, 100);
    for (const what of ['heap', 'engine']) {
      assert.ok(last[what] <= 1.2 * tenth[what], `${what} grew from ${tenth[what]} to ${last[what]} bytes`);
    }
  } finally {
    await sandbox.stop();
  }
});
