// The signing proxy of docs/guide/signing-proxy.md, as it stands there: what it passes on, and what it refuses.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { listAllGroups } from 'tencent-chat-groups';
import { startLocalServer } from './support/local-server.js';
import { PageFolder } from './support/page-folder.js';
import { places, snippetsOf } from './support/snippets.js';
import { withResolvers } from './support/with-resolvers.js';

const [page] = places.server;
const path = '/v4/group_open_http_svc/get_appid_group_list';
const json = 'application/json';
const aSecond = 990; // two clocks, each of which rounds

/** Stands between the proxy and the sandbox: keeps what the proxy sent, and can answer in the sandbox's place. */
async function startService(endpoint) {
  const service = { seen: [], answer: undefined };
  const server = await startLocalServer(async (request, response) => {
    const body = await text(request);
    service.seen.push({ url: request.url, method: request.method, headers: request.headers, body, at: Date.now() });
    if (service.answer) return service.answer(request, response);
    const answer = await fetch(endpoint + request.url, { method: request.method, body });
    response.writeHead(answer.status, { 'content-type': json, 'set-cookie': 'service=1', 'x-service': 'yes' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  return Object.assign(service, server);
}

describe(page, () => {
  let folder;
  let service;
  let child;
  let exited;
  let url;
  let log;
  let token; // of a program
  before(async () => {
    const snippets = await snippetsOf(page);
    const runs = snippets.filter((snippet) => snippet.in === 'server' && snippet.file === undefined);
    assert.equal(runs.length, 1);
    folder = await PageFolder.open();
    for (const { file, code } of snippets) if (file !== undefined) await folder.save(file, code);
    service = await startService(folder.sandbox.options.endpoint);
    child = folder.start(runs[0].code, { endpoint: service.origin });
    exited = once(child, 'exit');
    log = [];
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      exited.then(() => assert.fail(`the proxy did not start: ${log.join('\n')}`)),
    ]);
    url = `http://127.0.0.1:${/\d+$/.exec(line)[0]}`;
    token = (await readFile(join(folder.path, 'token.txt'), 'utf8')).trim();
  });
  after(async () => {
    child?.kill('SIGTERM');
    const status = await exited;
    await service?.stop();
    await folder?.close();
    if (child) assert.deepEqual(status, [0, null], 'SIGTERM ends it well');
  });

  const fromThePage = { origin: 'https://console.example.com', 'x-forwarded-user': 'alice', 'content-type': json };

  // A program that is no browser: it sends no Origin, and no reverse proxy has signed it in.
  const fromAProgram = { origin: undefined, 'x-forwarded-user': undefined };

  /** One request, made with node:http, which lets one send what a browser would not. */
  async function ask({ method = 'POST', to = path, headers = {}, body = '{}' } = {}) {
    const { port } = new URL(url);
    const sent = Object.entries({ ...fromThePage, ...headers }).filter(([, value]) => value !== undefined);
    const request = httpRequest({ host: '127.0.0.1', port, path: to, method, headers: Object.fromEntries(sent) });
    request.end(body);
    const [response] = await once(request, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  it('lists all groups, adds identity and signature, and passes on nothing else of the client', async () => {
    const before = service.seen.length;
    const headers = { ...fromThePage, cookie: 'session=made-up', authorization: 'Bearer made-up', 'x-other': '1' };
    const { groupIds, complete } = await listAllGroups({ proxy: url, headers, limit: 6000 });
    assert.equal(groupIds.length, 12_000);
    assert.equal(complete, true);
    const calls = service.seen.slice(before);
    assert.equal(calls.length, 2);
    for (const call of calls) {
      const { pathname, searchParams } = new URL(call.url, url);
      assert.equal(pathname, path);
      assert.equal(call.method, 'POST');
      assert.deepEqual([...searchParams.keys()], ['sdkappid', 'identifier', 'usersig', 'random', 'contenttype']);
      assert.equal(searchParams.get('sdkappid'), '1400000000');
      assert.equal(searchParams.get('identifier'), 'administrator');
      assert.equal(call.headers['content-type'], json);
      for (const name of ['cookie', 'authorization', 'x-other', 'x-forwarded-user', 'origin']) {
        assert.equal(call.headers[name], undefined, name);
      }
    }
    // The cursor of the second page has more digits than a number keeps.
    assert.match(calls[1].body, /^\{"Limit":6000,"Next":\d{17,19}\}$/);
    assert.ok(calls[1].at - calls[0].at >= aSecond, 'calls are a second apart');
  });

  it("passes on nothing of the service's but the answer", async () => {
    const { status, headers, body } = await ask({ body: '{"Limit":1}' });
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).TotalCount, 12_000);
    assert.equal(headers['content-type'], json);
    assert.equal(headers['cache-control'], 'no-store');
    for (const name of ['set-cookie', 'x-service', 'access-control-allow-origin'])
      assert.equal(headers[name], undefined);
  });

  it('lets programs in that send no Origin: with a token of their own, or signed in before', async () => {
    const authorization = `Bearer ${token}`;
    for (const headers of [
      { ...fromAProgram, authorization },
      { ...fromAProgram, authorization: `bearer ${token}` },
      { ...fromThePage, origin: undefined },
    ]) {
      const { status, body } = await ask({ headers, body: '{"Limit":1}' });
      assert.equal(status, 200, body);
      assert.equal(JSON.parse(body).TotalCount, 12_000);
    }
    assert.ok(service.seen.every(({ headers }) => headers.authorization === undefined));
  });

  it('lets the command line in with a token, as the page shows, and not without', async () => {
    const [{ code }] = (await snippetsOf(page)).filter(({ file }) => file === 'count.sh');
    const run = async (script) => {
      const client = folder.start(script.replace('http://127.0.0.1:8080', url));
      const [[status], out, err] = await Promise.all([once(client, 'close'), text(client.stdout), text(client.stderr)]);
      return { status, out, err };
    };
    const { status, out, err } = await run(code); // npm's own remarks are in err as well
    assert.deepEqual({ status, out }, { status: 0, out: '12000\n' }, err);
    const without = await run(code.replace('--proxy-token-file token.txt', ''));
    assert.match(without.err, /HTTP status 401\.\nThe proxy requires a token: set TENCENT_CHAT_PROXY_TOKEN /);
    assert.equal(without.status, 1);
  });

  const refused = [
    ['another command', 404, { to: '/v4/group_open_http_svc/destroy_group' }],
    ['a way round the path', 404, { to: `/v4/x/..${path.slice(3)}` }],
    ['a query', 404, { to: `${path}?identifier=other` }],
    ['GET', 405, { method: 'GET', body: '' }],
    ['a preflight of another origin', 405, { method: 'OPTIONS', body: '' }],
    ['another origin', 403, { headers: { origin: 'https://evil.example' } }],
    ['an empty origin', 403, { headers: { origin: '' } }],
    ['an opaque origin', 403, { headers: { origin: 'null' } }],
    ['another site', 403, { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['another site whose Origin was lost', 403, { headers: { origin: undefined, 'sec-fetch-site': 'cross-site' } }],
    ['a sister site whose Origin was lost', 403, { headers: { origin: undefined, 'sec-fetch-site': 'same-site' } }],
    ['a form whose Origin was lost', 415, { headers: { origin: undefined, 'content-type': 'text/plain' } }],
    ['a program without a token', 401, { headers: fromAProgram }],
    ['a program with another token', 401, { headers: { ...fromAProgram, authorization: 'Bearer made-up' } }],
    ['a program with no token in its header', 401, { headers: { ...fromAProgram, authorization: 'Bearer ' } }],
    ['a user instead of a token', 401, { headers: { ...fromAProgram, authorization: 'Basic Ym9iOg==' } }],
    ['a form', 415, { headers: { 'content-type': 'text/plain' } }],
    ['nobody', 401, { headers: { 'x-forwarded-user': '' } }],
    ['somebody else', 403, { headers: { 'x-forwarded-user': 'mallory' } }],
    ['a large body', 413, { body: `{"GroupType":"${'x'.repeat(100_000)}"}` }],
    ['no JSON', 400, { body: 'Limit=1' }],
    ['other fields', 400, { body: '{"Limit":1,"GroupId":"@TGS#1"}' }],
    ['a field that is no number', 400, { body: '{"Limit":"1"}' }],
    ['fields without a comma', 400, { body: '{"Limit":1"Next":2}' }],
  ];
  for (const [what, status, request] of refused) {
    it(`refuses ${what} with ${status}, without a call`, async () => {
      const before = service.seen.length;
      const answer = await ask(request);
      assert.equal(answer.status, status);
      assert.equal(typeof JSON.parse(answer.body).error, 'string');
      assert.equal(service.seen.length, before);
    });
  }

  const oddAnswers = [
    [
      'a redirect',
      502,
      (request, response) => response.writeHead(302, { location: `http://other.example${request.url}` }).end(),
    ],
    ['HTML that shows the URL', 502, (request, response) => response.end(`<html>${request.url}</html>`)],
    [
      'JSON that shows the URL',
      502,
      (request, response) => response.end(JSON.stringify({ ErrorCode: 60009, ErrorInfo: request.url })),
    ],
    ['an error page', 503, (_, response) => response.writeHead(503, { 'retry-after': '7' }).end('<html>')],
    ['a refusal', 502, (_, response) => response.writeHead(403).end('<html>')],
    ['a broken line', 502, (_, response) => response.destroy()],
    ['no end of an answer', 502, (_, response) => response.end(`{"x":"${'x'.repeat(3 * 1024 * 1024)}"}`)],
  ];
  for (const [what, status, answer] of oddAnswers) {
    it(`answers ${status} to ${what}, and shows nothing of it`, async () => {
      service.answer = answer;
      try {
        const { status: got, headers, body } = await ask();
        assert.equal(got, status);
        assert.deepEqual(Object.keys(JSON.parse(body)), ['error']);
        assert.doesNotMatch(body, /usersig|<html/);
        assert.equal(headers.location, undefined);
        assert.equal(headers['retry-after'], what === 'an error page' ? '7' : undefined);
      } finally {
        service.answer = undefined;
      }
    });
  }

  it('keeps one pace for all, and tells those who would wait too long to come back', async () => {
    const before = service.seen.length;
    const answered = (_, response) => response.end('{"ErrorCode":0}');
    const first = withResolvers();
    service.answer = (...call) => first.resolve(() => answered(...call));
    const asked = [ask()];
    const answerFirst = await first.promise; // the service has it, and does not answer yet
    service.answer = answered;
    // Three wait for it, the others are turned away.
    const turnedAway = withResolvers();
    let others = 0;
    for (let more = 0; more < 7; more++) {
      const asking = ask();
      asking.then(({ status }) => {
        if (status === 429 && ++others === 4) turnedAway.resolve();
      });
      asked.push(asking);
    }
    await turnedAway.promise;
    answerFirst();
    const answers = await Promise.all(asked);
    service.answer = undefined;
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 429, 429, 429, 429]);
    for (const { status, headers } of answers) if (status === 429) assert.equal(headers['retry-after'], '3');
    const calls = service.seen.slice(before);
    assert.equal(calls.length, 4);
    for (const [index, { at }] of calls.entries()) if (index > 0) assert.ok(at - calls[index - 1].at >= aSecond);
  });

  it('logs who asked and what came of it, without the URL, the key or a UserSig', () => {
    const entries = log.map((line) => JSON.parse(line));
    assert.ok(entries.some(({ user, status }) => user === 'mallory' && status === 403));
    assert.ok(entries.some(({ user, status }) => user === 'alice' && status === 200));
    const whole = log.join('\n');
    assert.doesNotMatch(whole, /usersig=|sdkappid=/);
    assert.ok(!whole.includes(folder.sandbox.options.secretKey) && !whole.includes(token));
    assert.ok(entries.some(({ user, status }) => user === 'bob' && status === 200));
    for (const call of service.seen) assert.ok(!whole.includes(new URL(call.url, url).searchParams.get('usersig')));
  });
});
