// The command line behind a signing proxy: the caller's token, where it comes from, and what it never appears in.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startProxy } from '../scripts/programs/proxy.mjs';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { run } from './support/cli.js';
import { runHere } from './support/pages.js';

const flags = ['--groups', '50', '--interval', '0s', '--seed', '5'];
const names = /TENCENT_CHAT_PROXY_TOKEN .*--proxy-token-file/;

describe('the command line through the signing proxy', () => {
  let folder;
  let sandbox;
  let proxy;
  let groupIds;
  let tokenFile;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    sandbox = await startSandbox(flags);
    groupIds = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    proxy = await startProxy(sandbox.options);
    tokenFile = join(folder, 'token.txt');
    await writeFile(tokenFile, `${proxy.token}\n`);
  });
  after(async () => {
    await proxy?.stop();
    await sandbox?.stop();
    await rm(folder, { recursive: true });
  });
  const list = (...args) => run(['list', '--max-retries', 0, ...args], {});

  it('shows the token from a variable, a file or standard input', async () => {
    const expected = { status: 0, signal: null, stdout: groupIds.map((id) => `${id}\n`).join(''), stderr: '' };
    const env = { TENCENT_CHAT_PROXY: proxy.url, TENCENT_CHAT_PROXY_TOKEN: ` ${proxy.token}\n` };
    assert.deepEqual(await run(['list'], env), expected);
    assert.deepEqual(await list('--proxy', proxy.url, '--proxy-token-file', tokenFile), expected);
    const piped = await run(['list', '--proxy', proxy.url, '--proxy-token-file', '-'], {}, { input: proxy.token });
    assert.deepEqual(piped, expected);
    const flagWins = { TENCENT_CHAT_PROXY: proxy.url, TENCENT_CHAT_PROXY_TOKEN: 'wrong' };
    assert.deepEqual(await run(['list', '--proxy-token-file', tokenFile], flagWins), expected);
  });

  it('names the variable and the flag if the proxy requires a token, or another one', async () => {
    const none = await list('--proxy', proxy.url);
    assert.match(none.stderr, /HTTP status 401: .+\nThe proxy requires a token: set TENCENT_CHAT_PROXY_TOKEN /);
    const env = { TENCENT_CHAT_PROXY: proxy.url, TENCENT_CHAT_PROXY_TOKEN: 'a-made-up-token-of-nobody' };
    const wrong = await run(['list'], env);
    assert.match(wrong.stderr, /HTTP status 401: .+\nThe proxy rejects the token from TENCENT_CHAT_PROXY_TOKEN: /);
    for (const { status, stderr } of [none, wrong]) {
      assert.match(stderr, names);
      assert.equal(status, 1);
      assert.ok(!stderr.includes('of-nobody'), stderr);
    }
  });
});

describe('a token of the command line', () => {
  const token = 'made-up/Token+0123456789~abcdef==';
  let folder;
  let server;
  let url;
  let answer; // (response, authorization) => void
  let seen;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    server = createServer((request, response) => {
      seen.push(request.headers);
      answer(response, request.headers.authorization);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${server.address().port}`;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const count = (env, ...args) => {
    seen = [];
    return runHere(['count', ...args], { TENCENT_CHAT_PROXY: url, ...env });
  };
  const says = (body) => (response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));

  it('is sent as Authorization: Bearer, and to a proxy only', async () => {
    answer = says({ ActionStatus: 'OK', ErrorCode: 0, TotalCount: 7, GroupIdList: [], Next: 0 });
    assert.equal((await count({ TENCENT_CHAT_PROXY_TOKEN: token })).stdout, '7\n');
    assert.equal(seen[0].authorization, `Bearer ${token}`);
    const direct = {
      TENCENT_CHAT_PROXY: '',
      TENCENT_CHAT_ENDPOINT: url,
      TENCENT_CHAT_SDK_APP_ID: '1400000000',
      TENCENT_CHAT_IDENTIFIER: 'administrator',
      TENCENT_CHAT_SECRET_KEY: 'made-up',
      TENCENT_CHAT_PROXY_TOKEN: token,
    };
    assert.equal((await count(direct)).stdout, '7\n');
    assert.equal(seen[0].authorization, undefined);
  });

  it('is never in an error, whatever the proxy repeats of it', async () => {
    const echoes = [
      (sent) => `not accepted: ${sent}`,
      (sent) => `at /?t=${encodeURIComponent(sent)}`,
      (sent) => `${'x'.repeat(95)} ${sent}`, // the message is cut in the middle of the token
      (sent) => JSON.stringify({ cut: sent.slice(9, 30) }),
    ];
    for (const echo of echoes) {
      answer = (response, sent) => says({ ActionStatus: 'FAIL', ErrorCode: 60008, ErrorInfo: echo(sent) })(response);
      const { stderr, status } = await count({ TENCENT_CHAT_PROXY_TOKEN: token }, '--max-retries', 1, '--verbose');
      assert.match(stderr, /attempt 1 failed: .*\[redacted\].*\n.*error 60008: .*\[redacted\]/);
      for (let i = 0; i + 8 <= token.length; i++) assert.ok(!stderr.includes(token.slice(i, i + 8)), stderr);
      assert.equal(status, 1);
    }
  });

  it('that is invalid is refused before anything is sent, and not repeated', async () => {
    const empty = join(folder, 'empty');
    await writeFile(empty, '\n');
    const two = join(folder, 'two');
    await writeFile(two, 'first-token\nsecond-token\n');
    for (const [env, args, message] of [
      [{ TENCENT_CHAT_PROXY_TOKEN: `Bearer ${token}` }, [], /: TENCENT_CHAT_PROXY_TOKEN is not a token: .*Bearer/],
      [{ TENCENT_CHAT_PROXY_TOKEN: `${token}\r\nx-other: 1` }, [], /TENCENT_CHAT_PROXY_TOKEN is not a token/],
      [{ TENCENT_CHAT_PROXY_TOKEN: `${token}é` }, [], /TENCENT_CHAT_PROXY_TOKEN is not a token/],
      [{}, ['--proxy-token-file', two], /: The file of --proxy-token-file is not a token/],
      [{}, ['--proxy-token-file', empty], /: The file of --proxy-token-file is empty\./],
      [{}, ['--proxy-token-file', join(folder, 'none')], /--proxy-token-file cannot be read: .* \(ENOENT\)/],
      [{}, ['--proxy-token-file', '/dev/zero'], /The file of --proxy-token-file is too long to hold a token\./],
      [{}, ['--proxy-token', token], /Secrets cannot be given as flags.*\nSet TENCENT_CHAT_PROXY_TOKEN, or give /],
      [{}, [`--token=${token}`], /Secrets cannot be given as flags/],
      [{ TENCENT_CHAT_PROXY: '' }, ['--proxy-token-file', two], /--proxy-token-file needs --proxy\./],
      [{}, ['--secret-key-file', two, '--proxy-token-file', two], /--proxy-token-file needs --proxy/],
      [{}, ['--sandbox', '--proxy-token-file', two], /--sandbox has an app of its own: leave out --proxy-token-file/],
    ]) {
      const { status, stderr } = await count(env, ...args);
      assert.match(stderr, message);
      assert.match(stderr, /^tencent-chat-groups: [^\n]+\n[^\n]+\n$/);
      assert.ok(!stderr.includes(token.slice(0, 10)) && !stderr.includes('first-token'), stderr);
      assert.equal(status, 2);
      assert.deepEqual(seen, []);
    }
  });

  it('a caller who may not list gets a hint about the token', async () => {
    answer = (response) => response.writeHead(403).end();
    for (const env of [{}, { TENCENT_CHAT_PROXY_TOKEN: token }]) {
      const { stderr } = await count(env);
      assert.match(stderr, /HTTP status 403\.\n/);
      assert.match(stderr, names);
    }
    answer = (response) => response.writeHead(404).end();
    assert.match((await count({})).stderr, /\nCheck TENCENT_CHAT_PROXY: /);
  });
});
