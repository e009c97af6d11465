// Loading the engine, and what happens when Go panics in it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { createApi } from '../js/api.js';
import { GoInstance } from '../js/border.js';
import { Engine } from '../js/engine.js';
import { GroupListError, InternalError, init, LoadError, listGroups, ValidationError } from '../js/node.js';
import { answering } from './support/answering.js';

const wasmUrl = new URL('../dist/groups.wasm', import.meta.url);
const page = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a"}],"Next":7}';
const who = { proxy: 'https://proxy.example', minIntervalMs: 0 };

describe('init', () => {
  it('says what it takes, names what could not be loaded, and can be tried again', async () => {
    await assert.rejects(init({ wasm: 42 }), (error) => error instanceof ValidationError && error.option === 'wasm');
    const missing = new URL('no-such-file.wasm', import.meta.url);
    await assert.rejects(init({ wasm: missing }), (error) => {
      assert.ok(error instanceof LoadError);
      assert.ok(error.message.includes(missing.href));
      return true;
    });
    await assert.rejects(init({ wasm: new Uint8Array([1, 2, 3]) }), LoadError);
    await init({ wasm: await readFile(wasmUrl) });
    assert.deepEqual((await listGroups({ ...who, fetch: answering(page).fetch })).groupIds, ['a']);
  });

  it('takes URL, bytes, Response and module', async () => {
    const bytes = await readFile(wasmUrl);
    const { compile } = await import('../js/load.js');
    const open = async (url) => readFile(url);
    const typed = { headers: { 'content-type': 'application/wasm' } };
    for (const wasm of [
      wasmUrl,
      wasmUrl.href,
      bytes,
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      new Response(bytes),
      new Response(bytes, typed),
      Promise.resolve(new Response(bytes, typed)),
      new WebAssembly.Module(bytes),
    ]) {
      assert.ok((await compile(wasm, open)) instanceof WebAssembly.Module);
    }
    await assert.rejects(compile(new Response('not found', { status: 404 }), open), /HTTP status 404/);
  });
});

describe('a panic in Go', () => {
  const instances = [];
  const { instantiate } = WebAssembly;
  let api;
  before(async () => {
    const module = new WebAssembly.Module(await readFile(wasmUrl));
    api = createApi({ runtime: 'server', origin: '', load: async () => module });
    WebAssembly.instantiate = async (...args) => {
      const instance = await instantiate(...args);
      if (instance.exports?.mailbox) instances.push(instance); // Node instantiates modules of its own for fetch
      return instance;
    };
  });
  after(() => {
    WebAssembly.instantiate = instantiate;
  });

  /** Asks the engine to read more than was written to it: a slice out of range. */
  const panic = () => instances.at(-1).exports.step(1, 0, 0, 1 << 30);

  it('rejects every listing that was under way with an InternalError, and the next call works', async () => {
    let begun = 0;
    const listings = [1, 2, 3].map((n) =>
      api.listAllGroups({
        ...who,
        sdkAppId: n === 3 ? 5 : 4, // 1 and 2 share a pace: 2 waits for 1
        minIntervalMs: 10,
        fetch: async (_url, init) => {
          if (init.body !== '{}') {
            begun++;
            if (begun === 2) panic();
          }
          return new Response(page.replace('7', 7 + begun));
        },
      }),
    );
    for (const [i, result] of (await Promise.allSettled(listings)).entries()) {
      assert.equal(result.status, 'rejected', `listing ${i + 1}`);
      const error = result.reason;
      assert.ok(error instanceof InternalError, error.stack);
      assert.match(error.message, /The engine failed: panic: .*slice bounds out of range.*please report it/);
      assert.equal(error.retryable, true);
    }
    assert.equal(instances.length, 1);
    assert.deepEqual((await api.listGroups({ ...who, fetch: answering(page).fetch })).groupIds, ['a']);
    assert.equal(instances.length, 2);
  });

  it('leaves a checkpoint to go on from', async () => {
    const last = page.replace('7', '0').replace('"a"', '"b"');
    const server = answering(page, last, last); // the call after the panic is answered, but nobody is there to read it
    let error;
    const seen = [];
    try {
      for await (const { groupIds } of api.paginateGroups({ ...who, fetch: server.fetch, onProgress: panic })) {
        seen.push(...groupIds);
      }
    } catch (caught) {
      error = caught;
    }
    assert.ok(error instanceof InternalError);
    assert.equal(error.checkpoint.next, '7');
    for await (const { groupIds } of api.paginateGroups({ ...who, fetch: server.fetch, resume: error.checkpoint })) {
      seen.push(...groupIds);
    }
    assert.deepEqual(seen, ['a', 'b']);
  });

  for (const name of ['close', 'redact']) {
    it(`in ${name} takes the place of no error and of no abort`, async (t) => {
      const { instantiate } = WebAssembly;
      t.mock.method(WebAssembly, 'instantiate', async (...args) => {
        const instance = await instantiate.apply(WebAssembly, args);
        if (!instance.exports?.mailbox) return instance;
        const exports = { ...instance.exports, [name]: () => instance.exports.step(1, 0, 0, 1 << 30) };
        return Object.create(instance, { exports: { value: exports } });
      });
      const module = new WebAssembly.Module(await readFile(wasmUrl));
      const api = createApi({ runtime: 'server', origin: '', load: async () => module });
      const fetch = () => Promise.reject(new Error('made up'));
      for (const [options, kind] of [
        [{ maxRetries: 0, fetch }, { close: 'network', redact: 'internal' }[name]],
        [{ limit: 0 }, 'validation'],
      ]) {
        const error = await api.listAllGroups({ ...who, ...options }).then(assert.fail, (error) => error);
        assert.ok(error instanceof GroupListError, error.stack);
        assert.equal(error.kind, kind);
      }
      const reason = new Error('enough');
      const abort = new AbortController();
      const listing = api.listGroups({
        ...who,
        signal: abort.signal,
        fetch: () => {
          abort.abort(reason);
          return Promise.reject(reason);
        },
      });
      assert.equal(await listing.then(assert.fail, (error) => error), reason);
    });
  }

  it('writes nothing to the console', async () => {
    const go = await GoInstance.start(new WebAssembly.Module(await readFile(wasmUrl)));
    const { log, warn, error } = console;
    const written = [];
    console.log = console.warn = console.error = (...args) => written.push(args);
    try {
      assert.throws(() => go.call('step', 1, 0, 0, 1 << 30), /slice bounds out of range/);
      assert.throws(() => go.call('mailbox'), /slice bounds out of range/);
    } finally {
      Object.assign(console, { log, warn, error });
    }
    assert.deepEqual(written, []);
    assert.equal(go.dead, true);
  });
});

describe('a listing that is woken just before it goes to sleep', () => {
  it('does not sleep', async () => {
    const engine = await Engine.start(new WebAssembly.Module(await readFile(wasmUrl)));
    const text = '{"call":"listGroups","runtime":"server","origin":"","options":{"proxy":"https://proxy.example"}}';
    const first = engine.open(text);
    assert.equal(first.action.do, 'fetch');
    const second = engine.open(text);
    assert.deepEqual(second.action, { do: 'wait' });
    engine.step(first.id, { report: 'headers', status: 200, retryAfterMs: 0 }); // this wakes the second
    await engine.sleep(second.id, undefined, new AbortController().signal);
    const { do: todo, ms } = engine.step(second.id, { report: 'tick' });
    assert.equal(todo, 'wait');
    assert.ok(ms > 900);
  });
});

describe('several engines', () => {
  it('do not disturb each other', async () => {
    const module = new WebAssembly.Module(await readFile(wasmUrl));
    const apis = [1, 2, 3].map(() => createApi({ runtime: 'server', origin: '', load: async () => module }));
    const pages = await Promise.all(
      apis.map((api, i) => api.listGroups({ ...who, fetch: answering(page.replace('"a"', `"a${i}"`)).fetch })),
    );
    assert.deepEqual(
      pages.map(({ groupIds }) => groupIds),
      [['a0'], ['a1'], ['a2']],
    );
  });
});
