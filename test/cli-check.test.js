// tencent-chat-groups check: what it finds, and what it says to do.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { readUserSig } from '../js/cli/usersig.js';
import { load, sign } from '../js/sign.js';
import { startProxy } from '../scripts/programs/proxy.mjs';
import { startSandbox } from '../scripts/programs/sandbox.mjs';
import { environmentOf } from './support/cli.js';
import { faultFile } from './support/faults.js';
import { startLocalServer } from './support/local-server.js';
import { runHere } from './support/pages.js';

const found = async (env, ...args) => {
  const { status, stdout, stderr } = await runHere(['check', '-f', 'json', ...args], env);
  assert.equal(stderr, '');
  const { ok, checks } = JSON.parse(stdout);
  assert.equal(status, ok ? 0 : 1);
  return Object.fromEntries(checks.map(({ check, ...rest }) => [check, rest]));
};

describe('check', () => {
  let sandbox;
  let env;
  before(async () => {
    await load();
    sandbox = await startSandbox(['--groups', '7', '--interval', '0s']);
    env = environmentOf(sandbox.options);
  });
  after(() => sandbox?.stop());
  const signed = async (more = {}) => {
    const { sdkAppId, identifier, secretKey } = sandbox.options;
    return sign({ sdkAppId, identifier, secretKey, expireSeconds: 600, ...more });
  };
  const withUserSig = async (more) => ({
    ...env,
    TENCENT_CHAT_SECRET_KEY: '',
    TENCENT_CHAT_USER_SIG: await signed(more),
  });

  it('has a line for each thing that works', async () => {
    const called = once(sandbox.events, 'call');
    const { status, stdout, stderr } = await runHere(['check'], env);
    await called;
    const lines = stdout.split('\n');
    assert.match(lines[0], /^ok {7}version {5}tencent-chat-groups \d+\.\d+\.\d+, Node\.js v\d+\S+, \w+ \w+$/);
    assert.equal(
      lines[1],
      'ok       credential  a secret key (TENCENT_CHAT_SECRET_KEY), for SDKAppID 1400000000 (TENCENT_CHAT_SDK_APP_ID) and ' +
        'identifier administrator (TENCENT_CHAT_IDENTIFIER)',
    );
    assert.equal(lines[2], `ok       region      the endpoint ${sandbox.options.endpoint}, not a region`);
    assert.match(lines[3], /^ok {7}userSig {5}made with the key, valid until 20\d\d-[\d-]+T[\d:.]+Z$/);
    assert.match(lines[4], /^ok {7}network {5}127\.0\.0\.1:\d+ is this machine; TLS is not needed$/);
    assert.equal(lines[5], "ok       clock       within a minute of the server's");
    assert.deepEqual(lines.slice(6), ['ok       count       7 groups', '']);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.equal(sandbox.calls.length, 1);
  });

  it('never shows a secret', async () => {
    const userSig = await withUserSig();
    for (const own of [env, userSig, { ...env, TENCENT_CHAT_IDENTIFIER: 'nobody' }]) {
      for (const args of [['check'], ['check', '-f', 'json']]) {
        const { stdout } = await runHere(args, own);
        assert.ok(!stdout.includes(env.TENCENT_CHAT_SECRET_KEY));
        assert.ok(!stdout.includes(userSig.TENCENT_CHAT_USER_SIG));
        assert.ok(!/eJ[\w*-]{20}/.test(stdout), stdout);
      }
    }
  });

  it('compares a UserSig with the app, the identifier and the clock', async () => {
    for (const [more, status, detail] of [
      [{}, 'ok', /^valid until /],
      [{ identifier: 'somebody' }, 'failed', /^it was made for identifier somebody, not administrator$/],
      [{ sdkAppId: 1400000001 }, 'failed', /^it was made for SDKAppID 1400000001, not 1400000000$/],
      [{ expireSeconds: -60 }, 'failed', /^it expired at 20/],
    ]) {
      const { userSig, count } = await found(await withUserSig(more));
      assert.equal(userSig.status, status);
      assert.match(userSig.detail, detail);
      assert.equal(count.status, status);
      if (status === 'failed') assert.ok(userSig.hint && count.hint);
    }
    const { TENCENT_CHAT_USER_SIG: whole } = await withUserSig();
    const { userSig, count } = await found({
      ...env,
      TENCENT_CHAT_SECRET_KEY: '',
      TENCENT_CHAT_USER_SIG: whole.slice(0, 60),
    });
    assert.deepEqual([userSig.status, userSig.detail, count.status], ['failed', 'it cannot be read', 'failed']);
  });

  it('names the region and the reason for it', async () => {
    const offline = { ...env, TENCENT_CHAT_ENDPOINT: '', HTTPS_PROXY: 'http://127.0.0.1:1' };
    const { region, proxy, tls, backup, clock, count } = await found({
      ...offline,
      TENCENT_CHAT_SDK_APP_ID: '20000001',
    });
    assert.match(
      region.detail,
      /^Singapore, by the SDKAppID: adminapisgp\.im\.qcloud\.com, with the backup host adminapisgp\.my-/,
    );
    assert.match(proxy.detail, /^calls go through the proxy of HTTPS_PROXY \(127\.0\.0\.1:1\)$/);
    assert.match(tls.detail, /^adminapisgp\.im\.qcloud\.com: the proxy .* cannot be reached: .* \(ECONNREFUSED\)$/);
    assert.deepEqual(
      [tls.status, backup.status, clock.status, count.status],
      ['failed', 'warning', 'skipped', 'failed'],
    );
    const given = await found({ ...offline, TENCENT_CHAT_REGION: 'tokyo' });
    assert.match(given.region.detail, /^Tokyo, by TENCENT_CHAT_REGION: /);
    assert.match((await found(offline, '--region', 'seoul')).region.detail, /^Seoul, by --region: /);
  });

  it('asks through a signing proxy, with a token', async (t) => {
    const proxy = await startProxy(sandbox.options);
    t.after(() => proxy.stop());
    const own = { TENCENT_CHAT_PROXY: proxy.url, TENCENT_CHAT_PROXY_TOKEN: proxy.token };
    const works = await found(own);
    assert.equal(
      works.credential.detail,
      `the signing proxy ${proxy.url} (TENCENT_CHAT_PROXY), with a token (TENCENT_CHAT_PROXY_TOKEN)`,
    );
    assert.deepEqual(
      [works.region.status, works.userSig.status, works.count.detail],
      ['skipped', 'skipped', '7 groups'],
    );
    const { credential, count } = await found({ ...own, TENCENT_CHAT_PROXY_TOKEN: '' });
    assert.match(credential.detail, /, with no token$/);
    assert.match(count.hint, /^The proxy requires a token: set TENCENT_CHAT_PROXY_TOKEN or /);
  });

  it('compares the clocks', async () => {
    for (const [aheadMs, status, detail] of [
      [600_000, 'warning', /^this machine's clock is (10 min 0 s|9 min 59 s|9 min 58 s) behind the server's$/],
      [-600_000, 'warning', /^this machine's clock is (10 min 0 s|9 min 59 s|9 min 58 s) ahead of the server's$/],
      [30_000, 'ok', /within a minute/],
    ]) {
      const date = new Date(Date.now() + aheadMs).toUTCString();
      const answer = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[],"Next":0}';
      const server = await startLocalServer((_, response) => response.writeHead(200, { date }).end(answer));
      try {
        const { clock } = await found({ ...env, TENCENT_CHAT_ENDPOINT: server.origin });
        assert.equal(clock.status, status);
        assert.match(clock.detail, detail);
      } finally {
        await server.stop();
      }
    }
  });

  it('refuses wrong options as other commands do', async () => {
    for (const [args, own, says] of [
      [['check', '--region', 'mars'], env, /--region must be one of /],
      [['check', '--quiet'], env, /--quiet/],
      [['check'], { ...env, TENCENT_CHAT_SDK_APP_ID: '' }, /--sdk-app-id is missing/],
      [['check'], { ...env, TENCENT_CHAT_SECRET_KEY: await signed() }, /TENCENT_CHAT_SECRET_KEY is a UserSig/],
    ]) {
      const { status, stdout, stderr } = await runHere(args, own);
      assert.match(stderr, says);
      assert.deepEqual([status, stdout], [2, '']);
    }
  });

  it('looks at the sandbox inside the process', async () => {
    const { stdout, status } = await runHere(['check', '--sandbox'], {});
    assert.match(stdout, /\nok {7}count {7}25,000 groups\n$/);
    assert.equal(status, 0);
  });
});

describe('check of a service that fails', () => {
  let codes;
  const signedAgain = new Set([70001, 70052]); // they are answered with a call more, by a fresh UserSig
  const otherFaults = [
    [{ fault: 'status', status: 502 }, /HTTP status 502/],
    [{ fault: 'status', status: 403 }, /HTTP status 403/],
    [{ fault: 'redirect', echoUrl: true }, /a redirect, which is not followed/],
    [{ fault: 'html', echoUrl: true }, /not what the endpoint promises/],
    [{ fault: 'cut-json' }, /not what the endpoint promises/],
    [{ fault: 'lost-request' }, /No answer from/],
    [{ fault: 'lost-answer' }, /No answer from/],
    [{ fault: 'truncate-body' }, /The answer from .* broke off/],
    [{ fault: 'stall-headers' }, /No complete answer from .* within 200 ms/],
    [{ fault: 'stall-body' }, /No complete answer from .* within 200 ms/],
    [{ fault: 'oversize' }, /more than \d+ bytes/],
    [{ fault: 'wrong-json', variant: 'no-next' }, /not what the endpoint promises/],
  ];
  before(async () => {
    const table = await readFile(new URL('../core/restapi/testdata/error-codes.tsv', import.meta.url), 'utf8');
    codes = table.split('\n').flatMap((line) => /^\d+/.exec(line)?.map(Number) ?? []);
    assert.ok(codes.length > 40);
  });

  it('has a hint for every error code and every network failure', async (t) => {
    const refusal = (code) => ({ fault: 'code', code, info: 'refused', echoUrl: true });
    const script = [
      ...codes.flatMap((code) => Array(signedAgain.has(code) ? 2 : 1).fill(refusal(code))),
      ...otherFaults.map(([fault]) => fault),
    ];
    const faults = await faultFile(script.map((fault, i) => ({ ...fault, call: i + 1 })));
    t.after(() => faults.remove());
    const sandbox = await startSandbox(['--groups', '7', '--interval', '0s', '--faults', faults.path]);
    t.after(() => sandbox.stop());
    const env = environmentOf(sandbox.options);
    const hints = new Set();
    for (const code of codes) {
      const { count } = await found(env);
      assert.equal(count.status, 'failed');
      assert.ok(count.detail.startsWith(`The server answered with error ${code}: `), count.detail);
      assert.match(count.hint, /^[A-Z].*[.?]$/);
      assert.ok(!/\b(sdkAppId|userSig|secretKey|groupType)\b/.test(count.hint), count.hint);
      hints.add(count.hint);
    }
    assert.ok(hints.size > 15);
    for (const [fault, says] of otherFaults) {
      const { count } = await found(env, '--timeout-ms', fault.fault.startsWith('stall') ? 200 : 10_000);
      assert.equal(count.status, 'failed', fault.fault);
      assert.match(count.detail, says);
      assert.match(count.hint, /^[A-Z].*[.?]$/);
    }
    assert.equal((await found(env)).count.status, 'ok');
  });

  it('reports that nothing listens', async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    const env = environmentOf({ endpoint: `http://127.0.0.1:${port}`, sdkAppId: 1, identifier: 'a', secretKey: 'b' });
    const { count, clock } = await found(env);
    assert.match(count.hint, /^Nothing listens there: /);
    assert.equal(clock.status, 'skipped');
  });
});

describe('a UserSig', () => {
  const encoded = (text) =>
    deflateSync(text).toString('base64').replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
  const fields = { 'TLS.identifier': 'a', 'TLS.sdkappid': 1400000000, 'TLS.time': 1700000000, 'TLS.expire': 60 };

  it('is decoded', () => {
    const read = readUserSig(encoded(JSON.stringify(fields)));
    assert.deepEqual(read, { sdkAppId: 1400000000, identifier: 'a', madeMs: 1.7e12, expiresMs: 1.7e12 + 60_000 });
  });

  it('that is invalid is undefined', () => {
    for (const text of [
      '',
      'eJ',
      'x'.repeat(100),
      encoded('no JSON'),
      encoded('{}'),
      encoded('null'),
      encoded(' '.repeat(1e6)),
    ]) {
      assert.equal(readUserSig(text), undefined);
    }
    for (const name of Object.keys(fields)) {
      assert.equal(readUserSig(encoded(JSON.stringify({ ...fields, [name]: undefined }))), undefined, name);
    }
    assert.equal(readUserSig(encoded(JSON.stringify({ ...fields, 'TLS.expire': 1e300 }))), undefined);
  });
});
