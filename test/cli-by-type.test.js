// The command line by group type: --by-type, and --group-type several times.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatsByType } from '../js/formats.js';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { emptyCheckpoint, environmentOf, frames, inTerminal, run } from './support/cli.js';

const types = ['Public', 'Private', 'ChatRoom', 'AVChatRoom', 'BChatRoom', 'Community'];
const flags = ['--groups', '900', '--interval', '0s', '--seed', '5'];
const csvField = (id) => (/[",\r\n]|^\s|\s$/.test(id) ? `"${id.replaceAll('"', '""')}"` : id);

describe('by type', () => {
  let sandbox;
  let expected; // IDs by type
  let env;
  let folder;
  const at = (name) => join(folder, name);
  before(async () => {
    sandbox = await startSandbox(flags);
    expected = Object.fromEntries(types.map((type) => [type, []]));
    for (const { groupId, type } of await sandboxGroups(flags)) expected[type].push(groupId);
    env = environmentOf(sandbox.options);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  after(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });
  const list = (...args) => run(['list', '--min-interval-ms', 0, '--limit', 100, ...args], env);
  const count = (...args) => run(['count', '--min-interval-ms', 0, ...args], env);
  const written = (format, of = types) => {
    const rows = of.flatMap((type) => expected[type].map((id) => [type, id]));
    return {
      ids: rows.map(([, id]) => `${id}\n`).join(''),
      ndjson: rows.map(([groupType, groupId]) => `${JSON.stringify({ groupType, groupId })}\n`).join(''),
      csv: `groupType,groupId\n${rows.map(([type, id]) => `${type},${csvField(id)}\n`).join('')}`,
    }[format];
  };

  it('list writes the type of every group in csv and ndjson, IDs alone in ids', async () => {
    for (const format of ['ids', 'ndjson', 'csv']) {
      const { status, stdout, stderr } = await list('--by-type', '--format', format);
      assert.equal(stderr, '');
      assert.equal(stdout, written(format));
      assert.equal(status, 0);
    }
  });

  it('list writes json with the IDs by type', async () => {
    const { stdout } = await list('--by-type', '--format', 'json');
    assert.deepEqual(JSON.parse(stdout), { groupIdsByType: expected, totalCount: 900, complete: true, next: null });
    assert.deepEqual(Object.keys(JSON.parse(stdout).groupIdsByType), types);
    const begun = JSON.parse((await list('--by-type', '--format', 'json', '--max-pages', '1')).stdout);
    assert.deepEqual(begun.groupIdsByType, { Public: expected.Public.slice(0, 100) });
    assert.equal(begun.complete, false);
    assert.ok(BigInt(begun.next) > 0n);
  });

  it('list accepts several --group-type flags, in that order and by the new names too', async () => {
    const args = ['--group-type', 'Community', '--group-type', 'Work'];
    const { stdout } = await list(...args, '--format', 'csv');
    assert.equal(stdout, written('csv', ['Community', 'Private']));
  });

  it('a single --group-type writes no type', async () => {
    const { stdout } = await list('--group-type', 'Work', '--format', 'ndjson');
    assert.equal(stdout, expected.Private.map((groupId) => `${JSON.stringify({ groupId })}\n`).join(''));
    assert.equal((await count('--group-type', 'Work')).stdout, `${expected.Private.length}\n`);
  });

  it('count writes a line per type and the total, with the numbers aligned', async () => {
    const row = (n, name) => `${String(n).padStart(3)} ${name}\n`;
    const rows = types.map((type) => row(expected[type].length, type)).join('');
    assert.equal((await count('--by-type')).stdout, rows + row(900, 'total'));
    const two = ['AVChatRoom', 'Community'];
    const total = expected.AVChatRoom.length + expected.Community.length;
    assert.equal(
      (await count(...two.flatMap((type) => ['--group-type', type]))).stdout,
      two.map((type) => row(expected[type].length, type)).join('') + row(total, 'total'),
    );
  });

  it('--resume continues within a type and between two, and repeats nothing', async () => {
    for (const format of ['ids', 'ndjson', 'csv']) {
      const args = ['--by-type', '--format', format, '--output', at(format), '--resume', at(`${format}.checkpoint`)];
      let runs = 0;
      do {
        assert.equal((await list(...args, '--max-pages', 5)).status, 0);
        assert.ok(written(format).startsWith(await readFile(at(format), 'utf8')));
        runs++;
      } while (JSON.parse(await readFile(at(`${format}.checkpoint`), 'utf8')).checkpoint.next !== null);
      assert.ok(runs > 2, 'it was stopped several times');
      assert.equal(await readFile(at(format), 'utf8'), written(format));
      assert.match((await list(...args)).stderr, /there is nothing to do/);
    }
  });

  it('--resume drops duplicates of IDs that an earlier run wrote', async () => {
    for (const format of ['ndjson', 'csv']) {
      const args = ['--by-type', '--format', format, '--output', at('again'), '--resume', at('again.checkpoint')];
      await list(...args, '--max-pages', 1);
      const kept = JSON.parse(await readFile(at('again.checkpoint'), 'utf8'));
      // As if groups had moved: the first page is told twice.
      const moved = { ...kept, checkpoint: { ...kept.checkpoint, next: '0', groups: 0, pages: 0 } };
      await writeFile(at('again.checkpoint'), JSON.stringify(moved));
      assert.equal((await list(...args)).status, 0);
      assert.equal(await readFile(at('again'), 'utf8'), written(format));
      await rm(at('again'));
      await rm(at('again.checkpoint'));
    }
  });

  it('--resume refuses to mix listings by type with others', async () => {
    for (const [format, first, second, says] of [
      ['ids', [], ['--by-type'], /it lists all group types at once, this listing lists Public, Private,/],
      ['ids', ['--by-type'], [], /it lists Public, Private,.*, this listing lists all group types at once/],
      ['csv', [], ['--by-type'], /belongs to a listing in the format csv, not csv by type\. Name another file/],
      ['csv', ['--by-type'], [], /belongs to a listing in the format csv by type, not csv\. Name another file/],
    ]) {
      const args = ['--format', format, '--output', at('mixed'), '--resume', at('mixed.checkpoint')];
      await list(...args, ...first, '--max-pages', 1);
      const before = await readFile(at('mixed'), 'utf8');
      const { status, stderr } = await list(...args, ...second);
      assert.match(stderr, says);
      assert.equal(status, 2);
      assert.equal(await readFile(at('mixed'), 'utf8'), before);
      await rm(at('mixed'));
      await rm(at('mixed.checkpoint'));
    }
    await list('--by-type', '--output', at('mixed'), '--resume', at('mixed.checkpoint'), '--max-pages', 1);
    const other = ['--group-type', 'Public', '--group-type', 'Community'];
    const { status, stderr } = await list(...other, '--output', at('mixed'), '--resume', at('mixed.checkpoint'));
    assert.match(stderr, /--resume belongs to another listing: .* this listing lists Public, Community\./);
    assert.equal(status, 2);
  });

  it('--resume does not mix rows with and without a type', async () => {
    await writeFile(at('head'), 'groupId\n');
    await writeFile(at('head.checkpoint'), emptyCheckpoint(at('head'), 'csv', 'groupId\n'));
    const args = ['--format', 'csv', '--output', at('head'), '--resume', at('head.checkpoint')];
    assert.match((await list('--by-type', ...args)).stderr, /in the format csv, not csv by type/);
    assert.equal(await readFile(at('head'), 'utf8'), 'groupId\n');
  });

  it('every ID is read back as it was written', () => {
    const ids = ['@TGS#1', 'a,b', '"', 'x"y', ' a', 'a\r\nb\n', '', 'Public,x', 'Public', '群,\n"', '=1+1'];
    for (const format of ['ndjson', 'csv']) {
      const { head, row, read } = formatsByType[format];
      assert.deepEqual(read(head + ids.map((id) => row(id, 'Community')).join('')), ids);
    }
    const { row, read } = formatsByType.ids;
    assert.deepEqual(read(row('a,b', 'Public')), ['a,b']);
  });

  it('--max-pages names no cursor, since a cursor does not contain its type', async () => {
    const { stderr } = await list('--by-type', '--max-pages', 1);
    assert.equal(stderr, 'Stopped after 1 page (--max-pages). To be able to resume, give --output and --resume.\n');
  });

  it('in a terminal shows which type is being listed or counted', async () => {
    const line = `$CLI list --by-type --min-interval-ms 0 --limit 100 --output ${at('shown')}`;
    const { written: all, screen } = await inTerminal(line, { ...env, NO_COLOR: '1' }, { columns: 100 });
    const shown = frames(all);
    assert.equal(shown[0], 'Fetching the first page');
    assert.match(shown[1], new RegExp(`> *\\] +\\d+ %  Public \\(1 of 6\\)  100 of ${expected.Public.length} groups`));
    for (const [i, type] of types.entries()) assert.ok(shown.some((text) => text.includes(`${type} (${i + 1} of 6)`)));
    assert.match(shown.at(-2), /=\] 100 % {2}Community \(6 of 6\) {2}900 of 900 groups/);
    assert.equal(shown.filter((text) => text.includes('100 %')).length, 1);
    assert.match(screen.join('\n'), /^Listed 900 groups into \S+shown in /);
    const counted = await inTerminal('$CLI count --by-type --min-interval-ms 0', env);
    assert.ok(frames(counted.written).includes('Counting each type, one call per second'));
    assert.match(counted.screen.join('\n'), /^ *\d+ Public\n.*\n900 total\n$/s);
  });
});
