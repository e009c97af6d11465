// --sandbox: everything works without an account, by the sandbox that is in the package.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSandbox } from '../js/cli/sandbox.js';
import { ApiError, countGroups, listGroups } from '../js/node.js';
import { sandboxGroups } from '../scripts/programs/sandbox.mjs';
import { inTerminal, run, shell } from './support/cli.js';

const introduction = '--sandbox: a made-up app with 25,000 groups. Nothing is sent anywhere.\n';
// Whatever would reach for the network fails.
const offline = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent("globalThis.fetch = () => { throw new Error('the network was used'); };")}`,
};
const digest = (text) => createHash('sha256').update(text).digest('hex');

describe('--sandbox', () => {
  let groups;
  let folder;
  before(async () => {
    groups = await sandboxGroups();
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('lists the groups of the sandbox of cmd/sandbox, in 3 calls, one per second', async () => {
    const { status, stdout, stderr } = await run(['list', '--sandbox', '--verbose'], offline);
    assert.equal(status, 0);
    assert.equal(digest(stdout), digest(groups.map(({ groupId }) => `${groupId}\n`).join('')));
    assert.ok(stderr.startsWith(introduction), stderr);
    const seconds = Number(/ Listed 25,000 groups in (\d+\.\d) s \(3 calls\)\.\n$/.exec(stderr)?.[1]);
    assert.ok(seconds >= 2, stderr);
  });

  it('shows ordinary IDs on the first and the last screen of a list, and of each type', async () => {
    const ordinary = /^@TGS#(_@TGS#c)?[0-9A-Z]+$|^(@TGS#_)?[a-z]+-\d+$/;
    for (const types of [[], ['--group-type', 'Community'], ['--group-type', 'Private']]) {
      const { status, stdout } = await run(['list', '--sandbox', ...types], offline);
      assert.equal(status, 0);
      const ids = stdout.split('\n').slice(0, -1);
      for (const id of [...ids.slice(0, 50), ...ids.slice(-50)]) assert.match(id, ordinary);
      assert.ok(ids.some((id) => /[^ -~]/.test(id)) && ids.some((id) => id.includes('"')), 'unusual IDs in between');
    }
  });

  it("counts, and ignores the user's account in the environment", async () => {
    const env = { TENCENT_CHAT_SECRET_KEY: 'a key', TENCENT_CHAT_PROXY: 'x', TENCENT_CHAT_REGION: 'y', ...offline };
    const { status, stdout, stderr } = await run(['count', '--sandbox', '--group-type', 'Community'], env);
    assert.equal(stderr, introduction);
    assert.equal(stdout, `${groups.filter(({ type }) => type === 'Community').length}\n`);
    assert.equal(status, 0);
  });

  it('resumes from a checkpoint in another process', async () => {
    const args = ['list', '--sandbox', '--output', join(folder, 'out'), '--resume', join(folder, 'checkpoint')];
    assert.equal((await run([...args, '--max-pages', 2], offline)).status, 0);
    assert.equal((await run(args, offline)).status, 0);
    const listed = await readFile(join(folder, 'out'), 'utf8');
    assert.equal(digest(listed), digest(groups.map(({ groupId }) => `${groupId}\n`).join('')));
  });

  it('fits a narrow terminal with its first line', async () => {
    const { screen } = await inTerminal('$CLI count --sandbox', offline, { columns: 71 });
    assert.deepEqual(screen, [introduction.trim(), '25000', '']);
  });

  it('ends quietly when the reader of --output /dev/stdout stops reading', async () => {
    // A page is more than a pipe holds. $PIPESTATUS is the status of the pipeline's first command.
    const line = '$CLI list --sandbox --output /dev/stdout | head -1; exit $PIPESTATUS';
    const { status, stdout, stderr } = await shell(line, offline);
    assert.equal(stderr, introduction);
    assert.equal(stdout, `${groups[0].groupId}\n`);
    assert.equal(status, 0);
  });

  it('can be interrupted while it waits for a reader of a named pipe', async () => {
    const line = `mkfifo ${folder}/pipe; (sleep 2; echo waiting) & $CLI list --sandbox --output ${folder}/pipe`;
    const { status, screen } = await inTerminal(line, offline, {
      onText: (written, type) => written.endsWith('waiting\r\n') && type('\x03'),
    });
    assert.equal(status, 130);
    assert.ok(!screen.includes(introduction.trim()), 'nothing was listed yet');
  });

  it('introduces itself only if the flags are valid', async () => {
    const file = join(folder, 'not a checkpoint');
    await writeFile(file, 'x');
    const output = ['--output', join(folder, 'never')];
    for (const [args, message, exitStatus] of [
      [['list', '--limit', '0'], /--limit must be/, 2],
      [['count', '--timeout-ms', 'x'], /--timeout-ms must be/, 2],
      [['list', '--group-type', 'public'], /--group-type must be/, 2],
      [['list', '--format', 'xml'], /--format must be/, 2],
      [['list', '--next', 'x'], /--next must be/, 2],
      [['list', '--endpoint', 'https://x.example'], /leave out --endpoint/, 2],
      [['list', '--output', folder], /it is a folder/, 1],
      [['list', '--output', join(folder, 'missing', 'x')], /there is no such file or folder/, 1],
      [['list', ...output, '--resume', folder], /is not a regular file/, 2],
      [['list', ...output, '--resume', file], /not a checkpoint/, 2],
    ]) {
      const { status, stdout, stderr } = await run([...args, '--sandbox'], offline);
      assert.match(stderr, message);
      assert.match(stderr, /^tencent-chat-groups: /, 'its first line');
      assert.ok(!stderr.includes(introduction), stderr);
      assert.equal(stdout, '');
      assert.equal(status, exitStatus, stderr);
    }
  });

  it('is as strict as the service about signature, pace and request', async () => {
    const { options: sandbox } = await openSandbox();
    const calls = [];
    const fetch = (...call) => {
      calls.push(call);
      return sandbox.fetch(...call);
    };
    const options = { ...sandbox, fetch, maxRetries: 0, minIntervalMs: 0 };
    const fails = (code) => (error) => error instanceof ApiError && error.code === code;
    assert.equal(await countGroups(options), 25_000);
    const [[url, init]] = calls;
    const atOnce = [1, 2].map(async () => (await sandbox.fetch(url, init)).json());
    assert.equal((await Promise.all(atOnce))[1].ErrorCode, 10006);
    await assert.rejects(countGroups({ ...options, secretKey: 'wrong' }), fails(70009));
    await assert.rejects(countGroups({ ...options, sdkAppId: 1400000001 }), fails(70020));
    const { groupIds, next } = await listGroups({ ...sandbox, limit: 7 });
    assert.deepEqual(
      groupIds,
      groups.slice(0, 7).map(({ groupId }) => groupId),
    );
    assert.ok(BigInt(next) > 2n ** 32n);
  });

  it('ends at once when it is aborted', async () => {
    const { options } = await openSandbox();
    const reason = new Error('enough');
    const abort = new AbortController();
    const fetching = options.fetch('https://sandbox.invalid/', { method: 'POST', body: '{}', signal: abort.signal });
    abort.abort(reason);
    await assert.rejects(fetching, reason);
    await assert.rejects(countGroups({ ...options, timeoutMs: 1, maxRetries: 0 }), { kind: 'timeout' });
  });
});
