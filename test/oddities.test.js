// What callers, their fetch and their files should not do, and do: each ends in a clean error or in the right result.
import assert from 'node:assert/strict';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { createApi } from '../js/api.js';
import { compile } from '../js/load.js';
import {
  countGroups,
  createClient,
  GroupListError,
  init,
  listAllGroups,
  listGroups,
  paginateGroups,
} from '../js/node.js';
import { retryAfterMs } from '../js/retry-after.js';
import { answering } from './support/answering.js';
import { startLocalServer } from './support/local-server.js';

const userSig = `eJ${'aB3*-_x9'.repeat(12)}`;
const who = { sdkAppId: 1400000000, identifier: 'administrator', userSig, minIntervalMs: 0, maxRetries: 0 };
const page = (id, next) =>
  `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":9,"GroupIdList":[{"GroupId":"${id}"}],"Next":${next}}`;

/** An object whose properties throw the signed URL when they are looked at. */
const throwing = (url, ...names) =>
  Object.defineProperties(
    new Error('made up'),
    Object.fromEntries(names.map((name) => [name, { get: () => assert.fail(`looked at ${url}`) }])),
  );

describe('a fetch that', () => {
  const body = () => new Response(page('a', 0)).body;
  const odd = {
    'returns nothing': () => undefined,
    'returns null': () => null,
    'returns a number': () => 200,
    'has a status that is no number': () => ({ status: '200', headers: new Headers() }),
    'has a status beyond all bounds': () => ({ status: 1e300, headers: new Headers() }),
    'throws where its headers are read': (url) => ({ status: 200, headers: { get: () => assert.fail(url) } }),
    'throws where its body is read': (url) => ({ status: 200, get body() { return assert.fail(url); } }), // biome-ignore format: short
    'throws where its body is cancelled': (url) => ({
      status: 500,
      headers: new Headers(),
      body: { cancel: () => assert.fail(url) },
    }),
    'has a body that is locked': () => {
      const response = new Response(page('a', 0));
      response.body.getReader();
      return response;
    },
    'has a body that was used': async () => {
      const response = new Response(page('a', 0));
      await response.text();
      return response;
    },
    'has a body of strings': () => ({ status: 200, headers: new Headers(), body: ReadableStream.from(['{}']) }),
    'rejects with nothing': () => Promise.reject(),
    'rejects with an object without prototype': () => Promise.reject(Object.create(null)),
    'rejects with what cannot be a text': (url) => Promise.reject({ toString: () => assert.fail(url) }),
    'rejects with a symbol': (url) => Promise.reject(Symbol(url)),
    'rejects with an error that throws': (url) =>
      Promise.reject(throwing(url, 'message', 'stack', 'cause', 'code', 'name')),
    'rejects with an empty AggregateError': () => Promise.reject(new AggregateError([], 'made up')),
    'rejects with an AggregateError without errors': () =>
      Promise.reject(Object.defineProperty(new AggregateError([], 'made up'), 'errors', { value: undefined })),
    'rejects with a circle of causes': (url) => {
      const error = new Error(`no way to ${url}`);
      error.cause = error;
      return Promise.reject(error);
    },
    'throws at once': (url) => {
      throw new Error(url);
    },
  };
  for (const [what, fetch] of Object.entries(odd)) {
    it(`${what} ends in a clean GroupListError`, async () => {
      await assert.rejects(listGroups({ ...who, fetch }), (error) => {
        assert.ok(error instanceof GroupListError, inspect(error));
        assert.notEqual(error.kind, 'internal');
        const shown = inspect(error, { depth: 9, showHidden: true }) + error.stack;
        assert.ok(!shown.includes(userSig.slice(0, 12)), shown);
        return true;
      });
    });
  }

  const fine = {
    'has no headers': () => ({ status: 200, body: body() }),
    'has headers that are an empty object': () => ({ status: 200, headers: {}, body: body() }),
    'has no stream but bytes': () => ({
      status: 200,
      headers: new Headers(),
      arrayBuffer: async () => Buffer.from(page('a', 0)),
    }),
    'has chunks that are empty, shared or no Uint8Array': () => {
      const bytes = new TextEncoder().encode(page('a', 0));
      const shared = new Uint8Array(new SharedArrayBuffer(10));
      shared.set(bytes.subarray(0, 10));
      const rest = bytes.slice(10);
      const chunks = [
        new Uint8Array(0),
        shared,
        new DataView(rest.buffer, 0, 5),
        new Uint8Array(0),
        rest.slice(5).buffer,
      ];
      return { status: 200, headers: new Headers(), body: ReadableStream.from(chunks) };
    },
  };
  for (const [what, fetch] of Object.entries(fine)) {
    it(`${what} is good enough`, async () => {
      assert.deepEqual((await listGroups({ ...who, fetch })).groupIds, ['a']);
    });
  }

  it('answers with an empty body is told so, by a fresh engine too', async () => {
    const module = new WebAssembly.Module(await readFile(new URL('../dist/groups.wasm', import.meta.url)));
    const api = createApi({ runtime: 'server', origin: '', load: async () => module });
    const noBody = () => new Response(null, { status: 200 });
    const emptyChunk = () => ({ status: 200, headers: new Headers(), body: ReadableStream.from([new Uint8Array(0)]) });
    for (const fetch of [emptyChunk, noBody]) {
      await assert.rejects(api.listGroups({ ...who, fetch }), { name: 'ProtocolError', message: /it is empty/ });
    }
  });
});

describe('a Retry-After', () => {
  const now = Date.UTC(2026, 5, 7, 8, 9, 10);
  const clock = 'Sun, 07 Jun 2026 08:09:10 GMT';
  for (const [value, seconds] of [
    ['7', 7],
    ['0', 0],
    ['65535', 65535],
    ['65536', 65536],
    ['70000', 70000],
    ['4294967296', 4294967296],
    ['9007199254740', 9007199254740],
    ['007', 7],
    ['Sun, 07 Jun 2026 08:10:10 GMT', 60],
    ['Sunday, 07-Jun-26 08:10:10 GMT', 60],
    ['Sun Jun  7 08:10:10 2026', 60],
    ['Mon Jun 15 08:09:10 2026', 8 * 86400],
    ['Wednesday, 01-Jan-76 00:00:00 GMT', (Date.UTC(2076, 0, 1) - now) / 1000],
    ['Saturday, 01-Jan-77 00:00:00 GMT', 0], // 1977: more than 50 years ahead is behind
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sun, 07 Jun 2026 08:09:60 GMT', 50],
    ['5, 120', 120],
    ['120,5', 120],
    ['Sun, 07 Jun 2026 08:10:10 GMT, 30', 60],
    ['30, Sunday, 07-Jun-26 08:10:10 GMT, soon', 60],
    ['soon, 9', 9],
    ['-5', 0],
    ['+5', 0],
    ['1.5', 0],
    ['1e3', 0],
    ['0x10', 0],
    ['5 s', 0],
    ['', 0],
    [',', 0],
    ['Infinity', 0],
    ['tomorrow 2099', 0],
    ['2099-01-01T00:00:00Z', 0],
    ['Sun, 07 Jun 2099 08:10:10 +0100', 0],
    ['Sun, 31 Feb 2099 08:10:10 GMT', 0],
    ['Sun, 07 Xyz 2099 08:10:10 GMT', 0],
    ['Sun, 07 anF 2099 08:10:10 GMT', 0],
    ['Sun, 07 Jun 2099 24:00:00 GMT', 0],
  ]) {
    it(`of '${value.slice(0, 50)}' is a pause of ${seconds} s`, (t) => {
      t.mock.timers.enable({ apis: ['Date'], now });
      assert.equal(retryAfterMs(value, clock), seconds * 1000);
    });
  }

  it('as a date is measured by the clock of the server, if it shows one', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now });
    assert.equal(retryAfterMs('Sun, 07 Jun 2026 08:10:10 GMT', 'Sun, 07 Jun 2026 08:10:00 GMT'), 10_000);
    for (const none of [null, undefined, '', 'now'])
      assert.equal(retryAfterMs('Sun Jun  7 08:10:10 2026', none), 60_000);
  });

  it('without end is the longest pause that there is', () => {
    assert.equal(retryAfterMs('9'.repeat(400)), Number.MAX_SAFE_INTEGER);
  });

  it('that is no string is none', () => {
    for (const value of [null, undefined, 5, ['5'], {}]) assert.equal(retryAfterMs(value), 0);
  });

  it('of more than ten minutes ends the listing with a checkpoint, in whatever form', async () => {
    const year = new Date().getUTCFullYear() + 1;
    for (const value of ['70000', '4294967296', `Sun, 07 Jun ${year} 08:09:10 GMT`, `Sun Jun  7 08:09:10 ${year}`]) {
      const server = answering(new Response('', { status: 503, headers: { 'retry-after': value } }));
      await assert.rejects(listGroups({ ...who, maxRetries: 5, fetch: server.fetch }), (error) => {
        assert.equal(error.name, 'HttpError');
        assert.equal(error.checkpoint.next, '0');
        return /asks for a pause of \d{5,} s/.test(error.message);
      });
      assert.equal(server.urls.length, 1);
    }
  });
});

describe('a body that has no end, although every read is answered at once,', () => {
  const nothing = new Uint8Array(0);
  /** A Response whose body is read by a function that is called again and again. */
  const reading = (read) => ({
    status: 200,
    headers: new Headers(),
    body: { getReader: () => ({ read, cancel: async () => {} }) },
  });
  const bodies = {
    'of empty chunks': () => reading(async () => ({ done: false, value: nothing })),
    'of empty chunks without a promise': () => reading(() => ({ done: false, value: nothing })),
    'of empty buffers': () => reading(async () => ({ done: false, value: new ArrayBuffer(0) })),
    'of empty chunks in a stream': () => ({
      status: 200,
      headers: new Headers(),
      body: new ReadableStream({ pull: (controller) => controller.enqueue(nothing) }),
    }),
    'of an endless iterable': () => ({
      status: 200,
      headers: new Headers(),
      body: ReadableStream.from(
        (async function* () {
          for (;;) yield nothing;
        })(),
      ),
    }),
  };
  for (const [what, respond] of Object.entries(bodies)) {
    it(`${what} ends in a TimeoutError`, async () => {
      await assert.rejects(listGroups({ ...who, timeoutMs: 50, fetch: async () => respond() }), {
        name: 'TimeoutError',
      });
    });

    it(`${what} does not keep an abort from ending the call`, async () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort('enough'), 1);
      const listing = listGroups({ ...who, timeoutMs: 3_600_000, signal: controller.signal, fetch: respond });
      await assert.rejects(listing, (reason) => reason === 'enough');
    });
  }

  it('of single bytes lets the rest of the process go on', async () => {
    const space = new Uint8Array([32]);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const fetch = async () => reading(async () => ({ done: turns > 2, value: space }));
    try {
      await assert.rejects(listGroups({ ...who, timeoutMs: 60_000, fetch }), { name: 'ProtocolError' });
    } finally {
      clearInterval(timer);
    }
    assert.ok(turns > 2, `timers fired ${turns} times`);
  });
});

describe('a secret that comes back', () => {
  it('from a proxy, in whatever form, is masked', async () => {
    for (const answer of [
      `{"error":"x","UserSig":"${userSig}"}`,
      `{"ErrorCode":60004,"ErrorInfo":"UserSig (${userSig}) illegal"}`,
    ]) {
      const { fetch } = answering(answer);
      await assert.rejects(listGroups({ proxy: 'https://proxy.example', maxRetries: 0, fetch }), (error) => {
        assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(userSig.slice(0, 12)));
        return true;
      });
    }
  });

  it('in parts is masked', async () => {
    const { fetch } = answering(`<html>${userSig.slice(20, 60)}</html>`);
    await assert.rejects(listGroups({ ...who, fetch }), (error) => !error.message.includes(userSig.slice(25, 35)));
  });

  it('as a key where none belongs is masked', async () => {
    const key = '0123456789abcdef'.repeat(4);
    for (const wrong of [
      { region: key },
      { sdkAppId: key },
      { endpoint: `https://a.example/%3Fusersig%3D${userSig}` },
    ]) {
      await assert.rejects(listGroups({ ...who, ...wrong }), (error) => {
        assert.ok(!error.message.includes(key) && !error.message.includes(userSig), error.message);
        return true;
      });
    }
  });
});

describe('a server that invents pages', () => {
  /** Pages of 20,000 IDs without end, of which each page repeats those of the first where `same` is true. */
  const inventing = (same) => {
    let calls = 0;
    return async () => {
      calls++;
      const first = same ? 0 : calls * 20_000;
      const ids = Array.from({ length: 20_000 }, (_, i) => `{"GroupId":"g${first + i}"}`);
      return new Response(`{"ErrorCode":0,"TotalCount":5,"Next":${calls},"GroupIdList":[${ids}]}`);
    };
  };
  const error = {
    name: 'ProtocolError',
    message: /^The server sent 120000 group IDs, but its TotalCount is at most 5: the listing would not end\./,
    retryable: false,
  };

  for (const same of [false, true]) {
    it(`of ${same ? 'the same' : 'new'} IDs ends listAllGroups and paginateGroups with a ProtocolError`, async () => {
      await assert.rejects(listAllGroups({ ...who, fetch: inventing(same) }), (thrown) => {
        assert.equal(thrown.groupIds.length, same ? 20_000 : 100_000);
        assert.throws(() => { throw thrown; }, error); // biome-ignore format: short
        return true;
      });
      let pages = 0;
      await assert.rejects(async () => {
        for await (const { groupIds } of paginateGroups({ ...who, fetch: inventing(same) })) {
          assert.equal(groupIds.length, 20_000);
          pages++;
        }
      }, error);
      assert.equal(pages, 5);
    });
  }

  it('does so however often the listing is resumed', async () => {
    const fetch = inventing(false);
    let resume;
    let runs = 0;
    await assert.rejects(async () => {
      for (;;) {
        runs++;
        ({ checkpoint: resume } = await listAllGroups({ ...who, fetch, resume, maxPages: 2 }));
      }
    }, error);
    assert.equal(runs, 3);
    await assert.rejects(listAllGroups({ ...who, fetch: inventing(false), resume }), { name: 'ProtocolError' });
  });
});

describe('options that', () => {
  it('come from Object.prototype are none', async () => {
    let polluted = 0;
    Object.prototype.fetch = () => polluted++;
    try {
      await assert.rejects(listGroups({ ...who, endpoint: 'http://127.0.0.1:1' }), { name: 'NetworkError' });
    } finally {
      delete Object.prototype.fetch;
    }
    assert.equal(polluted, 0);
  });

  it('are undefined do not hide the defaults of a client', async () => {
    const server = answering(page('a', 5));
    await createClient({ ...who, limit: 5, fetch: server.fetch }).listGroups({ limit: undefined, fetch: undefined });
    assert.deepEqual(server.bodies, ['{"Limit":5}']);
  });

  it('can be read only once are read only once', async () => {
    const server = answering(page('a', 5), page('b', 0));
    const headers = (function* () {
      yield ['authorization', 'Bearer made-up'];
    })();
    await listAllGroups({ ...who, headers, fetch: server.fetch });
    assert.deepEqual(
      server.inits.map((init) => init.headers.get('authorization')),
      ['Bearer made-up', 'Bearer made-up'],
    );
  });

  it('are odd objects get a ValidationError', async () => {
    class AbortSignalLike {}
    for (const wrong of [
      { limit: { constructor: { name: 5 } } },
      { limit: Object.create(null) },
      { limit: { get constructor() { return assert.fail('looked'); } } }, // biome-ignore format: short
      { resume: { toJSON() {} } },
      { resume: 10n },
      { signal: new AbortSignalLike() },
      { signal: Object.create(AbortSignal.prototype) },
      { secretKey: new (class string {})(), userSig: undefined },
      { identifier: 'x'.repeat(10_000_000) },
      { limit: Symbol('limit') },
    ]) {
      await assert.rejects(listGroups({ ...who, ...wrong }), { name: 'ValidationError' });
    }
    await assert.rejects(countGroups({ ...who, resume: 'page 3' }), { name: 'ValidationError', option: 'resume' });
  });
});

describe('a reason that aborts', () => {
  /** A fetch that answers, and then hangs, which it tells. */
  const hanging = (answers, hangs) => {
    const server = answering(...answers);
    return async (url, init) => {
      if (server.urls.length < answers.length) return server.fetch(url, init);
      hangs();
      return new Promise(() => {});
    };
  };

  /** A controller that aborts once it was told so often that something hangs. */
  const abortAfter = (times, reason) => {
    let left = times;
    const controller = new AbortController();
    const hangs = () => {
      left--;
      if (left === 0) setImmediate(() => controller.abort(reason));
    };
    return { hangs, signal: controller.signal };
  };

  it('two listings at once holds the state of neither', async () => {
    const { hangs, signal } = abortAfter(2);
    const listings = [1, 2].map((sdkAppId) =>
      listAllGroups({ ...who, sdkAppId, fetch: hanging([page(`of${sdkAppId}`, 5)], hangs), signal }),
    );
    const [first, second] = await Promise.allSettled(listings);
    assert.equal(first.reason, signal.reason);
    assert.equal(second.reason, signal.reason);
    assert.equal(second.reason.checkpoint, undefined);
    assert.equal(second.reason.groupIds, undefined);
  });

  it('one listing after the other holds the state of the last', async () => {
    const reason = new Error('stop');
    for (const id of ['a', 'b']) {
      const { hangs, signal } = abortAfter(1, reason);
      await assert.rejects(
        listAllGroups({ ...who, fetch: hanging([page(id, 5)], hangs), signal }),
        (error) => error === reason,
      );
      assert.deepEqual(reason.groupIds, [id]);
      assert.equal(reason.checkpoint.next, '5');
    }
  });

  it('many listings gets one listener, and keeps none', async () => {
    const { hangs, signal } = abortAfter(30);
    let most = 0;
    const fetch = () => {
      most = Math.max(most, getEventListeners(signal, 'abort').length);
      hangs();
      return new Promise(() => {});
    };
    const listings = Array.from({ length: 30 }, (_, i) => listAllGroups({ ...who, sdkAppId: i + 1, fetch, signal }));
    await Promise.allSettled(listings);
    assert.equal(most, 1);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('while the engine loads ends the call', async () => {
    const { hangs, signal } = abortAfter(1);
    const load = () => {
      hangs();
      return new Promise(() => {});
    };
    const api = createApi({ runtime: 'server', origin: '', load });
    await assert.rejects(api.listGroups({ ...who, signal }), { name: 'AbortError' });
  });

  it('while the signer works ends the call', async () => {
    const module = new WebAssembly.Module(await readFile(new URL('../dist/groups.wasm', import.meta.url)));
    const { hangs, signal } = abortAfter(1);
    const sign = () => {
      hangs();
      return new Promise(() => {});
    };
    const api = createApi({ runtime: 'server', origin: '', load: async () => module, sign });
    const signed = { ...who, userSig: undefined, secretKey: 'made-up', signal };
    await assert.rejects(api.listGroups(signed), { name: 'AbortError' });
  });
});

describe('an iterator', () => {
  it('that is left while a page is under way ends at once', async () => {
    let aborted;
    let begin;
    const begun = new Promise((resolve) => {
      begin = resolve;
    });
    const fetch = (_url, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
        begin();
      });
    const pages = paginateGroups({ ...who, fetch });
    const pending = pages.next();
    await begun;
    assert.deepEqual(await pages.return('left'), { done: true, value: 'left' });
    assert.deepEqual(await pending, { done: true, value: undefined });
    assert.equal(aborted, true);
    assert.deepEqual(await pages.next(), { done: true, value: undefined });
  });

  it('of a stream that is destroyed ends with it', async () => {
    const fetch = () => {
      setImmediate(() => stream.destroy());
      return new Promise(() => {});
    };
    const stream = Readable.from(paginateGroups({ ...who, fetch })).resume();
    await new Promise((resolve) => stream.once('close', resolve));
  });

  it('takes several next() at once, and throw()', async () => {
    const server = answering(page('a', 5), page('b', 0));
    const pages = paginateGroups({ ...who, fetch: server.fetch });
    const [a, b, end] = await Promise.all([pages.next(), pages.next(), pages.next()]);
    assert.deepEqual([a.value.groupIds, b.value.groupIds, end.done], [['a'], ['b'], true]);
    await assert.rejects(paginateGroups(who).throw(new Error('thrown')), /thrown/);
  });
});

describe('what nobody thought of', () => {
  it('while the engine starts ends in a GroupListError', async () => {
    for (const module of [undefined, {}, new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))]) {
      const api = createApi({ runtime: 'server', origin: '', load: async () => module });
      await assert.rejects(api.listGroups(who), (error) => error instanceof GroupListError && error.stack.length > 0);
    }
  });

  it('of a signal that throws when it is looked at again ends in a GroupListError', async () => {
    let looks = 0;
    const signal = Object.defineProperty(new EventTarget(), 'aborted', {
      get: () => {
        looks++;
        return looks > 2 ? assert.fail('looked again') : false;
      },
    });
    await assert.rejects(listGroups({ ...who, signal }), (error) => error instanceof GroupListError);
  });

  it('as an abort with NaN rejects with NaN', async () => {
    const listing = listAllGroups({ ...who, signal: AbortSignal.abort(Number.NaN) });
    await assert.rejects(listing, (reason) => Number.isNaN(reason));
  });

  it('of more groups than a Set holds ends in a GroupListError with what there was room for', async (t) => {
    class SmallSet extends Set {
      add(value) {
        if (this.size === 2 && !this.has(value)) throw new RangeError('Set maximum size exceeded');
        return super.add(value);
      }
    }
    const server = answering(page('a', 5), page('b', 6), page('c', 0));
    const { Set: real } = globalThis;
    t.after(() => {
      globalThis.Set = real;
    });
    globalThis.Set = SmallSet; // listAllGroups makes its Set at once
    const listing = listAllGroups({ ...who, fetch: server.fetch });
    globalThis.Set = real;
    await assert.rejects(listing, (error) => {
      assert.ok(error instanceof GroupListError);
      assert.match(error.message, /no more than 2 group IDs here\. Use paginateGroups/);
      assert.deepEqual(error.groupIds, ['a', 'b']);
      assert.equal(error.checkpoint.next, '6');
      return true;
    });
    assert.equal((await listGroups({ ...who, fetch: answering(page('a', 0)).fetch })).groupIds.length, 1);
  });
});

describe('a value that throws whatever is asked of it', () => {
  const handler = (thrown) =>
    new Proxy(
      {},
      {
        get: () => () => {
          throw thrown();
        },
      },
    );
  const revoked = (target) => {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  };
  const itself = (target) => {
    const proxy = new Proxy(
      target,
      handler(() => proxy),
    );
    return proxy;
  };
  const values = {
    'a Proxy': () => new Proxy({}, handler(() => new Error('trapped'))), // biome-ignore format: short
    'a Proxy of an Error': () => new Proxy(new Error('made up'), handler(() => new Error('trapped'))), // biome-ignore format: short
    'a Proxy that throws itself': () => itself({}),
    'a Proxy of an array that throws itself': () => itself([]),
    'a Proxy that throws nothing': () => new Proxy({}, handler(() => undefined)), // biome-ignore format: short
    'a revoked Proxy': () => revoked({}),
    'a revoked Proxy of an array': () => revoked([]),
    'an object with throwing getters': () =>
      Object.defineProperties(
        {},
        Object.fromEntries(
          [
            'then',
            'message',
            'name',
            'code',
            'stack',
            'cause',
            'errors',
            'toString',
            'constructor',
            'aborted',
            'status',
          ].map((name) => [name, { enumerable: true, get: () => assert.fail(`looked at ${name}`) }]),
        ),
      ),
    'an Error with throwing getters': () =>
      throwing('it', 'stack', 'message', 'name', 'code', 'cause', 'toString', 'constructor'),
    'an Error with a Proxy inside': () => new Error('made up', { cause: itself({}) }),
    'an AggregateError with a Proxy inside': () => new AggregateError([itself({})], 'made up'),
    'an Error with a message that is a Proxy': () => Object.assign(new Error('made up'), { message: itself({}) }),
    'an Error with a code that is a Proxy': () => Object.assign(new Error('made up'), { code: itself({}) }),
    'an Error with half of a character': () => Object.assign(new Error('\ud800'), { code: '\udfff', name: '\ud800' }),
    'an Error with a very long message': () => new Error('long '.repeat(2_000_000)),
    'an Error with very long properties': () =>
      Object.assign(new Error('made up'), { code: 'E'.repeat(1e7), stack: 'x'.repeat(1e7), name: 'N'.repeat(1e7) }),
    'a very long string': () => 'long '.repeat(2_000_000),
    'a symbol': () => Symbol('made up'),
    'an object without prototype': () => Object.create(null),
    NaN: () => Number.NaN,
  };

  // Servers that never answer, and that begin an answer and never end it.
  let silent;
  let half;
  before(async () => {
    const started = async (answer) => {
      const events = new EventEmitter();
      const server = await startLocalServer((_request, response) => {
        answer(response);
        events.emit('call');
      });
      return { ...server, events };
    };
    silent = await started(() => {});
    half = await started((response) => response.writeHead(200).write('{'));
  });
  after(() => Promise.all([silent.stop(), half.stop()]));

  const isOurs = (error) => {
    assert.ok(error instanceof GroupListError, inspect(error));
    assert.notEqual(error.kind, 'internal', error.message);
    assert.ok(error.message.length < 1000, `a message of ${error.message.length} characters`);
    assert.ok(error.stack.length + (error.cause?.stack.length ?? 0) < 100_000);
    return true;
  };

  /** Fails unless a call rejects with just this value, which deepEqual and inspect must not touch. */
  async function rejectsWith(value, listing) {
    let thrown = isOurs;
    try {
      await listing;
    } catch (error) {
      thrown = error;
    }
    assert.ok(Object.is(thrown, value), 'it did not reject with the value itself');
  }

  for (const [what, make] of Object.entries(values)) {
    it(`such as ${what}, thrown or returned by fetch, a body or userSig, ends in a GroupListError`, async () => {
      const thrown = make();
      const rejecting = () => {
        throw thrown;
      };
      const body = (reader) => ({ status: 200, headers: new Headers(), body: { getReader: () => reader } });
      for (const wrong of [
        { fetch: rejecting },
        { fetch: async () => rejecting() },
        { fetch: () => thrown },
        { fetch: async () => ({ status: thrown }) },
        { fetch: async () => ({ status: 200, headers: thrown, body: thrown }) },
        { fetch: async () => ({ status: 200, headers: { get: () => thrown }, body: thrown }) },
        { fetch: async () => ({ status: 200, headers: new Headers(), arrayBuffer: () => thrown }) },
        { fetch: async () => body(thrown) },
        { fetch: async () => body({ read: rejecting, cancel: rejecting }) },
        { fetch: async () => body({ read: () => thrown, cancel: () => thrown }) },
        {
          fetch: async () =>
            body({ read: async () => ({ done: false, value: thrown }), cancel: async () => rejecting() }),
        },
        { userSig: rejecting },
        { userSig: async () => rejecting() },
        { userSig: () => thrown, fetch: async () => new Response('') },
      ]) {
        await assert.rejects(listGroups({ ...who, ...wrong }), isOurs);
      }
    });

    it(`such as ${what}, thrown by a callback, is what the listing rejects with`, async () => {
      const thrown = make();
      const callback = () => {
        throw thrown;
      };
      const { fetch } = answering(page('a', 5));
      await rejectsWith(thrown, listAllGroups({ ...who, fetch, onProgress: callback }));
      const broken = async () => new Response('', { status: 500 });
      await rejectsWith(thrown, listAllGroups({ ...who, maxRetries: 1, fetch: broken, onRetry: callback }));
      await rejectsWith(
        thrown,
        listAllGroups({ ...who, maxRetries: 1, fetch: broken, onRetry: async () => callback() }),
      );
    });

    it(`such as ${what}, is what an abort with it rejects with`, async () => {
      const reason = make();
      await rejectsWith(reason, listAllGroups({ ...who, signal: AbortSignal.abort(reason) }));
      const hanging = () => new Promise(() => {});
      for (const options of [
        { fetch: hanging },
        { fetch: async () => new Response(new ReadableStream({ pull: hanging })) },
        { fetch: async () => new Response('', { status: 503, headers: { 'retry-after': '300' } }), maxRetries: 1 },
        { userSig: hanging },
        { fetch: async () => new Response(page('a', 5)), onProgress: hanging },
        { endpoint: silent.origin },
        { endpoint: half.origin },
      ]) {
        const controller = new AbortController();
        const begun = options.endpoint
          ? once(options.endpoint === silent.origin ? silent.events : half.events, 'call')
          : new Promise((resolve) => setImmediate(resolve));
        const listing = listAllGroups({ ...who, ...options, signal: controller.signal });
        listing.catch(() => {}); // it may reject before it is awaited
        await begun;
        setImmediate(() => controller.abort(reason));
        await rejectsWith(reason, listing);
      }
    });

    it(`such as ${what}, given as options, an option or an option's getter, ends in a ValidationError`, async () => {
      const given = make();
      const refused = (error) => {
        isOurs(error);
        assert.equal(error.name, 'ValidationError');
        return true;
      };
      const refusing = { ...who, fetch: () => assert.fail('something was sent') };
      const getter = (name) => ({
        ...refusing,
        [name]: undefined,
        get [name]() {
          throw given;
        },
      });
      const names = ['sdkAppId', 'identifier', 'userSig', 'region', 'endpoint', 'limit', 'next', 'groupType', 'fetch'];
      names.push(
        'headers',
        'credentials',
        'signal',
        'timeoutMs',
        'maxRetries',
        'minIntervalMs',
        'onProgress',
        'onRetry',
      );
      names.push('resume', 'maxPages', 'lmit');
      const ask = (question) => {
        try {
          return question();
        } catch {
          return false;
        }
      };
      const headersTakeIt = ask(() => new Headers(given));
      const sameAsNone = ask(() => typeof given === 'object' && Object.keys(given).length === 0); // as options
      for (const name of names) {
        if (!(name === 'userSig' && typeof given === 'string') && !(name === 'headers' && headersTakeIt)) {
          await assert.rejects(listGroups({ ...refusing, [name]: given }), refused, name);
        }
        await assert.rejects(listGroups(getter(name)), refused, name);
        await assert.rejects(createClient(getter(name)).listGroups(), refused, name);
        await assert.rejects(createClient(refusing).listGroups(getter(name)), refused, name);
        await assert.rejects(paginateGroups(getter(name)).next(), refused, name);
      }
      await assert.rejects(listGroups(given), refused);
      await assert.rejects(countGroups(given), refused);
      await assert.rejects(paginateGroups(given).next(), refused);
      await assert.rejects(createClient(given).listGroups(), refused);
      if (sameAsNone) return;
      await assert.rejects(createClient(refusing).listGroups(given), refused);
      await assert.rejects(init(given), refused);
    });

    it(`such as ${what}, given as the module, ends in a GroupListError`, async () => {
      const given = make();
      for (const wasm of [() => given, () => Promise.reject(given), () => Promise.resolve().then(() => given)]) {
        const load = (given) => compile(given, () => assert.fail('nothing is opened'));
        const api = createApi({ runtime: 'server', origin: '', load });
        await assert.rejects(api.init({ wasm: wasm() }), isOurs);
      }
    });
  }
});
