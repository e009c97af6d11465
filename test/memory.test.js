// A million IDs, page by page, through the real server: memory stays flat.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mostGrowth, streamAndWeigh } from '../bench/memory.mjs';
import { startSandbox } from '../scripts/sandbox.mjs';

it('a million groups stream through paginateGroups, and memory after the last page is that after the tenth', async (t) => {
  const sandbox = await startSandbox(['--groups', '1000000', '--interval', '0s']);
  try {
    const { listed, pages, tenth, last } = await streamAndWeigh(sandbox.options);
    t.diagnostic(`bytes after the tenth page ${JSON.stringify(tenth)}, after page ${pages} ${JSON.stringify(last)}`);
    assert.equal(listed, 1_000_000);
    assert.equal(pages, 100);
    for (const what of ['heap', 'engine']) {
      assert.ok(last[what] <= mostGrowth * tenth[what], `${what} grew from ${tenth[what]} to ${last[what]} bytes`);
    }
  } finally {
    await sandbox.stop();
  }
});
