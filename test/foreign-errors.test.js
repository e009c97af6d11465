// Errors of others: of another realm, of a framework, or no errors at all.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { countGroups } from '../js/node.js';

const who = { sdkAppId: 1400000000, identifier: 'administrator', userSig: 'made-up', maxRetries: 0, minIntervalMs: 0 };
const page = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"GroupIdList":[],"Next":0}';

const rejection = (options) => countGroups({ ...who, ...options }).then(assert.fail, (error) => error);
const whenFetchThrows = (thrown) => rejection({ fetch: () => Promise.reject(thrown) });

describe('an error of fetch', () => {
  it('of another realm keeps its code, message and stack', async () => {
    const thrown = runInNewContext(`
      const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
      new TypeError('fetch failed', { cause: refused })`);
    assert.ok(!(thrown instanceof Error));
    const error = await whenFetchThrows(thrown);
    assert.equal(error.name, 'NetworkError');
    assert.equal(error.code, 'ECONNREFUSED');
    assert.match(error.message, /connect ECONNREFUSED 127\.0\.0\.1:1/);
    assert.match(error.hint, /Nothing listens there/);
    assert.equal(error.cause.name, 'TypeError');
    assert.equal(error.cause.cause.code, 'ECONNREFUSED');
    assert.match(error.cause.cause.stack, /ECONNREFUSED[\s\S]*evalmachine/);
  });

  for (const [name, thrown, text] of [
    ['whose cause is no error', new Error('the gateway said 403', { cause: { status: 403 } }), 'the gateway said 403'],
    ['whose cause is a number', new Error('the gateway refused', { cause: 403 }), 'the gateway refused'],
    ['whose cause is a symbol', new Error('out of luck', { cause: Symbol('why') }), 'out of luck'],
    ['whose cause is a string', new Error('fetch failed', { cause: 'no route to host' }), 'no route to host'],
    ['whose cause is an array', new Error('nothing came', { cause: [] }), 'nothing came'],
    ['that is a plain object', { message: 'a plain object' }, 'a plain object'],
    ['that is a plain object with a code', { message: 'timed out', code: 'ETIMEDOUT' }, 'timed out'],
    ['that is a string', 'out of order', 'out of order'],
    ['that is a number', 42, '42'],
    ['that has a text of its own', { toString: () => 'from toString' }, 'from toString'],
    ['that is an AggregateError', new AggregateError([new Error(''), new Error('second address')]), 'second address'],
    ['that is an AggregateError of strings', new AggregateError(['', 'no route'], 'all failed'), 'no route'],
    ['that is an empty AggregateError', new AggregateError([], 'all failed'), 'all failed'],
    [
      'that is an AggregateError of objects',
      new AggregateError([{ status: 1 }, new Error('the reason')]),
      'the reason',
    ],
    ['that is an AggregateError of objects alone', new AggregateError([{ status: 1 }], 'all failed'), 'all failed'],
    ['that is an AggregateError of a realm', runInNewContext("new AggregateError([{}, new Error('far')])"), 'far'],
    ['whose message is no string', Object.assign(new Error('x', { cause: { message: { a: 1 } } })), 'x'],
  ]) {
    it(`${name} keeps the most telling message`, async () => {
      const error = await whenFetchThrows(thrown);
      assert.equal(error.name, 'NetworkError');
      assert.equal(error.message, `No answer from https://console.tim.qq.com: ${text}. ${error.hint}`);
    });
  }

  for (const thrown of [
    undefined,
    null,
    {},
    [],
    Object.create(null),
    Symbol.iterator,
    () => {},
    new Error(''),
    new Proxy({}, { get: assert.fail }),
  ]) {
    it(`that says nothing (${typeof thrown}) is never shown as [object Object]`, async () => {
      const error = await whenFetchThrows(thrown);
      assert.equal(error.name, 'NetworkError');
      assert.doesNotMatch(error.message, /\[object|undefined|null|=>/);
    });
  }

  it('has no code that is no system code', async () => {
    for (const code of [20, '\ud800', 'two words', '', {}, null]) {
      const error = await whenFetchThrows(Object.assign(new Error('odd'), { code }));
      assert.equal(error.name, 'NetworkError');
      assert.equal(error.code, undefined);
    }
  });
});

describe('an error of userSig', () => {
  for (const [name, thrown, text] of [
    [
      'of another realm',
      runInNewContext("new Error('the signer said 403', { cause: { status: 403 } })"),
      'the signer said 403',
    ],
    ['that is a plain object', { message: 'no session' }, 'no session'],
    ['that is a string', 'no session', 'no session'],
    ['that is a Response', new Response('', { status: 403 }), ''],
  ]) {
    it(`${name} keeps the most telling message`, async () => {
      const error = await rejection({ userSig: () => Promise.reject(thrown) });
      assert.equal(error.name, 'SigningError');
      assert.equal(error.message.replace(error.hint, '').trim(), `No UserSig could be had${text && `: ${text}`}.`);
    });
  }
});

describe('a signal of a framework', () => {
  const signal = () => Object.assign(new Error('Dynamic server usage'), { digest: 'DYNAMIC_SERVER_USAGE' });

  it('thrown by fetch is passed on as it is, at once', async () => {
    const thrown = signal();
    let calls = 0;
    const fetch = () => {
      calls++;
      throw thrown;
    };
    assert.equal(await rejection({ fetch, maxRetries: 5 }), thrown);
    assert.equal(calls, 1);
  });

  it('thrown by userSig is passed on as it is', async () => {
    const thrown = signal();
    assert.equal(await rejection({ userSig: () => Promise.reject(thrown) }), thrown);
  });

  it('lets the next listing of the app go on', async () => {
    await rejection({ fetch: () => Promise.reject(signal()) });
    assert.equal(await countGroups({ ...who, fetch: async () => new Response(page) }), 0);
  });
});

describe('a call', () => {
  it('is never cached: its URL holds the UserSig', async () => {
    const inits = [];
    const fetch = async (_, init) => {
      inits.push(init);
      return new Response(page);
    };
    await countGroups({ ...who, fetch });
    assert.equal(inits[0].cache, 'no-store');
  });

  it('has no option cache where the runtime refuses that', async (t) => {
    t.mock.method(globalThis, 'Request', function refuse(_, { cache }) {
      throw new Error(`The 'cache' field on 'RequestInitializerDict' is not implemented: ${cache}`);
    });
    const { call } = await import('../js/call.js?refused');
    const inits = [];
    const engine = { step: () => ({ do: 'fail' }) };
    const fetch = async (_, init) => {
      inits.push(init);
      return new Response(page);
    };
    const options = { fetch, signal: new AbortController().signal };
    await call({}, engine, 1, { url: 'https://a.example', body: '{}', timeoutMs: 1000 }, options);
    assert.ok(!('cache' in inits[0]));
  });
});
