// The command line: what it writes, what it complains about, and how it ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { sign } from '../js/sign.js';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { bin, emptyCheckpoint, environmentOf, run, shell } from './support/cli.js';

const flags = ['--groups', '900', '--interval', '0s', '--seed', '5'];

describe('tencent-chat-groups', () => {
  let sandbox;
  let groupIds;
  let env;
  let folder;
  const at = (name) => join(folder, name);
  before(async () => {
    sandbox = await startSandbox(flags);
    groupIds = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    env = environmentOf(sandbox.options);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  after(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });
  const list = (...args) => {
    const limit = args.includes('--limit') ? [] : ['--limit', 400];
    return run(['list', '--min-interval-ms', 0, ...limit, ...args], env);
  };

  it('list writes one ID per line, and nothing else, into a pipe', async () => {
    const { status, stdout, stderr } = await list();
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.deepEqual(stdout.split('\n'), [...groupIds, '']);
  });

  it('list writes ndjson, csv and json', async () => {
    const ndjson = (await list('--format', 'ndjson')).stdout.trimEnd().split('\n');
    assert.deepEqual(
      ndjson,
      groupIds.map((groupId) => JSON.stringify({ groupId })),
    );
    const csv = (await list('--format', 'csv')).stdout.split('\n');
    assert.equal(csv[0], 'groupId');
    assert.deepEqual(
      csv.slice(1, -1),
      groupIds.map((id) => (/[",]|^\s|\s$/.test(id) ? `"${id.replaceAll('"', '""')}"` : id)),
    );
    const json = JSON.parse((await list('--format', 'json')).stdout);
    assert.deepEqual(json, { groupIds, totalCount: 900, complete: true, next: null });
  });

  it('count writes the number of groups, of one type if one is given', async () => {
    assert.equal((await run(['count'], env)).stdout, '900\n');
    const ofType = (await sandboxGroups(flags)).filter(({ type }) => type === 'AVChatRoom').length;
    assert.equal(
      (await run(['count', '--group-type', 'AVChatRoom', '--min-interval-ms', 0], env)).stdout,
      `${ofType}\n`,
    );
  });

  it('flags override the environment, and the key may be in a file', async () => {
    await writeFile(at('key'), `${env.TENCENT_CHAT_SECRET_KEY}\n`);
    const wrong = {
      ...env,
      TENCENT_CHAT_SECRET_KEY: 'wrong',
      TENCENT_CHAT_USER_SIG: 'wrong',
      TENCENT_CHAT_IDENTIFIER: 'x',
    };
    const { status, stdout } = await run(
      ['count', '--secret-key-file', at('key'), '--identifier', 'administrator'],
      wrong,
    );
    assert.equal(stdout, '900\n');
    assert.equal(status, 0);
    const piped = await run(['count', '--secret-key-file', '-', '--identifier', 'administrator'], wrong, {
      input: `${env.TENCENT_CHAT_SECRET_KEY}\n`,
    });
    assert.equal(piped.stdout, '900\n');
  });

  it('--output is all or nothing', async () => {
    const done = await list('--output', at('all'));
    assert.equal(done.status, 0);
    assert.equal(done.stdout, '');
    assert.deepEqual((await readFile(at('all'), 'utf8')).split('\n'), [...groupIds, '']);
    const failed = await run(['list', '--output', at('nothing'), '--max-retries', 0], {
      ...env,
      TENCENT_CHAT_SECRET_KEY: 'wrong',
    });
    assert.equal(failed.status, 1);
    await assert.rejects(stat(at('nothing')), { code: 'ENOENT' });
    assert.ok((await readdir(folder)).every((name) => !name.startsWith('nothing')));
  });

  it('--resume continues after --max-pages, and does nothing when all is listed', async () => {
    for (const format of ['ids', 'ndjson', 'csv']) {
      const args = ['--format', format, '--output', at(`out.${format}`), '--resume', at(`checkpoint.${format}`)];
      const whole = (await list('--format', format)).stdout;
      assert.equal((await list(...args, '--max-pages', 1)).status, 0);
      assert.ok((await stat(at(`out.${format}`))).size < whole.length);
      assert.equal((await list(...args, '--max-pages', 1)).status, 0);
      assert.equal((await list(...args)).status, 0);
      assert.equal(await readFile(at(`out.${format}`), 'utf8'), whole);
      const calls = sandbox.calls.length;
      assert.equal((await list(...args)).status, 0);
      assert.equal(sandbox.calls.length, calls);
      assert.equal(await readFile(at(`out.${format}`), 'utf8'), whole);
    }
  });

  it('--resume completes a page that was written in part, and refuses an output that was changed', async () => {
    const args = ['--output', at('cut'), '--resume', at('cut.checkpoint')];
    await list(...args, '--max-pages', 1);
    const text = await readFile(at('cut'), 'utf8');
    const kept = JSON.parse(await readFile(at('cut.checkpoint'), 'utf8'));
    await writeFile(at('cut'), text.slice(0, -13));
    const sha256 = createHash('sha256').digest('hex');
    await writeFile(at('cut.checkpoint'), JSON.stringify({ ...kept, bytes: 0, sha256, text }));
    assert.equal((await list(...args)).status, 0);
    assert.deepEqual((await readFile(at('cut'), 'utf8')).split('\n'), [...groupIds, '']);

    await rm(at('cut.checkpoint'));
    const foreign = await list(...args);
    assert.equal(foreign.status, 2);
    assert.match(foreign.stderr, /cut exists, but its checkpoint .*cut\.checkpoint does not/);

    await rm(at('cut'));
    await list(...args, '--max-pages', 1);
    await writeFile(at('cut'), '');
    const changed = await list(...args);
    assert.equal(changed.status, 2);
    assert.match(changed.stderr, /has 0 bytes, but .* records \d+/);
    const other = await list('--output', at('cut'), '--resume', at('cut.checkpoint'), '--format', 'csv');
    assert.match(other.stderr, /belongs to a listing in the format ids, not csv/);
    await writeFile(at('cut.checkpoint'), 'not json');
    assert.match((await list(...args)).stderr, /is not a checkpoint that this command wrote/);
  });

  it('--resume writes the head of a csv once, even if it was killed right after it', async () => {
    await writeFile(at('head'), 'groupId\n');
    await writeFile(at('head.checkpoint'), emptyCheckpoint(at('head'), 'csv', 'groupId\n'));
    const args = ['--format', 'csv'];
    assert.equal((await list(...args, '--output', at('head'), '--resume', at('head.checkpoint'))).status, 0);
    assert.equal(await readFile(at('head'), 'utf8'), (await list(...args)).stdout);
  });

  it('--resume takes files only, and another format where nothing was written yet', async () => {
    await writeFile(at('none.checkpoint'), emptyCheckpoint(at('none'), 'csv', ''));
    assert.equal((await list('--output', at('none'), '--resume', at('none.checkpoint'))).status, 0);
    for (const [output, resume, says] of [
      ['/dev/null', at('dev.checkpoint'), /--output \/dev\/null is not a regular file, which --resume requires/],
      [folder, at('dev.checkpoint'), /is not a regular file/],
      [at('dev'), '/dev/zero', /--resume \/dev\/zero is not a regular file/],
      [at('dev'), folder, /--resume .* is not a regular file/],
    ]) {
      const { status, stderr } = await list('--output', output, '--resume', resume);
      assert.match(stderr, says);
      assert.equal(status, 2);
    }
    const { status, stderr } = await list('--output', at('dev'), '--resume', '/no/such/folder/checkpoint');
    assert.match(
      stderr,
      /The checkpoint \/no\/such\/folder\/checkpoint cannot be written: there is no such file or folder/,
    );
    assert.equal(status, 1);
  });

  it('a second run with the same checkpoint or output is refused, and the first continues', async () => {
    const slow = await startSandbox([...flags, '--latency', '150ms']);
    try {
      const { endpoint } = slow.options;
      const args = ['--endpoint', endpoint, '--limit', 50, '--output', at('one'), '--resume', at('one.checkpoint')];
      const first = list(...args);
      await once(slow.events, 'call');
      for (const [output, resume] of [
        ['one', 'one.checkpoint'],
        ['one', 'two.checkpoint'],
        ['two', 'one.checkpoint'],
      ]) {
        const second = await list(...args.slice(0, 4), '--output', at(output), '--resume', at(resume));
        assert.match(
          second.stderr,
          /: Another run of this command is writing .*one(\.checkpoint)?\.\nWait until it ends/,
        );
        assert.equal(second.status, 1);
      }
      assert.equal((await first).status, 0);
      assert.deepEqual((await readFile(at('one'), 'utf8')).split('\n'), [...groupIds, '']);
      assert.equal((await list(...args)).status, 0);
    } finally {
      await slow.stop();
    }
  });

  it('a checkpoint of another app or type is refused', async () => {
    const args = ['--output', at('app'), '--resume', at('app.checkpoint')];
    await list(...args, '--max-pages', 1);
    const type = await list(...args, '--group-type', 'Public');
    assert.equal(type.status, 2);
    assert.match(
      type.stderr,
      /--resume belongs to another listing: it lists all group types at once, this listing lists Public/,
    );
    const app = await list(...args, '--sdk-app-id', 1400000009);
    assert.equal(app.status, 2);
    assert.match(app.stderr, /belongs to another app/);
  });

  it('a failure ends with status 1 and two lines: what happened, and what to do on the command line', async (t) => {
    const { sdkAppId, identifier, secretKey } = sandbox.options;
    const expired = await sign({ sdkAppId, identifier, secretKey, expireSeconds: -60 });
    const noKey = { TENCENT_CHAT_SECRET_KEY: '', TENCENT_CHAT_USER_SIG: expired };
    const mute = createServer(() => {}).listen(0, '127.0.0.1'); // accepts, and never answers
    t.after(() => mute.close());
    await once(mute, 'listening');
    for (const [args, more, says] of [
      [
        [],
        { TENCENT_CHAT_SECRET_KEY: 'wrong' },
        /error 70009: .*\. The UserSig .*\nCompare TENCENT_CHAT_SDK_APP_ID and TENCENT_CHAT_SECRET_KEY with the console\.\n/,
      ],
      [[], noKey, /error 70001: .*The UserSig has expired\.\nGive a fresh UserSig, or TENCENT_CHAT_SECRET_KEY, /],
      [
        ['--timeout-ms', 50, '--endpoint', `http://127.0.0.1:${mute.address().port}`],
        {},
        /\nRaise --timeout-ms on a slow connection, or lower --limit so /,
      ],
      [['--endpoint', `${env.TENCENT_CHAT_ENDPOINT}/x`], {}, /error 60009/],
    ]) {
      const { status, stderr } = await run(['count', '--max-retries', 0, ...args], { ...env, ...more });
      assert.match(stderr, says);
      assert.match(stderr, /^tencent-chat-groups: [^\n]+\n[^\n]+\n$/);
      assert.equal(status, 1);
    }
  });

  it('an output that cannot be written ends with status 1 and the reason, and leaves nothing behind', async () => {
    await writeFile(at('a-file'), '');
    await mkdir(at('a-folder'));
    const before = (await readdir(folder)).sort();
    for (const [output, says] of [
      [
        '/no/such/folder/out',
        /The output \/no\/such\/folder\/out cannot be written: there is no such file or folder \(ENOENT\)\.\nName a file in a folder that exists\.\n$/,
      ],
      ['/proc/out', /there is no such file or folder \(ENOENT\)/],
      [at('a-file/out'), /a part of its path is not a folder \(ENOTDIR\)/],
      [at('a-folder'), /it is a folder \(EISDIR\)\.\nName a file, not a folder\.\n$/],
      ['/dev/full', /no space is left on the disk \(ENOSPC\)\.\nFree some space/],
      [at('x'.repeat(300)), /its name is too long \(ENAMETOOLONG\)/],
    ]) {
      const { status, stderr } = await list('--output', output);
      assert.match(stderr, says);
      assert.match(stderr, /^tencent-chat-groups: [^\n]+\n[^\n]*\n?$/);
      assert.equal(status, 1);
    }
    assert.deepEqual((await readdir(folder)).sort(), before);
  });

  it('leaves no partial file when the disk is full', async () => {
    const before = (await readdir(folder)).sort();
    const args = '--min-interval-ms 0 --limit 400';
    const file = await shell(`ulimit -f 8; $CLI list ${args} --output ${at('large')}`, env);
    assert.match(
      file.stderr,
      /The output .*large cannot be written: the file would exceed the size limit \(EFBIG\)\.\n.*ulimit/,
    );
    assert.equal(file.status, 1);
    assert.deepEqual((await readdir(folder)).sort(), before);
    const stdout = await shell(`$CLI list ${args} > /dev/full`, env);
    assert.match(
      stdout.stderr,
      /^tencent-chat-groups: Standard output cannot be written: no space is left on the disk/,
    );
    assert.equal(stdout.status, 1);
  });

  it('--resume continues after the disk was full', async () => {
    const args = ['--format', 'csv', '--limit', '100', '--output', at('grows'), '--resume', at('grows.checkpoint')];
    const { status, stderr } = await shell(`ulimit -f 8; $CLI list --min-interval-ms 0 ${args.join(' ')}`, env);
    assert.match(stderr, /The output .*grows cannot be written: .*EFBIG/);
    assert.equal(status, 1);
    assert.ok((await stat(at('grows'))).size > 1000);
    assert.equal((await list(...args)).status, 0);
    assert.equal(await readFile(at('grows'), 'utf8'), (await list('--format', 'csv')).stdout);
  });

  it('a reader that stops reading ends it quietly', async () => {
    const { status, signal, stderr } = await run(['list', '--min-interval-ms', 0, '--limit', 100], env, {
      onStdout: (child) => child.stdout.destroy(),
    });
    assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' });
  });

  it('an interruption ends it even if nothing reads its output', async () => {
    const many = await startSandbox(['--groups', '30000', '--interval', '0s']);
    try {
      const full = spawn(process.execPath, [bin, 'list', '--min-interval-ms', '0'], {
        env: environmentOf(many.options),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      await once(many.events, 'call'); // its page is more than a pipe holds
      full.stdout.once('readable', () => full.kill('SIGINT'));
      const [status] = await once(full, 'exit');
      assert.equal(status, 130);
      full.stdout.destroy();
    } finally {
      await many.stop();
    }
  });

  it('a broken connection is not taken for a reader that stopped reading', async () => {
    const breaks = `globalThis.fetch = () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) }));`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(breaks)}`;
    const { status, stderr } = await run(['list', '--max-retries', 0, '--output', at('broken')], {
      ...env,
      NODE_OPTIONS,
    });
    assert.equal(status, 1);
    assert.match(stderr, /write EPIPE/);
  });

  it('--output and --resume may not be the same file, by any path', async () => {
    await symlink(at('same'), at('link'));
    for (const [output, resume] of [
      [at('same'), at('same')],
      [at('link'), at('same')],
      [join(folder, '.', 'x', '..', 'same'), at('same')],
    ]) {
      const { status, stderr } = await list('--output', output, '--resume', resume);
      assert.equal(status, 2);
      assert.match(stderr, /name the same file/);
    }
  });

  it('--output keeps a link, the mode, and other files', async () => {
    await writeFile(at('target'), 'before', { mode: 0o600 });
    await symlink(at('target'), at('to-target'));
    await writeFile(at('target.partial'), 'precious');
    assert.equal((await list('--output', at('to-target'))).status, 0);
    assert.ok((await lstat(at('to-target'))).isSymbolicLink());
    assert.equal((await readFile(at('target'), 'utf8')).split('\n').length, 901);
    assert.equal((await stat(at('target'))).mode & 0o777, 0o600);
    assert.equal(await readFile(at('target.partial'), 'utf8'), 'precious');
    const script = `"${process.execPath}" "${bin}" list --min-interval-ms 0 --output /dev/stdout | cat`;
    const piped = spawn('sh', ['-c', script], {
      env: { ...env, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.deepEqual((await text(piped.stdout)).split('\n'), [...groupIds, '']);
    assert.ok((await lstat('/dev/stdout')).isSymbolicLink());
  });

  it('an interruption ends with status 130', async () => {
    const { status, stderr } = await run(['list', '--min-interval-ms', 60_000, '--limit', 1], env, {
      onStdout: (child) => child.kill('SIGINT'),
    });
    assert.equal(status, 130);
    assert.match(
      stderr,
      /^tencent-chat-groups: Interrupted\.\nTo be able to resume an interrupted listing, give --output/,
    );
  });

  it('an interruption by any signal leaves no partial file, and with --resume a checkpoint to resume from', async () => {
    for (const [signal, exit] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ]) {
      for (const more of [[], ['--resume', at(`${signal}.checkpoint`)]]) {
        const args = ['list', '--limit', '100', '--min-interval-ms', '60000', '--output', at(signal), ...more];
        const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
        const said = text(child.stderr);
        await once(sandbox.events, 'call');
        child.kill(signal);
        const [status] = await once(child, 'close');
        assert.equal(status, exit, signal);
        const left = (await readdir(folder)).filter((name) => name.startsWith(signal)).sort();
        assert.deepEqual(left, more.length > 0 ? [signal, `${signal}.checkpoint`] : []);
        if (more.length > 0) assert.match(await said, /Interrupted\.\nRun the same command again to resume\./);
      }
    }
  });

  it('a transient failure says how to resume', async () => {
    const args = ['--max-retries', 0, '--output', at('later'), '--resume', at('later.checkpoint')];
    const { status, stderr } = await list('--endpoint', 'http://127.0.0.1:1', ...args);
    assert.match(stderr, /No answer from http:\/\/127\.0\.0\.1:1: .*\n.* Run the same command again to resume\.\n$/);
    assert.equal(status, 1);
    assert.equal((await list(...args)).status, 0);
    assert.deepEqual((await readFile(at('later'), 'utf8')).split('\n'), [...groupIds, '']);
  });
});
