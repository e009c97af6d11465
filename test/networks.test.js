// A company's network: a proxy that connects to hosts, and a certificate authority of its own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { environmentProxy, isDirect } from '../js/environment-proxy.js';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { environmentOf, run } from './support/cli.js';

const execute = promisify(execFile);
const flags = ['--groups', '50', '--interval', '0s', '--seed', '5'];
const host = 'chat.test'; // RFC 6761: nobody resolves it, so that it can be reached through the proxy alone

describe('in a company network', () => {
  let folder;
  let sandbox;
  let front;
  let proxy;
  let seen;
  let answer; // what the proxy does, instead of connecting
  let groupIds;
  let env;
  const sockets = new Set();
  const listening = async (server) => {
    server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return server;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    await execute('go', ['run', './test/support/certificate', folder, host]);
    sandbox = await startSandbox(flags);
    groupIds = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    const [cert, key] = await Promise.all(['certificate.pem', 'key.pem'].map((name) => readFile(join(folder, name))));
    front = await listening(
      createTlsServer({ cert, key }, (request, response) => {
        const { method, url, headers } = request;
        const on = httpRequest(sandbox.options.endpoint + url, { method, headers }, (answered) => {
          response.writeHead(answered.statusCode, answered.headers);
          answered.pipe(response);
        });
        request.pipe(on);
      }),
    );
    proxy = await listening(createServer());
    proxy.on('connect', ({ url, headers }, socket) => {
      seen.push({ url, user: headers['proxy-authorization'] });
      sockets.add(socket.on('error', () => {}));
      if (answer !== undefined) return answer === false ? undefined : socket.end(answer);
      const on = connect(front.address().port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(on).pipe(socket);
      });
      sockets.add(on.on('error', () => {}));
    });
    env = {
      ...environmentOf(sandbox.options),
      TENCENT_CHAT_ENDPOINT: `https://${host}`,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    };
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    proxy?.close();
    front?.close();
    await sandbox?.stop();
    await rm(folder, { recursive: true });
  });

  const at = (user = '') => `${user}127.0.0.1:${proxy.address().port}`;
  const list = (more, ...args) => {
    seen = [];
    return run(['list', '--min-interval-ms', 0, ...args], { ...env, ...more });
  };
  const refusing = async (text, more, ...args) => {
    answer = text;
    try {
      return await list({ HTTPS_PROXY: `http://${at('me:open%20sesame@')}`, ...more }, '--max-retries', 1, ...args);
    } finally {
      answer = undefined;
    }
  };

  it('the command line calls through the proxy, and keeps the connection', async () => {
    const basic = `Basic ${Buffer.from('me:open sesame').toString('base64')}`;
    const proxyUrl = `http://${at('me:open%20sesame@')}`;
    const all = { status: 0, signal: null, stdout: groupIds.map((id) => `${id}\n`).join(''), stderr: '' };
    assert.deepEqual(await list({ HTTPS_PROXY: proxyUrl }, '--limit', 10), all);
    assert.deepEqual(seen, [{ url: `${host}:443`, user: basic }]);
    for (const more of [{ https_proxy: at() }, { HTTP_PROXY: at() }, { HTTPS_PROXY: at(), NO_PROXY: 'else.test' }]) {
      assert.deepEqual(await list(more), all);
      assert.deepEqual(seen, [{ url: `${host}:443`, user: undefined }]);
    }
  });

  it('the command line calls hosts of NO_PROXY, and loopback hosts, directly', async () => {
    const { stderr, status } = await list({ HTTPS_PROXY: at(), NO_PROXY: 'a.b, .test' }, '--max-retries', 0);
    assert.match(stderr, /^tencent-chat-groups: No answer from https:\/\/chat\.test: .*\nThe host's name could not be/);
    assert.equal(status, 1);
    const direct = { HTTPS_PROXY: at(), TENCENT_CHAT_ENDPOINT: sandbox.options.endpoint };
    assert.equal((await list(direct)).status, 0);
    assert.deepEqual(seen, []);
  });

  it('a proxy that refuses is asked once', async () => {
    for (const [status, hint] of [
      [407, /\nA proxy between here and the service requires a user and a password: /],
      [403, /\nThe proxy between here and the service refuses to connect: /],
    ]) {
      const { stderr } = await refusing(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      assert.match(
        stderr,
        new RegExp(`Proxy response \\(${status}\\) from the proxy of HTTPS_PROXY \\(127\\.0\\.0\\.1:`),
      );
      assert.match(stderr, hint);
      assert.ok(!/sesame/.test(stderr), stderr);
      assert.equal(seen.length, 1);
    }
    await refusing('HTTP/1.1 502 Bad gateway\r\ncontent-length: 0\r\n\r\n');
    assert.equal(seen.length, 2);
  });

  it('a proxy that hangs up, cannot be reached or never answers is named', async () => {
    const gone = await refusing('');
    assert.match(gone.stderr, /the proxy of HTTPS_PROXY \(127\.0\.0\.1:\d+\) cannot be reached: socket hang up\./);
    const closed = await refusing('', { HTTPS_PROXY: 'http://me:open%20sesame@127.0.0.1:1' });
    assert.match(closed.stderr, /the proxy of HTTPS_PROXY \(127\.0\.0\.1:1\) cannot be reached: connect ECONNREFUSED/);
    assert.ok(!/sesame/.test(gone.stderr + closed.stderr));
    const silent = await refusing(false, {}, '--timeout-ms', 100);
    assert.match(silent.stderr, /No complete answer from https:\/\/chat\.test within 100 ms\./);
  });

  it('what is no URL of a proxy is refused without being repeated', async () => {
    for (const value of ['socks5://me:sesame@127.0.0.1', 'http://me:sesame@', 'https://:sesame:x']) {
      const { status, stderr } = await list({ HTTPS_PROXY: value });
      assert.match(stderr, /^tencent-chat-groups: HTTPS_PROXY must be the URL of an HTTP proxy, /);
      assert.ok(!/sesame/.test(stderr), stderr);
      assert.equal(status, 2);
    }
  });

  it('a certificate that is not trusted is not tried again, and the hint says how to trust it', async () => {
    const { status, stderr } = await list({ HTTPS_PROXY: at(), NODE_EXTRA_CA_CERTS: '' });
    assert.match(
      stderr,
      /^tencent-chat-groups: No answer from [^\n]+\n[^\n]*NODE_EXTRA_CA_CERTS[^\n]+--use-system-ca\.\n$/,
    );
    assert.equal(status, 1);
    assert.equal(seen.length, 1);
  });

  it('check finds the proxy and the certificate', async () => {
    const checked = async (more) => {
      const { stdout } = await run(['check', '-f', 'json'], { ...env, ...more });
      return Object.fromEntries(JSON.parse(stdout).checks.map(({ check, ...rest }) => [check, rest]));
    };
    const { proxy: way, tls, count } = await checked({ HTTPS_PROXY: at() });
    assert.deepEqual(way, { status: 'ok', detail: `calls go through the proxy of HTTPS_PROXY (${at()})` });
    assert.equal(tls.status, 'ok');
    assert.match(tls.detail, /^chat\.test answers in [\d.]+ s by TLSv1\.3, with a certificate of a company's CA$/);
    assert.equal(count.detail, '50 groups');
    const untrusted = await checked({ HTTPS_PROXY: at(), NODE_EXTRA_CA_CERTS: '' });
    assert.match(untrusted.tls.detail, /^chat\.test: .* \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/);
    assert.match(untrusted.count.hint, /NODE_EXTRA_CA_CERTS/);
    const direct = await checked({});
    assert.match(direct.dns.detail, /^chat\.test: E/);
    assert.deepEqual([direct.dns.status, direct.tls.status, direct.count.status], ['failed', 'failed', 'failed']);
  });

  it('the library names a proxy that fetch does not use', {
    skip: process.env.NODE_USE_ENV_PROXY === '1',
  }, async () => {
    const script = `
      import { countGroups } from './js/node.js';
      const { TENCENT_CHAT_SDK_APP_ID: id, TENCENT_CHAT_IDENTIFIER: identifier, TENCENT_CHAT_SECRET_KEY: secretKey } = process.env;
      const given = process.argv[1] === 'own' ? { fetch: () => Promise.reject(new Error('own')) } : {};
      const options = { sdkAppId: Number(id), identifier, secretKey, endpoint: 'https://${host}', maxRetries: 0, ...given };
      await countGroups(options).catch(({ hint }) => console.log(hint));`;
    const hint = async (more, ...args) => {
      const child = ['--input-type=module', '-e', script, ...args];
      const options = { cwd: new URL('..', import.meta.url), env: { PATH: process.env.PATH, ...env, ...more } };
      return (await execute(process.execPath, child, options)).stdout;
    };
    assert.match(
      await hint({ https_proxy: at() }),
      /^https_proxy is set, but fetch does not use it here: set NODE_USE_ENV/,
    );
    for (const [more, ...args] of [[{}], [{ HTTPS_PROXY: at(), NO_PROXY: host }], [{ HTTPS_PROXY: at() }, 'own']]) {
      assert.ok(!/_PROXY/i.test(await hint(more, ...args)));
    }
  });
});

describe('the proxy of the environment', () => {
  it('is the first that is not empty', () => {
    assert.equal(environmentProxy({}), undefined);
    assert.equal(environmentProxy({ HTTPS_PROXY: ' ' }), undefined);
    assert.deepEqual(environmentProxy({ https_proxy: '', HTTPS_PROXY: ' a ', HTTP_PROXY: 'b' }), {
      variable: 'HTTPS_PROXY',
      value: 'a',
    });
    assert.equal(environmentProxy({ https_proxy: 'a', HTTPS_PROXY: 'b' }).value, 'a');
  });

  it('is for hosts that NO_PROXY does not list', () => {
    for (const [url, noProxy, direct] of [
      ['https://localhost/', undefined, true],
      ['https://a.localhost:8443/', undefined, true],
      ['http://127.1.2.3/', undefined, true],
      ['http://[::1]:8080/', undefined, true],
      ['https://localhost.example/', undefined, false],
      ['https://127.example/', undefined, false],
      ['https://a.example/', undefined, false],
      ['https://a.example/', '', false],
      ['https://a.example/', '*', true],
      ['https://a.example/', 'b.example,A.Example', true],
      ['https://a.example/', 'b.example  a.example', true],
      ['https://x.a.example/', 'a.example', true],
      ['https://x.a.example/', '.a.example', true],
      ['https://x.a.example/', '*.a.example', true],
      ['https://xa.example/', 'a.example', false],
      ['https://a.example/', 'a.example:443', true],
      ['https://a.example/', 'a.example:8443', false],
      ['https://a.example:8443/', 'a.example:8443', true],
      ['https://a.example/', ',', false],
    ]) {
      assert.equal(isDirect(url, { NO_PROXY: noProxy }), direct, `${url} with ${noProxy}`);
    }
    assert.equal(isDirect('https://a.example/', { no_proxy: 'a.example', NO_PROXY: '' }), true);
  });
});
