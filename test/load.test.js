// Loading the modules: from whatever init is given, and with errors that say what to do.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { createApi } from '../js/api.js';
import { compile } from '../js/load.js';
import { startSandbox } from '../scripts/programs/sandbox.mjs';
import { answering } from './support/answering.js';
import { startLocalServer } from './support/local-server.js';

const groups = await readFile(new URL('../dist/groups.wasm', import.meta.url));
const usersig = await readFile(new URL('../dist/usersig.wasm', import.meta.url));

let copies = 0;
/** A copy of the package that nothing was loaded into yet. */
const fresh = (entry) => import(`../js/${entry}.js?copy=${++copies}`);

describe('a server of modules', () => {
  let server;
  let base;
  const open = (url) => fetch(url);
  before(async () => {
    const answers = {
      '/capitals.wasm': [200, 'Application/WASM', groups], // Node.js streams only what is written in small letters
      '/bytes.wasm': [200, 'application/octet-stream', groups],
      '/streamed.wasm': [200, 'application/wasm', groups],
      '/page.wasm': [200, 'text/html; charset=utf-8', '<!doctype html>'],
      '/node_modules/.vite/dist/groups.wasm': [404, 'text/plain', ''],
      '/broken.wasm': [200, 'application/wasm', groups.subarray(0, 1000)],
    };
    server = await startLocalServer((request, response) => {
      const [status, type, body] = answers[request.url.split('?')[0]] ?? [404, 'text/plain', ''];
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    base = server.origin;
  });
  after(() => server.stop());

  for (const name of ['capitals', 'bytes', 'streamed']) {
    it(`is understood: ${name}`, async () => {
      assert.ok((await compile(`${base}/${name}.wasm`, open)) instanceof WebAssembly.Module);
    });
  }

  for (const [name, words] of [
    ['page.wasm?token=made-up', /\/page\.wasm: the answer is a page \(text\/html\).*init\(\{ wasm \}\)/],
    ['none.wasm', /\/none\.wasm: HTTP status 404.*copy node_modules\/tencent-chat-groups\/dist\/groups\.wasm/],
    ['broken.wasm', /\/broken\.wasm: .*WebAssembly/],
    ['node_modules/.vite/dist/groups.wasm', /HTTP status 404.*optimizeDeps: \{ exclude: \['tencent-chat-groups'\] \}/],
  ]) {
    it(`has its failure told: ${name}`, async () => {
      await assert.rejects(compile(`${base}/${name}`, open), (error) => {
        assert.equal(error.name, 'LoadError');
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /made-up/);
        assert.equal(error.retryable, true);
        return true;
      });
    });
  }

  it('that does not answer is a LoadError as well, also where the caller fetched', async () => {
    const { init, LoadError } = await fresh('node');
    await assert.rejects(init({ wasm: 'http://127.0.0.1:9/groups.wasm' }), LoadError);
    await assert.rejects(init({ wasm: fetch('http://127.0.0.1:9/groups.wasm') }), LoadError);
  });
});

describe('init', () => {
  let sandbox;
  before(async () => {
    sandbox = await startSandbox(['--groups', '30', '--interval', '0s']);
  });
  after(() => sandbox.stop());

  it('gives the module that signs, of which a process has one', async () => {
    const { init, countGroups } = await fresh('node');
    await assert.rejects(init({ signer: 42 }), { name: 'ValidationError', option: 'signer' });
    await assert.rejects(init({ signer: new URL('none.wasm', import.meta.url) }), (error) => {
      assert.equal(error.name, 'LoadError');
      assert.match(error.message, /none\.wasm: ENOENT.*dist\/usersig\.wasm.*init\(\{ signer \}\)/);
      return true;
    });
    await init({ signer: usersig });
    assert.equal(await countGroups(sandbox.options), 30);
  });

  it('takes a module that was compiled in another context', async () => {
    const { init } = await fresh('node');
    await init({ wasm: runInNewContext('new WebAssembly.Module(bytes)', { bytes: groups }) });
    await (await fresh('node')).init({ wasm: runInNewContext('new Uint8Array(bytes).buffer', { bytes: groups }) });
  });

  it('is waited for by a call that comes while it is at work', async () => {
    const noDefault = () => {
      throw new Error('there is none');
    };
    const { init, listGroups } = createApi({
      runtime: 'server',
      origin: '',
      load: (wasm) => compile(wasm, fetch, { byDefault: noDefault }),
    });
    let give;
    const loading = init({ wasm: new Promise((resolve) => (give = resolve)) });
    const page = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a"}],"Next":0}';
    const listing = listGroups({ proxy: 'https://proxy.example', fetch: answering(page).fetch });
    give(groups);
    await loading;
    assert.deepEqual((await listing).groupIds, ['a']);
  });

  it('refuses in a browser to be given what signs', async () => {
    for (const entry of ['browser', 'inline-browser']) {
      const { init } = await fresh(entry);
      await assert.rejects(init({ signer: usersig }), { name: 'ValidationError', option: 'signer' });
    }
  });

  it('names an option that it does not have, and those that it has', async () => {
    const { init } = await fresh('node');
    await assert.rejects(init({ module: groups }), {
      option: 'module',
      message: /Unknown option 'module' of init.*wasm, signer/,
    });
  });
});

describe('/inline', () => {
  it('lists and signs without a file', async () => {
    const sandbox = await startSandbox(['--groups', '30', '--interval', '0s']);
    try {
      const { countGroups } = await fresh('inline-node');
      assert.equal(await countGroups(sandbox.options), 30);
    } finally {
      await sandbox.stop();
    }
  });

  it('refuses a key in a browser', async () => {
    const { countGroups } = await fresh('inline-browser');
    const options = { sdkAppId: 1400000000, identifier: 'administrator', secretKey: 'made-up' };
    await assert.rejects(countGroups(options), { name: 'ValidationError', option: 'secretKey' });
  });
});
