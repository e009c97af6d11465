// A module that cannot be loaded or started: a LoadError each time, with what to do.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { createApi } from '../js/api.js';
import { compile } from '../js/load.js';
import { nodeApi } from '../js/node-platform.js';
import { createSigner } from '../js/signer.js';
import { unpack } from '../js/unpack.js';
import { answering } from './support/answering.js';
import { withBuildId } from './support/build-id.js';

const groups = await readFile(new URL('../dist/groups.wasm', import.meta.url));
const usersig = await readFile(new URL('../dist/usersig.wasm', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const who = { sdkAppId: 1400000000, identifier: 'administrator', minIntervalMs: 0, maxRetries: 0 };
const page = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a"}],"Next":0}';
const noFile = () => assert.fail('nothing is opened');

let copies = 0;
/** A copy of the package that nothing was loaded into yet. */
const fresh = (entry) => import(`../js/${entry}.js?failures=${++copies}`);

/** The entry for servers with this engine and no signer. */
const serverWith = (load) => createApi({ runtime: 'server', origin: '', load });

async function rejection(promise) {
  const error = await promise.then(assert.fail, (error) => error);
  assert.equal(error.name, 'LoadError', `${error.name}: ${error.message}`);
  assert.ok(error.message.endsWith(error.hint));
  return error;
}

/**
 * Lets WebAssembly fail with an error of the test's own, at one stage. Node.js loads modules of its own for fetch: they
 * load.
 */
function failing(t, stage, thrown) {
  const original = WebAssembly[stage];
  const isOurs = {
    compile: (bytes) => bytes === groups || bytes === usersig,
    instantiate: (module) => WebAssembly.Module.imports(module).some((each) => each.module === 'gojs'),
  };
  t.mock.method(WebAssembly, stage, (given, ...more) =>
    isOurs[stage](given) ? Promise.reject(thrown) : original.call(WebAssembly, given, ...more),
  );
}

/** Takes a global away, until the function that this returns is called. */
function without(t, name) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  const restore = () => Object.defineProperty(globalThis, name, descriptor);
  Object.defineProperty(globalThis, name, { configurable: true, value: undefined });
  t.after(restore);
  return restore;
}

const errorOf = (name, message) => Object.assign(new Error(message), { name });

describe('a module that is not the one of this package', () => {
  const unlinkable = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0];
  const ours = `groups\\.wasm of version ${version.replaceAll('.', '\\.')}`;
  for (const [what, wasm, words] of [
    ['usersig.wasm', usersig, `it is usersig\\.wasm of version .*, not ${ours}`],
    ['an empty module', Uint8Array.from(unlinkable.slice(0, 8)), `it is not ${ours}`],
    ['a module with imports of its own', Uint8Array.from(unlinkable), `it is not ${ours}`],
    ['an earlier version', withBuildId('groups.wasm@0.0.9'), `it is groups\\.wasm of version 0\\.0\\.9, not ${ours}`],
    [
      'a later version',
      withBuildId('groups.wasm@12.0.0-rc.1'),
      `it is groups\\.wasm of version 12\\.0\\.0-rc\\.1, not`,
    ],
    ['a Go program of somebody', withBuildId('mK/b\u001b[31m@9'), `it is not ${ours}`],
    ['a module with a huge build ID', withBuildId('x'.repeat(1e6)), `it is not ${ours}`],
  ]) {
    it(`is refused by init: ${what}`, async () => {
      const { init } = await fresh('node');
      const error = await rejection(init({ wasm }));
      assert.match(error.message, new RegExp(`loaded from what init was given as wasm: ${words}`));
      assert.match(error.hint, /dist\/groups\.wasm .*same version/);
      assert.equal(error.retryable, false);
    });
  }

  it('is refused where it is compiled already, and the right one can be given then', async () => {
    const { init, countGroups } = await fresh('node');
    await rejection(init({ wasm: new WebAssembly.Module(usersig) }));
    await init({ wasm: new WebAssembly.Module(groups) });
    assert.equal(await countGroups({ ...who, userSig: 'made-up', fetch: answering(page).fetch }), 1);
  });

  it('is refused as the signer, too', async () => {
    const { init } = await fresh('node');
    const error = await rejection(init({ signer: groups }));
    assert.match(error.message, /given as signer: it is groups\.wasm of version .*, not usersig\.wasm of version/);
    assert.match(error.hint, /dist\/usersig\.wasm/);
  });
});

describe('a Content-Security-Policy that forbids WebAssembly', () => {
  const chromium = `Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: "script-src 'self'"`;
  const chromiumLater = `Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script: "default-src 'self'"`;
  const webkit = `Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: "script-src 'none'".`;
  for (const stage of ['compile', 'instantiate']) {
    for (const [engine, message] of [
      ['Chromium', `WebAssembly.${stage}(): ${chromium}`],
      ['Chromium, later', `WebAssembly.${stage}(): ${chromiumLater}`],
      ['Firefox', `call to WebAssembly.${stage}() blocked by CSP`],
      ['WebKit', webkit],
    ]) {
      it(`is named when ${engine} throws in ${stage}`, async (t) => {
        failing(t, stage, errorOf('CompileError', message));
        const { countGroups } = serverWith(() => compile(groups, noFile));
        const error = await rejection(countGroups({ ...who, userSig: 'made-up' }));
        assert.match(error.hint, /^The page's Content-Security-Policy .*'wasm-unsafe-eval'/);
        assert.equal(error.retryable, false);
      });
    }
  }
});

describe('a runtime without WebAssembly', () => {
  it('is told before anything is opened or signed, and not to be retried', async (t) => {
    without(t, 'WebAssembly');
    const ofUrl = serverWith(() => compile('https://a.example/groups.wasm', noFile));
    for (const api of [ofUrl, await fresh('inline-node')]) {
      const error = await rejection(api.countGroups({ ...who, secretKey: 'made-up', fetch: noFile }));
      assert.match(error.message, /There is no WebAssembly here/);
      assert.match(error.hint, /--jitless.*Lockdown Mode/);
      assert.equal(error.retryable, false);
    }
  });

  it('leaves no rejection unhandled of what init was given', async (t) => {
    const unhandled = [];
    const note = (reason) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    t.after(() => process.off('unhandledRejection', note));
    const given = () => Promise.reject(new Error('not fetched'));
    const { init } = await fresh('node');
    await init({ wasm: groups });
    await init({ wasm: given() }); // it is loaded already
    const restore = without(t, 'WebAssembly');
    await rejection((await fresh('node')).init({ wasm: given(), signer: given() }));
    restore();
    await new Promise(setImmediate);
    assert.deepEqual(unhandled, []);
  });

  it('is told by Node.js itself, from the command line too', async () => {
    const bin = fileURLToPath(new URL('../bin/tencent-chat-groups.js', import.meta.url));
    const run = promisify(execFile)(process.execPath, ['--jitless', bin, 'count', '--sandbox']);
    await assert.rejects(run, ({ stderr }) => {
      assert.match(stderr, /There is no WebAssembly here/);
      assert.doesNotMatch(stderr, /fault of its own/);
      return true;
    });
  });
});

describe('a lack of memory', () => {
  const hint = /memory.*ulimit -v.*--disable-wasm-trap-handler/;
  for (const [stage, thrown] of [
    [
      'instantiate',
      new RangeError('WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance'),
    ],
    ['instantiate', 'out of memory'], // as Firefox throws it
    ['instantiate', new RangeError('Out of memory')],
    ['compile', new RangeError('Array buffer allocation failed')],
  ]) {
    it(`in ${stage} is told as such: ${thrown.message ?? thrown}`, async (t) => {
      failing(t, stage, thrown);
      const error = await rejection(serverWith(() => compile(groups, noFile)).init());
      assert.match(error.hint, hint);
      assert.equal(error.retryable, true);
    });
  }

  it('under ulimit -v is told by Node.js itself, and the flag helps', async () => {
    const entry = fileURLToPath(new URL('../js/node.js', import.meta.url));
    const program = `import { init } from ${JSON.stringify(entry)};
      await init().then(() => console.log('loaded'), ({ name, hint }) => console.log(name, hint));
      process.exit();`;
    const run = async (flags) => {
      const script = 'ulimit -v 6000000; exec "$0" "$@"';
      const node = [process.execPath, ...flags, '--input-type=module', '--eval', program];
      return (await promisify(execFile)('bash', ['-c', script, ...node])).stdout;
    };
    // Node.js 24 falls back by itself to what the flag does.
    assert.match(await run([]), new RegExp(`^(LoadError .*${hint.source}|loaded$)`, 'm'));
    assert.equal(await run(['--disable-wasm-trap-handler']), 'loaded\n');
  });
});

describe('whatever else starting throws', () => {
  for (const thrown of [
    new WebAssembly.LinkError('import object field is not a Function'),
    new TypeError('Import #0 "gojs": module is not an object or function'),
    { message: 'a plain object' },
    'a string',
    undefined,
  ]) {
    it(`is a LoadError: ${thrown?.message ?? thrown}`, async (t) => {
      failing(t, 'instantiate', thrown);
      const api = serverWith(() => compile(groups, noFile));
      const text = thrown?.message ?? thrown ?? '';
      for (const call of [() => api.init(), () => api.listAllGroups({ ...who, userSig: 'made-up' })]) {
        const error = await rejection(call());
        assert.ok(error.message.startsWith(`groups.wasm could not be started${text && `: ${text}`}.`), error.message);
        assert.doesNotMatch(error.message, /\[object/);
      }
      t.mock.restoreAll();
      assert.equal(await api.countGroups({ ...who, userSig: 'made-up', fetch: answering(page).fetch }), 1);
    });
  }

  it('is a LoadError of the signer, and the next call starts it', async (t) => {
    const { sign } = createSigner(() => compile(usersig, noFile, { option: 'signer' }));
    const api = createApi({ runtime: 'server', origin: '', load: () => compile(groups, noFile), sign });
    await api.init();
    failing(t, 'instantiate', new RangeError('Out of memory'));
    const options = { ...who, secretKey: 'made-up', fetch: answering(page).fetch };
    const error = await rejection(api.countGroups(options));
    assert.match(error.message, /^usersig\.wasm could not be started: Out of memory\. .*ulimit/);
    t.mock.restoreAll();
    assert.equal(await api.countGroups(options), 1);
  });

  for (const [what, run, words] of [
    [
      'traps',
      () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
      'unreachable',
    ],
    ['ends', (exit) => exit(), 'the Go module stopped'],
  ]) {
    it(`is a LoadError where the module ${what} as it starts`, async (t) => {
      const { instantiate } = WebAssembly;
      t.mock.method(WebAssembly, 'instantiate', async (module, imports) => {
        const instance = await instantiate.call(WebAssembly, module, imports);
        if (!imports.gojs) return instance;
        // Go reads the exit code at an address: the first one holds none.
        const exit = () => imports.gojs['runtime.wasmExit'](0);
        const exports = { ...instance.exports, run: () => run(exit) };
        return Object.create(instance, { exports: { value: exports } });
      });
      const error = await rejection(serverWith(() => compile(groups, noFile)).init());
      assert.ok(error.message.startsWith(`groups.wasm could not be started: ${words}.`), error.message);
    });
  }

  it('says what to do where the code that signs is missing from a bundle', async () => {
    const importSigner = () => Promise.reject(new Error("Cannot find module './sign.js'"));
    const api = nodeApi(() => groups, importSigner);
    const calls = [() => api.init({ signer: usersig }), () => api.countGroups({ ...who, secretKey: 'made-up' })];
    for (const call of calls) {
      const error = await rejection(call());
      assert.match(error.message, /usersig\.wasm: Cannot find module '\.\/sign\.js'\. .*tencent-chat-groups\/dist/);
    }
  });
});

describe('/inline', () => {
  it('names DecompressionStream where a browser has none', async (t) => {
    without(t, 'DecompressionStream');
    const error = await rejection((await fresh('inline-browser')).init());
    assert.match(error.message, /DecompressionStream/);
    assert.doesNotMatch(error.message, /import\.meta/);
    assert.match(error.hint, /Chrome 80, Firefox 113 and Safari 16\.4/);
    assert.equal(error.retryable, false);
  });

  for (const [what, byDefault, words] of [
    ['is damaged', () => unpack('?'), /groups\.wasm: .*dist\/inline/],
    [
      'is missing',
      () => Promise.reject(new Error('Failed to fetch chunk 7')),
      /Failed to fetch chunk 7\. .*dist\/inline/,
    ],
  ]) {
    it(`says what to do where the module ${what}`, async () => {
      const error = await rejection(compile(undefined, noFile, { byDefault }));
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /import\.meta|import tencent-chat-groups\/inline/);
      assert.equal(error.retryable, true);
    });
  }

  it('still names import.meta.url where a bundle does not know it', async () => {
    const byDefault = () => new URL('../dist/groups.wasm', undefined);
    assert.match(
      (await rejection(compile(undefined, noFile, { byDefault }))).message,
      /import\.meta\.url is not known/,
    );
  });
});

it('a runtime that compiles no bytes is told to import the module', async () => {
  const context = createContext({ bytes: groups }, { codeGeneration: { wasm: false, strings: true } });
  const byDefault = () => runInContext('WebAssembly.compile(bytes)', context);
  const error = await rejection(compile(byDefault(), noFile));
  assert.match(error.message, /disallowed by embedder/);
  assert.match(error.hint, /import wasm from 'tencent-chat-groups\/groups\.wasm'.*init\(\{ wasm \}\)/);
  assert.equal(error.retryable, false);
});

it('a signal of a framework, thrown while the module is loaded, is passed on as it is', async () => {
  const thrown = Object.assign(new Error('Dynamic server usage'), { digest: 'DYNAMIC_SERVER_USAGE' });
  const load = () => compile('https://a.example/groups.wasm', () => Promise.reject(thrown));
  const { init, countGroups } = serverWith(load);
  for (const call of [() => init(), () => countGroups({ ...who, userSig: 'made-up' })]) {
    assert.equal(await call().then(assert.fail, (error) => error), thrown);
  }
});
