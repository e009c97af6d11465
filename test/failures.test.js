// Each kind of failure rejects with a class of its own, says what happened and what to do, and gives away no secret.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import * as api from '../js/node.js';
import { sign } from '../js/sign.js';
import { startSandbox } from '../scripts/programs/sandbox.mjs';
import { answering } from './support/answering.js';
import { faultFile } from './support/faults.js';
import { withResolvers } from './support/with-resolvers.js';

const { listGroups, listAllGroups, GroupListError } = api;
const classes = new Map(Object.entries(api));

/**
 * Everything that a log, a debugger or a curious user could read of an error: own and inherited, hidden, symbols,
 * causes.
 */
function reachable(error, seen = new Set()) {
  if (Object(error) !== error || seen.has(error)) return String(error);
  seen.add(error);
  let text = `${inspect(error, { depth: 9, showHidden: true })}\n${error.stack}\n`;
  for (const key of Reflect.ownKeys(error)) text += `${String(key)}: ${reachable(error[key], seen)}\n`;
  return text;
}

function assertNothingSecret(error, secrets) {
  const text = reachable(error);
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), secret.replaceAll('*', '%2A')]) {
      assert.ok(!text.includes(form), `a secret is reachable from ${error.name}: ${text}`);
    }
  }
  assert.ok(!/usersig=(?!\[redacted\])/i.test(text), `a signed URL is reachable from ${error.name}: ${text}`);
}

describe('a failure', () => {
  const secretKey = 'the-made-up-key-of-this-test';
  let userSig;
  let options;
  before(async () => {
    userSig = await sign({ sdkAppId: 1400000000, identifier: 'administrator', secretKey, expireSeconds: 600 });
    options = { sdkAppId: 1400000000, identifier: 'administrator', userSig, maxRetries: 0, minIntervalMs: 0 };
  });

  const checked = new Set();

  async function failure(type, given, message) {
    let caught;
    await assert.rejects(listGroups({ ...options, ...given }), (error) => {
      caught = error;
      return true;
    });
    assert.equal(caught.constructor, classes.get(type), inspect(caught));
    assert.equal(caught.name, type);
    assert.ok(caught instanceof GroupListError);
    assert.ok(caught instanceof Error);
    assert.match(caught.message, message);
    assertNothingSecret(caught, [userSig, secretKey]);
    checked.add(caught.constructor);
    return caught;
  }

  it('of the API is an ApiError with code, words and hint', async () => {
    const { fetch } = answering(
      '{"ActionStatus":"FAIL","ErrorCode":10007,"ErrorInfo":"no permission","RequestId":"r-1"}',
    );
    const error = await failure('ApiError', { fetch }, /error 10007: no permission\. The identifier is not an admin/);
    assert.equal(error.code, 10007);
    assert.equal(error.errorInfo, 'no permission');
    assert.equal(error.requestId, 'r-1');
    assert.equal(error.retryable, false);
    assert.equal(error.attempts, 1);
    assert.equal(error.checkpoint.next, '0');
  });

  const problem = (body, status = 403) =>
    new Response(body, { status, headers: { 'content-type': 'application/problem+json' } });

  it('of a proxy with problem details has the detail in its message, without the signed URL', async () => {
    const fetch = async (url) => problem(JSON.stringify({ detail: `you may not\ncall ${url}` }));
    const error = await failure(
      'HttpError',
      { fetch },
      /HTTP status 403: you may not call https:\S+usersig=\[redacted\]/,
    );
    assert.equal(error.status, 403);
    assert.equal(error.cause, undefined);
  });

  it('of a proxy whose problem details are too long, broken or no Response is the same without them', async () => {
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024).fill(0x20)),
      cancel() {
        cancelled = true;
      },
    });
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('made up')) });
    const headers = new Headers({ 'content-type': 'application/problem+json' });
    for (const answer of [
      problem(endless),
      problem(broken),
      problem('{"detail":'),
      problem('{"detail":["no text"]}'),
      { status: 403, headers },
    ]) {
      const error = await failure('HttpError', { fetch: async () => answer }, /HTTP status 403\. /);
      assert.equal(error.status, 403);
    }
    assert.ok(cancelled);
  });

  it('of a proxy whose problem details never end does not wait for the whole timeout', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const read = withResolvers();
    const stalled = new ReadableStream({ pull: () => read.resolve() }, { highWaterMark: 0 });
    const failing = failure(
      'HttpError',
      { fetch: async () => problem(stalled), timeoutMs: 60_000 },
      /HTTP status 403\. /,
    );
    await read.promise;
    t.mock.timers.tick(2000);
    await failing;
  });

  it('of the API is the same when the server repeats the signed URL', async () => {
    const fetch = async (url) =>
      Response.json({ ActionStatus: 'FAIL', ErrorCode: 10003, ErrorInfo: `unknown: ${url}` });
    const error = await failure('ApiError', { fetch }, /error 10003: unknown: https:/);
    assert.match(error.errorInfo, /usersig=\[redacted\]/);
  });

  it('of HTTP is an HttpError with the status', async () => {
    const { fetch } = answering(new Response('<html>502 Bad Gateway</html>', { status: 502 }));
    const error = await failure('HttpError', { fetch }, /HTTP status 502/);
    assert.equal(error.status, 502);
    assert.equal(error.retryable, true);
  });

  it('to answer itself but elsewhere is an HttpError: redirects are not followed', async () => {
    const { fetch } = answering(
      new Response(null, { status: 307, headers: { location: 'https://elsewhere.example/' } }),
    );
    await failure('HttpError', { fetch }, /redirect, which is not followed/);
  });

  it('to connect is a NetworkError with the code', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const error = await failure(
      'NetworkError',
      { endpoint: `http://127.0.0.1:${port}` },
      /ECONNREFUSED.*Nothing listens there/,
    );
    assert.equal(error.code, 'ECONNREFUSED');
    assert.equal(error.retryable, true);
  });

  it('to find the host is a NetworkError that says so', async () => {
    const error = await failure('NetworkError', { endpoint: 'https://no-such-host.invalid' }, /could not be resolved/);
    assert.match(error.code, /ENOTFOUND|EAI_AGAIN/);
  });

  it('of a fetch that writes the URL into its error gives nothing away', async () => {
    const fetch = async (url) => {
      const cause = Object.assign(new Error(`connect to ${url}`), { url, path: url });
      throw Object.assign(new TypeError(`cannot load ${url}`, { cause }), { path: url, request: { url } });
    };
    const error = await failure('NetworkError', { fetch }, /usersig=\[redacted\]/);
    assert.equal(error.cause.name, 'TypeError');
  });

  it('to answer in time is a TimeoutError, even of a fetch that ignores its signal', async () => {
    for (const fetch of [
      () => new Promise(() => {}),
      (_url, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    ]) {
      const error = await failure('TimeoutError', { fetch, timeoutMs: 20 }, /No complete answer from .* within 20 ms/);
      assert.equal(error.retryable, true);
    }
  });

  it('to send JSON is a ProtocolError that shows the first bytes', async () => {
    const { fetch } = answering(new Response('<!doctype html>\n<title>Sign in to the network</title>'));
    await failure('ProtocolError', { fetch }, /It begins: <!doctype html> <title>Sign in/);
    const echo = async (url) =>
      new Response(`<html>${url.split('?')[1].replaceAll('&', '&amp;')} was not found</html>`);
    await failure('ProtocolError', { fetch: echo }, /usersig=\[redacted\]/);
  });

  it('to send all of the JSON is a ProtocolError', async () => {
    const { fetch } = answering(
      '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"@TGS#2J4',
    );
    await failure('ProtocolError', { fetch }, /the text ends inside a string/);
  });

  it('of a body that has no end is a ProtocolError, and the rest is not read', async () => {
    let sent = 0;
    let cancelled = false;
    const chunk = new Uint8Array(64 * 1024).fill(32);
    const body = new ReadableStream({
      pull: (controller) => {
        sent += chunk.length;
        controller.enqueue(chunk);
      },
      cancel: () => {
        cancelled = true;
      },
    });
    await failure('ProtocolError', { fetch: async () => new Response(body) }, /more than 2097152 bytes/);
    assert.ok(sent <= 2097152 + 4 * chunk.length, `${sent} bytes were read`);
    assert.equal(cancelled, true);
  });

  it('of the userSig function is a SigningError', async () => {
    const thrown = Object.assign(new Error('the vault is sealed'), { code: 'EVAULT' });
    const error = await failure(
      'SigningError',
      {
        userSig: async () => {
          throw thrown;
        },
      },
      /the vault is sealed/,
    );
    assert.equal(error.cause.code, 'EVAULT');
    await failure('SigningError', { userSig: () => 42 }, /returned no UserSig/);
    await failure('SigningError', { userSig: () => '' }, /returned no UserSig/);
  });

  it('of an abort rejects with the reason itself', async () => {
    const reason = new Error('enough');
    for (const fetch of [
      () => new Promise(() => {}),
      async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    ]) {
      const controller = new AbortController();
      const listing = listAllGroups({
        ...options,
        signal: controller.signal,
        fetch: (...call) => {
          setImmediate(() => controller.abort(reason));
          return fetch(...call);
        },
      });
      await assert.rejects(listing, (error) => error === reason);
    }
    assert.equal(reason.checkpoint.next, '0');
    assertNothingSecret(reason, [userSig, secretKey]);
    await assert.rejects(listAllGroups({ ...options, signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('to load the engine is a LoadError that shows no query', async () => {
    const { createApi } = await import('../js/api.js');
    const { compile } = await import('../js/load.js');
    const wasm = `https://cdn.example/groups.wasm?usersig=${userSig}`;
    const { listGroups: list } = createApi({
      runtime: 'server',
      origin: '',
      load: () => compile(wasm, async () => new Response('', { status: 403 })),
    });
    await assert.rejects(list(options), (error) => {
      assert.equal(error.constructor, api.LoadError);
      assert.match(error.message, /could not be loaded from https:\/\/cdn\.example\/groups\.wasm: HTTP status 403\./);
      assertNothingSecret(error, [userSig, secretKey]);
      checked.add(error.constructor);
      return true;
    });
  });

  it('of the engine is an InternalError', async () => {
    const { createApi } = await import('../js/api.js');
    const module = new WebAssembly.Module(await readFile(new URL('../dist/groups.wasm', import.meta.url)));
    const { instantiate } = WebAssembly;
    let engine;
    WebAssembly.instantiate = async (...args) => {
      engine = await instantiate(...args);
      return engine;
    };
    const { listGroups: list } = createApi({ runtime: 'server', origin: '', load: async () => module });
    const panics = () => {
      WebAssembly.instantiate = instantiate;
      engine.exports.step(1, 0, 0, 1 << 30); // more than was written: a slice out of range
      throw new Error('too late');
    };
    await assert.rejects(list({ ...options, fetch: panics }), (error) => {
      assert.equal(error.constructor, api.InternalError, inspect(error));
      assertNothingSecret(error, [userSig, secretKey]);
      checked.add(error.constructor);
      return true;
    });
  });

  it('of the options is a ValidationError', () =>
    failure('ValidationError', { secretKey, limit: 0 }, /more than one credential/));

  it('was looked at for every class that there is', () => {
    const classes = Object.values(api).filter(({ prototype }) => prototype instanceof GroupListError);
    assert.deepEqual(classes.map(({ name }) => name).sort(), [...checked].map(({ name }) => name).sort());
  });
});

describe('a failure of a real server', () => {
  let sandbox;
  let faults;
  before(async () => {
    faults = await faultFile([
      { fault: 'status', call: 1, status: 502, echoUrl: true },
      { fault: 'html', call: 2, echoUrl: true },
      { fault: 'cut-json', call: 3 },
      { fault: 'truncate-body', call: 4 },
      { fault: 'lost-answer', call: 5 },
      { fault: 'code', call: 6, code: 10002, info: 'internal', echoUrl: true },
      { fault: 'redirect', call: 7, echoUrl: true },
      { fault: 'oversize', call: 8 },
      { fault: 'stall-body', call: 9 },
    ]);
    sandbox = await startSandbox(['--groups', '100', '--interval', '0s', '--faults', faults.path]);
  });
  after(async () => {
    await sandbox.stop();
    await faults.remove();
  });

  it('has the class of its kind, and gives no secret away', async () => {
    let userSig;
    const spy = (url, init) => {
      userSig = new URL(url).searchParams.get('usersig');
      return fetch(url, init);
    };
    for (const [type, more] of [
      ['HttpError'],
      ['ProtocolError'],
      ['ProtocolError'],
      ['NetworkError'],
      ['NetworkError'],
      ['ApiError'],
      ['HttpError'],
      ['ProtocolError'],
      ['TimeoutError', { timeoutMs: 50 }],
    ]) {
      await assert.rejects(
        listGroups({ ...sandbox.options, maxRetries: 0, minIntervalMs: 0, fetch: spy, ...more }),
        (error) => {
          assert.equal(error.constructor, classes.get(type), inspect(error));
          assertNothingSecret(error, [userSig, sandbox.options.secretKey]);
          return true;
        },
      );
    }
    assert.equal((await listGroups({ ...sandbox.options, minIntervalMs: 0 })).totalCount, 100);
  });
});
