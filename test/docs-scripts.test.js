// The small shell scripts of the guide, as they are there, in the cases that their pages speak of.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { PageFolder } from './support/page-folder.js';
import { snippetsOf } from './support/snippets.js';

describe('the scripts of the guide', () => {
  let folder;
  before(async () => {
    folder = await PageFolder.open();
    for (const page of ['differences', 'monitor', 'several-apps']) {
      for (const { file, code } of await snippetsOf(`docs/guide/${page}.md`)) if (file) await folder.save(file, code);
    }
  });
  after(() => folder?.close());

  async function run(script) {
    const child = folder.start(script);
    const [[status], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { status, stdout, stderr };
  }

  const linesOf = async (name) => (await readFile(join(folder.path, name), 'utf8')).split('\n').slice(0, -1).sort();
  const lines = (ids) => ids.map((id) => `${id}\n`).join('');

  it('differences.sh finds what is new and what is gone, in any language, whatever the IDs are', async () => {
    const both = ['@TGS#1', 'a b', '-n', 'Ä', 'a', 'B', '群组', '"x",', '\\n', '😀'];
    const gone = ['=1+1', 'Z', 'ä', '群'];
    const fresh = ['A', 'é', '*', 'a-b'];
    await folder.save('before.txt', lines([...gone, ...both]));
    await folder.save('after.txt', lines([...both.toReversed(), ...fresh]));
    for (const language of ['C', 'C.UTF-8', 'en_US.UTF-8']) {
      const ran = await run(`LC_ALL=${language} sh differences.sh before.txt after.txt 2>/dev/null`);
      assert.equal(ran.status, 0);
      assert.deepEqual(await linesOf('new.txt'), fresh.sort());
      assert.deepEqual(await linesOf('gone.txt'), gone.sort());
    }
  });

  it('differences.sh fails for a list that is missing', async () => {
    assert.notEqual((await run('sh differences.sh before.txt missing.txt')).status, 0);
  });

  it('check.sh fails if the list of today is missing or has lost a tenth of the groups', async () => {
    const check = (script) => run(`${script}\nsh check.sh`);
    const today = new Date().toLocaleDateString('sv'); // year-month-day
    let { status, stderr } = await check('');
    assert.deepEqual([status, stderr], [1, `groups-${today}.txt is missing\n`]);
    assert.equal((await check(`seq 90 > groups-${today}.txt`)).status, 0);
    assert.equal((await check('seq 100 > groups-2001-01-01.txt')).status, 0);
    ({ status, stderr } = await check(`seq 89 > groups-${today}.txt`));
    const message = `groups-${today}.txt has only 89 groups, groups-2001-01-01.txt has 100\n`;
    assert.deepEqual([status, stderr], [1, message]);
  });

  it('all-apps.sh lists the other apps when one fails, and ends with its status', async () => {
    await folder.save('apps.txt', '1400000001 administrator\n1400000000 administrator\n');
    const { status, stderr } = await run('for app in 0 1; do cp key.txt 140000000$app.key; done; sh all-apps.sh');
    assert.equal(status, 1);
    assert.match(stderr, /error 70020/);
    assert.equal((await linesOf('groups-1400000000.txt')).length, 12_000);
    await assert.rejects(readFile(join(folder.path, 'groups-1400000001.txt')));
  });

  it('all-apps.mjs reports each app, and fails if one does', async () => {
    const { status, stdout } = await run('node all-apps.mjs');
    assert.equal(status, 1);
    assert.match(stdout, /^1400000001 failed: The server answered with error 70020.*\n1400000000 12000\n$/);
  });
});
