// What a terminal gets of other people's text: nothing that it takes for a command, nothing that is invisible. A pipe
// and a file get the exact text.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ProgressBar, ProgressLines } from '../js/cli/progress.js';
import { visible, visibleJson } from '../js/cli/visible.js';
import { inTerminal } from './support/cli.js';
import { runHere, servePages } from './support/pages.js';

// Each with its code.
const hostile = {
  '\x1b]0;a title\x07': '\\u{1b}]0;a title\\u{7}',
  '\x1b]52;c;cm0gLXJmIH4=\x1b\\': '\\u{1b}]52;c;cm0gLXJmIH4=\\u{1b}\\',
  '\x1b[2J\x1b[H': '\\u{1b}[2J\\u{1b}[H',
  '\x9b31m': '\\u{9b}31m',
  '\x9d0;a title\x9c': '\\u{9d}0;a title\\u{9c}',
  'a\rb': 'a\\u{d}b',
  'a\bb': 'a\\u{8}b',
  'a\tb': 'a\\u{9}b',
  'a\x00b\x7f': 'a\\u{0}b\\u{7f}',
  'a\x85b': 'a\\u{85}b',
  '\u202egnp.exe': '\\u{202e}gnp.exe',
  '\u2066a\u2069\u200f\u061c': '\\u{2066}a\\u{2069}\\u{200f}\\u{61c}',
  'a\u200bb\u200dc\u2060d\ufeff': 'a\\u{200b}b\\u{200d}c\\u{2060}d\\u{feff}',
  'a\u00adb\u034fc\u3164d\uffa0': 'a\\u{ad}b\\u{34f}c\\u{3164}d\\u{ffa0}',
  'a\u00a0b\u3000c\u2800d\u2003e': 'a\\u{a0}b\\u{3000}c\\u{2800}d\\u{2003}e',
  'a\u2028b\u2029c': 'a\\u{2028}b\\u{2029}c',
  '\u{e0041}\u{e007f}': '\\u{e0041}\\u{e007f}',
  '\ue000\u{10ffff}\u0378': '\\u{e000}\\u{10ffff}\\u{378}',
  '\\u{1b}': '\\u{5c}u{1b}',
};
const ordinary = ['@TGS#1ABC', '群组', 'a b', 'été', 'אבג', '😀', 'C:\\users\\u', '"quoted",x', "it's"];
const breaks = 'a\rb'; // a line break, which the format ids refuses
const ids = [...Object.keys(hostile), ...ordinary].filter((id) => id !== breaks);
const shown = ids.map((id) => hostile[id] ?? id);
const csvField = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
// What may not reach a terminal, and a line feed, which may.
const forbidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const assertHarmless = (written) => {
  for (const line of written.split('\n')) assert.ok(!forbidden.test(line), JSON.stringify(line));
};

describe('what is not printable', () => {
  it('is shown as a code, and different texts look different', () => {
    for (const [text, code] of Object.entries(hostile)) assert.equal(visible(text), code);
    for (const text of ordinary) assert.equal(visible(text), text);
    const decoded = (text) =>
      text.replace(/\\u\{([0-9a-f]+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
    const points = [0x10ffff];
    for (let i = 0; i <= 0xffff; i++) points.push(i, ...(i < 0x1000 ? [0x1f000 + i, 0xe0000 + i] : []));
    for (const point of points) {
      const text = `a${String.fromCodePoint(point)}{`;
      const seen = visible(text);
      if (forbidden.test(seen) || decoded(seen) !== text) assert.fail(`U+${point.toString(16)}: ${seen}`);
    }
  });

  it('is escaped in JSON, which stays valid and exact', () => {
    for (const text of [...ids, '\ud800', '\udc00\ud800']) {
      const json = visibleJson(JSON.stringify({ text }));
      assert.deepEqual(JSON.parse(json), { text });
      assertHarmless(json);
    }
    assert.equal(visibleJson('"\u202e\u{e0041}"'), '"\\u202e\\udb40\\udc41"');
  });
});

describe('the command line', () => {
  let service;
  let folder;
  before(async () => {
    service = await servePages([ids.slice(0, 10), ids.slice(10)]);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  after(async () => {
    service.stop();
    await rm(folder, { recursive: true });
  });
  const list = (isTTY, ...args) => runHere(['list', '--min-interval-ms', 0, ...args], service.env, { isTTY });

  it('shows invisible characters of IDs as codes on a terminal, in each format', async () => {
    const expected = {
      ids: shown.map((text) => `${text}\n`).join(''),
      csv: `groupId\n${ids.map((id) => `${visible(csvField(id))}\n`).join('')}`,
      ndjson: ids.map((groupId) => `${visibleJson(JSON.stringify({ groupId }))}\n`).join(''),
    };
    for (const format of ['ids', 'csv', 'csv-safe', 'ndjson', 'json']) {
      const { status, stdout } = await list(true, '--format', format);
      assert.equal(status, 0);
      assertHarmless(stdout);
      if (expected[format]) assert.equal(stdout, expected[format]);
      if (format === 'json') assert.deepEqual(JSON.parse(stdout).groupIds, ids);
      const byType = await list(true, '--format', format, '--group-type', 'Public', '--group-type', 'Community');
      assert.equal(byType.status, 0);
      assertHarmless(byType.stdout);
    }
  });

  it('shows a line break in an ID as a code, or refuses it if the format has no line breaks', async () => {
    const other = await servePages([[breaks]]);
    const listed = (format) => runHere(['list', '--format', format], other.env, { isTTY: true });
    try {
      assert.equal((await listed('csv')).stdout, 'groupId\n"a\\u{d}b"\n');
      assert.equal((await listed('ndjson')).stdout, '{"groupId":"a\\rb"}\n');
      assert.match((await listed('ids')).stderr, /The group ID "a\\rb" has a line break: use --format/);
    } finally {
      other.stop();
    }
  });

  it('writes the exact IDs into a pipe and a file', async () => {
    const exact = ids.map((id) => `${id}\n`).join('');
    assert.equal((await list(false)).stdout, exact);
    const all = await list(false, '--format', 'json');
    assert.deepEqual(JSON.parse(all.stdout).groupIds, ids);
    const ndjson = ids.map((groupId) => `${JSON.stringify({ groupId })}\n`).join('');
    assert.equal((await list(false, '--format', 'ndjson')).stdout, ndjson);
    assert.equal((await list(true, '--format', 'ndjson', '--output', join(folder, 'file'))).status, 0);
    assert.equal(await readFile(join(folder, 'file'), 'utf8'), ndjson);
  });

  it("shows a service's text, file names and a checkpoint's text in the same way", async () => {
    const { answer } = service;
    const [words] = Object.keys(hostile);
    service.answer = () => ({ ActionStatus: 'FAIL', ErrorCode: 60003, ErrorInfo: ids.join('|') });
    try {
      for (const args of [[], ['--verbose']]) {
        const { status, stderr } = await list(true, '--max-retries', 1, ...args);
        assert.equal(status, 1);
        assertHarmless(stderr);
      }
    } finally {
      service.answer = answer;
    }
    const name = join(folder, `\x1b]0;a title\x07\u202e`);
    let told = 0;
    const resumed = ['--output', name, '--resume', `${name}.checkpoint`];
    await writeFile(`${name}.text`, 'x');
    await symlink(join(folder, words), `${name}.link`);
    for (const args of [
      [...resumed, '--max-pages', 1, '--format', 'csv'],
      resumed,
      [...resumed, '--format', 'csv'],
      [...resumed, '--format', 'csv'],
      ['--output', name, '--resume', `${name}.text`],
      ['--output', `${name}.link`],
      ['--output', join(name, 'x')],
      [`--${words}`],
      ['--format', words],
      [words],
    ]) {
      const { stderr } = await list(true, ...args);
      if (stderr) told++;
      assertHarmless(stderr);
    }
    assert.equal(told, 9);
  });

  it('shows no control sequence of a changed checkpoint', () => {
    const written = [];
    const stream = { columns: 200, write: (text) => written.push(text) };
    const [text] = Object.keys(hostile);
    const checkpoint = {
      groupType: text,
      groupTypes: [text, 'x'],
      totalCount: text,
      next: '1',
      pages: 1,
      requests: text,
      retries: text,
      elapsedMs: text,
    };
    for (const progress of [new ProgressBar(stream, { green: (same) => same }), new ProgressLines(stream)]) {
      progress.begin(checkpoint, 5);
      progress.page(checkpoint, 5, { groupIds: [], groupType: text });
      progress.end(checkpoint, 5);
    }
    assert.ok(written.length >= 6);
    assertHarmless(written.join('').replaceAll('\r\x1b[K', ''));
  });

  it('on a real terminal writes no control sequence of an ID, by /dev/stdout and /dev/tty as well', async () => {
    for (const output of ['-', '/dev/stdout', '/dev/tty']) {
      const line = `$CLI list --min-interval-ms 0 --output ${output}`;
      const { status, written } = await inTerminal(line, { ...service.env, NO_COLOR: '1' });
      assert.equal(status, 0);
      const own = written.replaceAll('\r\n', '\n').replaceAll('\r\x1b[K', '');
      assertHarmless(own);
      for (const text of shown) assert.ok(own.includes(`${text}\n`), `${output}: ${text}`);
    }
  });
});
