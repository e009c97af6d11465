// Memory stays flat: with a million IDs, page by page, through the real server, and with hundreds of apps at once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mostGrowth, streamAndWeigh } from '../bench/memory.mjs';
import { startSandbox } from '../scripts/programs/sandbox.mjs';

it('a million groups stream through paginateGroups, and memory after page 2,000 is that after page 1,000', async (t) => {
  const sandbox = await startSandbox(['--groups', '1000000', '--interval', '0s']);
  try {
    const { listed, pages, settled, last } = await streamAndWeigh(sandbox.options);
    t.diagnostic(`bytes after page 1,000 ${JSON.stringify(settled)}, after page ${pages} ${JSON.stringify(last)}`);
    assert.equal(listed, 1_000_000);
    assert.equal(pages, 2000);
    for (const what of ['heap', 'engine']) {
      assert.ok(last[what] <= mostGrowth * settled[what], `${what} grew from ${settled[what]} to ${last[what]} bytes`);
    }
  } finally {
    await sandbox.stop();
  }
});

it('of 400 apps at once the engine holds little more than of 20, and the heap nothing', async (t) => {
  const script = fileURLToPath(new URL('support/weigh-apps.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
  const { listed, few, many } = JSON.parse(stdout);
  t.diagnostic(`bytes after 20 apps ${JSON.stringify(few)}, after 400 more ${JSON.stringify(many)}`);
  assert.equal(listed, 4_200_000);
  const mostPerApp = 16 * 1024; // its pace, for an hour, and what Go's collector leaves until its next run
  assert.ok(many.engine - few.engine <= 400 * mostPerApp, `the engine grew from ${few.engine} to ${many.engine} bytes`);
  assert.ok(many.heap <= mostGrowth * few.heap, `the heap grew from ${few.heap} to ${many.heap} bytes`);
});
