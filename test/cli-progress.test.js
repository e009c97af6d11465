// The progress of a listing: on screens of several widths, in logs, and in a real terminal.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { after, before, describe, it, mock } from 'node:test';
import { duration } from '../js/cli/figures.js';
import { main } from '../js/cli/main.js';
import { ProgressBar, ProgressLines, progressOn } from '../js/cli/progress.js';
import { colors, fitting } from '../js/cli/style.js';
import { visible } from '../js/cli/visible.js';
import { toError } from '../js/errors.js';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { environmentOf, frames, inTerminal, screenOf, withColors } from './support/cli.js';
import { faultFile } from './support/faults.js';
import { servePages } from './support/pages.js';

const plain = colors({}, {});
const flags = ['--groups', '900', '--interval', '0s'];

/** A bar on a made-up screen with a clock of its own: at(ms) moves it, line() is what the screen shows. */
function screen(columns, paints = plain) {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
  let now = 0;
  const bar = new ProgressBar(stream, paints, { now: () => now });
  let written = '';
  const line = () => {
    written += stream.read() ?? '';
    return screenOf(written.toString()).at(-1);
  };
  const all = () => {
    line();
    return written;
  };
  return {
    bar,
    at: (ms) => {
      now = ms;
    },
    line,
    all,
  };
}

const failed = (message, hint = '') => toError({ kind: 'http', message, hint, retryable: true });

describe('the progress bar', () => {
  it('shows the most useful parts that fit, and never fills the last column', () => {
    for (const [columns, shows] of [
      [120, '[==============>              ]  54 %  324,000 of 600,000 groups  9,000/s  31 s left'],
      [80, '[=========>         ]  54 %  324,000 of 600,000 groups  9,000/s  31 s left'],
      [60, '[======>       ]  54 %  324,000 of 600,000  31 s left'],
      [40, '[===>     ]  54 %  31 s left'],
      [24, '[===>    ]  54 %'],
      [16, '54 %'],
      [3, '54'],
    ]) {
      const { bar, at, line } = screen(columns);
      at(0);
      bar.page({ totalCount: 600_000 }, 315_000);
      at(1000);
      bar.page({ totalCount: 600_000 }, 324_000);
      assert.equal(line(), shows);
      assert.ok(line().length < columns);
    }
  });

  it('keeps its size while the figures grow, and is full only at the end', () => {
    const { bar, at, line } = screen(80);
    const sizes = new Set();
    for (let page = 1; page <= 30; page++) {
      at(page * 1000);
      bar.page({ totalCount: 300_000 }, page * 10_000);
      sizes.add(line().indexOf(']'));
      assert.equal(line().includes('100 %'), page === 30);
      assert.equal(line().includes('[===================]'), page === 30);
    }
    assert.equal(sizes.size, 1);
    assert.ok(!line().includes('left'));
  });

  it('shows the rate of the last pages, not of those before a checkpoint', () => {
    const { bar, at, line } = screen(100);
    bar.begin({ totalCount: 600_000 }, 300_000);
    assert.match(line(), / 50 % {2}300,000 of 600,000 groups {2}resuming$/);
    at(500);
    bar.page({ totalCount: 600_000 }, 310_000);
    assert.match(line(), / 51 % {2}310,000 of 600,000 groups$/); // one page has no pace
    at(1500);
    bar.page({ totalCount: 600_000 }, 320_000);
    assert.match(line(), / 53 % {2}320,000 of 600,000 groups {2}10,000\/s {2}28 s left$/);
    for (let page = 1; page <= 20; page++) {
      at(1500 + page * 10_000);
      bar.page({ totalCount: 600_000 }, 320_000 + page * 10_000);
    }
    assert.match(line(), / 86 % {2}520,000 of 600,000 groups {2}1,000\/s {2}1 min 20 s left$/);
  });

  it('shows no remaining time if TotalCount is missing or too small', () => {
    const { bar, at, line } = screen(80);
    bar.begin();
    assert.equal(line(), 'Fetching the first page');
    bar.page({ totalCount: 0 }, 10_000);
    assert.equal(line(), '10,000 groups');
    at(2000);
    bar.page({ totalCount: 0 }, 20_000);
    assert.equal(line(), '20,000 groups  5,000/s');
    bar.page({ totalCount: 15_000 }, 20_000); // fewer than were listed
    assert.match(line(), /\] 100 % {2}20,000 of 15,000 groups/);
    assert.ok(!line().includes('left'));
  });

  it('of several types shows the current type, and no remaining time before the last type', () => {
    const types = { groupTypes: ['Public', 'Private'], next: '7' };
    const { bar, at, line } = screen(100);
    bar.page({ ...types, groupType: 'Public', totalCount: 30_000 }, 10_000);
    at(1000);
    bar.page({ ...types, groupType: 'Public', totalCount: 30_000 }, 20_000);
    assert.match(line(), /> {8}\] {2}66 % {2}Public \(1 of 2\) {2}20,000 of 30,000 groups {2}10,000\/s$/);
    at(2000);
    bar.page({ ...types, groupType: 'Private', totalCount: 30_000, next: '0' }, 30_000);
    assert.equal(line(), 'Private (2 of 2)  30,000 groups  10,000/s');
    at(3000);
    bar.page({ ...types, groupType: 'Private', totalCount: 60_000 }, 40_000);
    assert.match(line(), / 66 % {2}Private \(2 of 2\) {2}40,000 of 60,000 groups {2}10,000\/s {2}2\.0 s left$/);
    at(5000);
    bar.page({ ...types, groupType: 'Private', totalCount: 60_000, next: null }, 60_000);
    assert.match(line(), /=\] 100 % {2}Private \(2 of 2\) {2}60,000 of 60,000 groups {2}10,000\/s$/);
    for (const [columns, shows] of [
      [60, '[======>       ]  50 %  Public (1 of 2)  500 of 1,000'],
      [40, '[===>     ]  50 %  Public (1 of 2)'],
      [24, '[===>    ]  50 %'],
    ]) {
      const narrow = screen(columns);
      narrow.bar.page({ ...types, groupType: 'Public', totalCount: 1000 }, 500);
      assert.equal(narrow.line(), shows);
    }
    const counting = screen(60);
    counting.bar.counting();
    assert.equal(counting.line(), 'Counting each type, one call per second');
  });

  it('counts down to the retry, and cuts a long reason', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { bar, at, line } = screen(60);
      bar.retry({ error: failed('HTTP status 503.', 'Try later.'), waitMs: 2500 });
      assert.equal(line(), 'HTTP status 503. Retrying in 2.5 s');
      at(1000);
      mock.timers.tick(1000);
      assert.equal(line(), 'HTTP status 503. Retrying in 1.5 s');
      at(2500);
      mock.timers.tick(1000);
      assert.equal(line(), 'HTTP status 503. Retrying now');
      bar.retry({ error: failed('内部错误\x1b[2J'.repeat(10)), waitMs: 60_000 });
      assert.match(line(), /^内部错误\\u\{1b\}\[2J内.*\.\.\. Retrying in 1 min 0 s$/);
      assert.ok(!line().includes('\x1b'));
      bar.page({ totalCount: 10 }, 5);
      const before = line();
      at(5000);
      mock.timers.tick(5000);
      assert.equal(line(), before, 'the countdown is over');
    } finally {
      mock.timers.reset();
    }
  });

  it('removes its line, and ends with a summary', () => {
    const { bar, line, all } = screen(80);
    bar.page({ totalCount: 10 }, 5);
    bar.clear();
    assert.equal(line(), '');
    bar.end({ requests: 1, retries: 0, elapsedMs: 400 }, 1);
    assert.ok(all().endsWith('\r\x1b[KListed 1 group in 0.4 s (1 call).\n'));
    const named = screen(80);
    named.bar.end({ requests: 1, retries: 0, elapsedMs: 400 }, 7, 'a\x07.csv');
    assert.equal(named.all(), 'Listed 7 groups into a\\u{7}.csv in 0.4 s (1 call).\n');
    const other = screen(80);
    other.bar.end();
    assert.equal(other.all(), '');
    other.bar.end({ requests: 61, retries: 2, elapsedMs: 62_000 }, 600_000);
    assert.equal(other.all(), 'Listed 600,000 groups in 1 min 2 s (61 calls, 2 retries).\n');
  });

  it('is colored where colors are on, without taking more room', () => {
    const { bar, all } = screen(80, colors({ isTTY: true }, {}));
    bar.page({ totalCount: 10 }, 5);
    assert.match(withColors(all()), /\[<green>========><\/> {10}\] {2}50 %/);
  });

  it('is for terminals that can write over a line', () => {
    const kind = (isTTY, env, verbose) => progressOn({ isTTY }, env, { verbose }).constructor.name;
    assert.equal(kind(true, { TERM: 'xterm' }), 'ProgressBar');
    assert.equal(kind(true, { TERM: 'dumb' }), 'RetryLines');
    assert.equal(kind(undefined, { FORCE_COLOR: '1' }), 'RetryLines');
    assert.equal(kind(true, {}, true), 'ProgressLines');
  });

  it('is replaced in a pipe by a line per failed attempt, at most 20', () => {
    const stream = new PassThrough();
    const lines = progressOn(stream, {}, { hide: (text) => text.replace('key', '...') });
    lines.begin();
    for (let attempt = 1; attempt <= 25; attempt++) {
      lines.retry({ error: failed('HTTP status 503 of key.', 'Try later.'), attempt, waitMs: 2000 });
    }
    lines.page({}, 1, { groupIds: ['a'] });
    lines.end({}, 1);
    const written = String(stream.read()).split('\n');
    assert.equal(written.length, 21); // and the end
    assert.equal(written[0], 'Attempt 1 failed: HTTP status 503 of .... Retrying in 2.0 s.');
    assert.match(written[19], /^Attempt 20 failed: .* Further retries are not reported\.$/);
  });
});

describe('--verbose', () => {
  it('writes a line with the time per page and per failed attempt', () => {
    const stream = new PassThrough();
    const lines = new ProgressLines(stream, { now: () => new Date(0) });
    lines.begin({ pages: 2, requests: 3, elapsedMs: 2500, totalCount: 30_000 }, 20_000);
    lines.retry({ error: failed('HTTP status 503.', 'Try later.'), attempt: 1, waitMs: 250 });
    const page = { groupIds: new Array(10_000), groupType: 'Public' };
    lines.page({ pages: 3, requests: 5, elapsedMs: 4000, totalCount: 30_000 }, 29_999, page);
    lines.end({ requests: 5, retries: 1, elapsedMs: 4000 }, 29_999);
    assert.deepEqual(stream.read().toString().split('\n'), [
      '1970-01-01T00:00:00.000Z resuming at 20,000 of 30,000 groups',
      '1970-01-01T00:00:00.000Z attempt 1 failed: HTTP status 503. Retrying in 0.3 s',
      '1970-01-01T00:00:00.000Z page 3: 10,000 IDs by 2 calls in 1.5 s, 29,999 of 30,000 groups',
      '1970-01-01T00:00:00.000Z Listed 29,999 groups in 4.0 s (5 calls, 1 retry).',
      '',
    ]);
  });
});

describe('--verbose, of several types', () => {
  it('writes the type of each page, and whether more types follow', () => {
    const stream = new PassThrough();
    const lines = new ProgressLines(stream, { now: () => new Date(0) });
    const at = { groupTypes: ['Public', 'Private'], requests: 0, elapsedMs: 0 };
    const page = (groupType) => ({ groupIds: ['a', 'b'], groupType });
    lines.begin({ ...at, groupType: 'Public', next: '7', totalCount: 4 }, 2);
    lines.page({ ...at, groupType: 'Private', next: '0', pages: 2, requests: 1, totalCount: 4 }, 4, page('Public'));
    lines.page({ ...at, groupType: 'Private', next: '7', pages: 3, requests: 2, totalCount: 9 }, 6, page('Private'));
    const said = stream.read().toString().replaceAll('1970-01-01T00:00:00.000Z ', '').split('\n');
    assert.deepEqual(said, [
      'resuming at 2 of 4 groups so far',
      'page 2: 2 IDs of type Public by 1 call in 0.0 s, 4 of 4 groups so far',
      'page 3: 2 IDs of type Private by 1 call in 0.0 s, 6 of 9 groups',
      '',
    ]);
  });
});

describe('figures', () => {
  it('are readable', () => {
    for (const [ms, says] of [
      [0, '0.0 s'],
      [9940, '9.9 s'],
      [9960, '10 s'],
      [59_400, '59 s'],
      [59_600, '1 min 0 s'],
      [3_599_000, '59 min 59 s'],
      [3_599_900, '1 h 0 min'],
      [7_380_000, '2 h 3 min'],
    ]) {
      assert.equal(duration(ms), says);
    }
  });

  it('texts are cut by their width in columns', () => {
    assert.equal(fitting('abc', 3), 'abc');
    assert.equal(fitting('abcd', 3), 'abc');
    assert.equal(fitting('群组', 3), '群');
    assert.equal(fitting('a😀b', 3), 'a😀');
  });
});

describe('the progress bar and a reader of standard output', () => {
  // Everything that a terminal gets, in its order: the reader writes out what it reads.
  async function shown(args, answer) {
    const service = await servePages([['a', 'b'], ['c'], ['d']]);
    if (answer) service.answer = answer(service.answer);
    const all = [];
    const into = (name, more) => {
      const stream = new Writable({
        write(chunk, _, done) {
          all.push(`${name}:${chunk}`);
          done();
        },
      });
      return Object.assign(stream, more);
    };
    const [stdout, stderr] = [into('out', {}), into('err', { isTTY: true, columns: 80 })];
    try {
      const status = await main(['list', '--min-interval-ms', '0', ...args], service.env, { stdout, stderr });
      assert.equal(status, 0);
    } finally {
      service.stop();
    }
    return all.filter((text) => text !== 'out:');
  }

  it('clears its line before the first row, and draws none after it', async () => {
    for (const [args, rows] of [
      [[], ['out:a\nb\n', 'out:c\n', 'out:d\n']],
      [
        ['--format', 'csv'],
        ['out:groupId\n', 'out:a\nb\n', 'out:c\n', 'out:d\n'],
      ],
    ]) {
      const all = await shown(args);
      const first = all.indexOf(rows[0]);
      assert.equal(screenOf(all.slice(0, first).join('').replaceAll('err:', '')).join(''), '');
      assert.deepEqual(all.slice(first), rows);
    }
  });

  it('with --quiet writes the groups alone', async () => {
    assert.deepEqual(await shown(['--quiet']), ['out:a\nb\n', 'out:c\n', 'out:d\n']);
    assert.deepEqual(await shown(['-q', '--sandbox', '--max-pages', '1', '--limit', '1', '-o', '/dev/null']), []);
  });

  it('keeps its bar until the first row, however late', async () => {
    const all = await shown(['--format', 'json']);
    assert.match(all.at(-3), /100 %/);
    assert.equal(all.at(-2), 'err:\r\x1b[K');
    assert.match(all.at(-1), /^out:\{"groupIds":\["a","b","c","d"\]/);
  });

  it('writes a failed attempt on its own line', async () => {
    let failed = false;
    const all = await shown([], (answer) => (index) => {
      if (index !== 1 || failed) return answer(index);
      failed = true;
      return { ActionStatus: 'FAIL', ErrorCode: 60008, ErrorInfo: 'busy' };
    });
    assert.equal(all.filter((text) => text.startsWith('err:')).length, 3, all.join('|'));
    assert.match(all.at(-3), /^err:The server answered with error 60008: busy\. .* Retrying in [\d.]+ s\n$/);
  });
});

describe('in a terminal', () => {
  let sandbox;
  let faults;
  let folder;
  let env;
  before(async () => {
    faults = await faultFile([{ fault: 'status', call: 2, status: 503 }]);
    sandbox = await startSandbox([...flags, '--faults', faults.path]);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    env = environmentOf(sandbox.options);
  });
  after(async () => {
    await sandbox.stop();
    await faults.remove();
    await rm(folder, { recursive: true });
  });

  it('a listing into a file overwrites one line, and leaves a summary', async () => {
    const line = `$CLI list --min-interval-ms 0 --limit 300 --output ${folder}/groups`;
    const { status, written, screen } = await inTerminal(line, env, { columns: 70 });
    assert.equal(status, 0);
    const shown = frames(withColors(written));
    assert.equal(shown[0], 'Fetching the first page');
    assert.match(shown[1], /^\[<green>====><\/> {12}\] {2}33 % {2}300 of 900 groups$/);
    assert.match(shown[2], /^The server answered with HTTP status 503\. Retrying in \d\.\d s$/);
    assert.ok(shown.slice(0, -1).every((frame) => frame.replace(/<.*?>/g, '').length < 70));
    assert.match(screen.join('\n'), /^Listed 900 groups into \S+groups in \d+\.\d s \(4 calls, 1 retry\)\.\n$/);
  });

  it('IDs on the same terminal are on their own lines', async () => {
    const { status, screen } = await inTerminal('$CLI list --min-interval-ms 0 --limit 300', env);
    assert.equal(status, 0);
    await inTerminal(`$CLI list --min-interval-ms 0 --output ${folder}/all`, env);
    const groups = (await readFile(join(folder, 'all'), 'utf8')).split('\n').slice(0, -1);
    assert.deepEqual(screen.slice(0, -2), groups.map(visible));
    assert.match(screen.at(-2), /^Listed 900 groups/);
  });

  it('beside a pipe leaves the screen to the reader', async () => {
    const groups = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    const list = '$CLI list --min-interval-ms 0 --max-retries 5 --limit 300';
    const { screen, written } = await inTerminal(`${list} | head -2`, env);
    assert.deepEqual(screen, [...groups.slice(0, 2), '']);
    assert.ok(!written.includes('===')); // no bar
    const whole = (await inTerminal(`${list} --format csv | cat`, env)).screen;
    assert.deepEqual(whole.length, 902);
    assert.deepEqual([whole[0], whole.at(-1)], ['groupId', '']);
  });

  it('shows the bar where standard output is a file, and keeps NO_COLOR', async () => {
    const line = `$CLI list --min-interval-ms 0 --limit 300 > ${folder}/stdout`;
    const { written, screen } = await inTerminal(line, { ...env, NO_COLOR: '1' });
    assert.match(written, /\[=======> {7}|=+>? *\]/);
    assert.ok(!written.includes('\x1b[32m'));
    assert.match(screen.join('\n'), /^Listed 900 groups in/);
  });

  it('a resumed listing shows its position', async () => {
    const args = `--min-interval-ms 0 --limit 300 --output ${folder}/parts --resume ${folder}/checkpoint`;
    const stopped = await inTerminal(`$CLI list --max-pages 1 ${args}`, env);
    assert.match(
      stopped.screen.join('\n'),
      /\nStopped after 1 page \(--max-pages\)\. Run the same command again to resume\.\n/,
    );
    const { written, screen } = await inTerminal(`$CLI list ${args}`, env);
    assert.match(frames(written)[0], /33 % {2}300 of 900 groups {2}resuming$/);
    assert.match(screen.join('\n'), /^Listed 900 groups/);
    assert.match(
      (await inTerminal(`$CLI list ${args}`, env)).written,
      /^.* is complete: there is nothing to do\. To list again, remove/,
    );
  });

  it('Ctrl-C removes the bar and reports the interruption', async () => {
    let typed = false;
    const line = `$CLI list --limit 300 --min-interval-ms 600000 --output ${folder}/never`;
    const { status, screen } = await inTerminal(line, env, {
      onText(written, type) {
        if (typed || !written.includes('300 of 900')) return;
        typed = true;
        type('\x03');
      },
    });
    assert.equal(status, 130);
    assert.match(withColors(screen.join('\n')), /^<red>tencent-chat-groups:<\/> Interrupted\.\nTo be able to resume/);
  });

  it('an error is in red, and only its two lines stay', async () => {
    const { status, screen } = await inTerminal('$CLI list --max-retries 0', {
      ...env,
      TENCENT_CHAT_SECRET_KEY: 'wrong',
    });
    assert.equal(status, 1);
    assert.match(
      withColors(screen.join('\n')),
      /^<red>tencent-chat-groups:<\/> The server answered with error 70009[^\n]*\nCompare [^\n]*\n$/,
    );
  });
});
