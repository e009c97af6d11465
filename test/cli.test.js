// The command line: what it writes, what it complains about, and how it ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sandboxGroups, startSandbox } from '../scripts/sandbox.mjs';

const bin = fileURLToPath(new URL('../bin/tencent-chat-groups.js', import.meta.url));
const flags = ['--groups', '900', '--interval', '0s', '--seed', '5'];

/** Runs the command line to its end. */
async function run(args, env, { onStdout } = {}) {
  const child = spawn(process.execPath, [bin, ...args.map(String)], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    onStdout?.(child);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [status, signal] = await once(child, 'close');
  return { status, signal, stdout, stderr };
}

describe('tencent-chat-groups', () => {
  let sandbox;
  let groupIds;
  let env;
  let folder;
  const at = (name) => join(folder, name);
  before(async () => {
    sandbox = await startSandbox(flags);
    groupIds = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    const { endpoint, sdkAppId, identifier, secretKey } = sandbox.options;
    env = {
      TENCENT_CHAT_ENDPOINT: endpoint,
      TENCENT_CHAT_SDK_APP_ID: String(sdkAppId),
      TENCENT_CHAT_IDENTIFIER: identifier,
      TENCENT_CHAT_SECRET_KEY: secretKey,
    };
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  after(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });
  const list = (...args) => run(['list', '--min-interval-ms', 0, '--limit', 400, ...args], env);

  it('list writes every ID on a line of its own, and nothing else, into a pipe', async () => {
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

  it('flags win over the environment, and the key may be in a file', async () => {
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
    await assert.rejects(stat(at('nothing.partial')), { code: 'ENOENT' });
  });

  it('--resume goes on where --max-pages stopped, and when all is listed does nothing', async () => {
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

  it('--resume cuts off what was appended after the checkpoint, and refuses an output that was changed', async () => {
    const args = ['--output', at('cut'), '--resume', at('cut.checkpoint')];
    await list(...args, '--max-pages', 1);
    const kept = await readFile(at('cut'), 'utf8');
    await writeFile(at('cut'), `${kept}@TGS#half-writ`);
    assert.equal((await list(...args)).status, 0);
    assert.deepEqual((await readFile(at('cut'), 'utf8')).split('\n'), [...groupIds, '']);

    await rm(at('cut.checkpoint'));
    const foreign = await list(...args);
    assert.equal(foreign.status, 2);
    assert.match(foreign.stderr, /cut exists, but the checkpoint .*cut\.checkpoint does not/);

    await rm(at('cut'));
    await list(...args, '--max-pages', 1);
    await writeFile(at('cut'), '');
    const changed = await list(...args);
    assert.equal(changed.status, 2);
    assert.match(changed.stderr, /has 0 bytes, but .* vouches for \d+/);
    const other = await list('--output', at('cut'), '--resume', at('cut.checkpoint'), '--format', 'csv');
    assert.match(other.stderr, /is of a listing in the format ids, not csv/);
    await writeFile(at('cut.checkpoint'), 'not json');
    assert.match((await list(...args)).stderr, /is not a checkpoint that this command wrote/);
  });

  it('--resume writes the head of a csv once, when it was killed right behind it as well', async () => {
    await writeFile(at('head'), 'groupId\n');
    await writeFile(at('head.checkpoint'), '{"version":1,"format":"csv","bytes":8,"checkpoint":null}\n');
    const args = ['--format', 'csv'];
    assert.equal((await list(...args, '--output', at('head'), '--resume', at('head.checkpoint'))).status, 0);
    assert.equal(await readFile(at('head'), 'utf8'), (await list(...args)).stdout);
  });

  it('a checkpoint of another app or type is refused', async () => {
    const args = ['--output', at('app'), '--resume', at('app.checkpoint')];
    await list(...args, '--max-pages', 1);
    const type = await list(...args, '--group-type', 'Public');
    assert.equal(type.status, 2);
    assert.match(
      type.stderr,
      /--resume belongs to another listing: it is of every --group-type, the listing is of --group-type Public/,
    );
    const app = await list(...args, '--sdk-app-id', 1400000009);
    assert.equal(app.status, 2);
    assert.match(app.stderr, /belongs to another app/);
  });

  const wrongUsage = [
    [[], /There is no command: give list or count/],
    [['lists'], /no command 'lists'/],
    [['list', 'everything'], /'everything' is not expected behind list/],
    [['list', '--fomat', 'csv'], /Unknown option '--fomat'/],
    [['list', '--limit'], /--limit/],
    [['list', '--limit', '20000'], /: --limit must be a whole number from 1 to 10000; got 20000/],
    [['list', '--limit', 'many'], /got the string 'many'/],
    [['list', '--group-type', 'public'], /did you mean Public\?/],
    [['list', '--format', 'xml'], /--format must be one of ids, ndjson, csv, json; got 'xml'/],
    [['list', '--format', 'toString'], /got 'toString'/],
    [['list', '--resume', 'x'], /--resume needs --output/],
    [['list', '--resume', 'x', '--output', 'y', '--format', 'json'], /needs a format that grows/],
    [['count', '--output', 'x'], /--output is a flag of list/],
    [['count', '--secret-key', 'made-up'], /A secret is never given as a flag/],
    [
      ['count', '--secret-key-file', '/no/such/file'],
      /^tencent-chat-groups: The file of --secret-key-file cannot be read: ENOENT/,
    ],
    [['list', '--output', ''], /--output is empty/],
    [['count', '--proxy', 'http://proxy.example'], /must be https/],
    [['count'], /There is no credential/, { TENCENT_CHAT_SECRET_KEY: '' }],
    [['count'], /--sdk-app-id is missing/, { TENCENT_CHAT_SDK_APP_ID: '' }],
  ];
  for (const [args, message, more] of wrongUsage) {
    it(`says in two lines what is wrong with '${args.join(' ')}'${more ? ' without what it needs' : ''}`, async () => {
      const { status, stdout, stderr } = await run(args, { ...env, ...more });
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 2, stderr);
      assert.match(stderr, /See tencent-chat-groups --help\.\n$/);
      assert.equal(stdout, '');
      assert.equal(status, 2);
    });
  }

  it('a failure ends with status 1 and two lines: what happened, what to do', async () => {
    const { status, stderr } = await run(['count'], { ...env, TENCENT_CHAT_SECRET_KEY: 'wrong' });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^tencent-chat-groups: The server answered with error 70009.*\nThe UserSig was made with another key.*\n$/,
    );
  });

  it('an output that cannot be written ends with status 1, without a stack trace', async () => {
    for (const output of ['/no/such/folder/out', '/dev/full']) {
      const { status, stderr } = await list('--output', output);
      assert.equal(status, 1);
      assert.match(stderr, /^tencent-chat-groups: .*(ENOENT|ENOSPC)[^\n]*\n[^\n]+\n$/);
    }
  });

  it('a reader that has enough ends it quietly', async () => {
    const { status, signal, stderr } = await run(['list', '--min-interval-ms', 0, '--limit', 100], env, {
      onStdout: (child) => child.stdout.destroy(),
    });
    assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' });
  });

  it('an interruption ends it also where nobody reads what it writes', async () => {
    const many = await startSandbox(['--groups', '30000', '--interval', '0s']);
    try {
      const { endpoint, secretKey } = many.options;
      const full = spawn(process.execPath, [bin, 'list', '--min-interval-ms', '0'], {
        env: { ...env, TENCENT_CHAT_ENDPOINT: endpoint, TENCENT_CHAT_SECRET_KEY: secretKey },
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

  it('a connection that breaks is no reader who had enough', async () => {
    const breaks = `globalThis.fetch = () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) }));`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(breaks)}`;
    const { status, stderr } = await run(['list', '--max-retries', 0, '--output', at('broken')], {
      ...env,
      NODE_OPTIONS,
    });
    assert.equal(status, 1);
    assert.match(stderr, /write EPIPE/);
  });

  it('--output and --resume may not be one file, by whatever name', async () => {
    await symlink(at('same'), at('link'));
    for (const [output, resume] of [
      [at('same'), at('same')],
      [at('link'), at('same')],
      [at('same.next'), at('same')],
      [join(folder, '.', 'x', '..', 'same'), at('same')],
    ]) {
      const { status, stderr } = await list('--output', output, '--resume', resume);
      assert.equal(status, 2);
      assert.match(stderr, /name the same file/);
    }
  });

  it('--output keeps a link, its mode, and files of others', async () => {
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
    assert.match(stderr, /^tencent-chat-groups: Interrupted\.\n/);
  });

  it('--help explains flags, environment, exit statuses and gives examples; --version is that of the package', async () => {
    const { status, stdout } = await run(['--help'], {});
    assert.equal(status, 0);
    for (const part of ['TENCENT_CHAT_SECRET_KEY', '--resume FILE', 'Exit status: 0', 'Examples'])
      assert.ok(stdout.includes(part));
    assert.ok(stdout.split('\n').every((line) => line.length <= 120));
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    assert.equal((await run(['--version'], {})).stdout, `${version}\n`);
  });
});
