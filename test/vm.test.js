// CommonJS as test runners and other loaders run it, with vm.Script: import() may not be called there, ES modules
// cannot be required, and the globals are those of a context, which may be few.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { startSandbox } from '../scripts/programs/sandbox.mjs';

const nodeRequire = createRequire(import.meta.url);
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const entries = ['node.cjs', 'inline.cjs'];

/** What a CommonJS module exports that runs in a context. */
function load(path, context) {
  const require = (name) => (name.startsWith('.') ? load(join(dirname(path), name), context) : nodeRequire(name));
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`;
  const module = { exports: {} };
  const run = new vm.Script(text, { filename: path }).runInContext(context);
  run(module.exports, require, module, path, dirname(path));
  return module.exports;
}

/** A context with these globals and no others but the language's. */
const contextOf = (globals, options) => vm.createContext({ ...globals }, options);

const { setTimeout, clearTimeout, performance, crypto, AbortController, Headers, fetch } = globalThis;
const enough = { setTimeout, clearTimeout, performance, crypto, URL, AbortController, Headers, fetch };

describe('CommonJS in a vm context', () => {
  let sandbox;
  before(async () => {
    sandbox = await startSandbox(['--groups', '30', '--interval', '0s']);
  });
  after(() => sandbox.stop());

  for (const entry of entries) {
    it(`${entry} lists and signs without import()`, async () => {
      const { listAllGroups } = load(join(dist, entry), contextOf(enough));
      const { groupIds } = await listAllGroups({ ...sandbox.options, limit: 10, minIntervalMs: 0 });
      assert.equal(groupIds.length, 30);
    });

    it(`${entry} needs no global to be imported`, () => {
      const names = Object.keys(load(join(dist, entry), contextOf({})));
      assert.deepEqual(names.sort(), Object.keys(nodeRequire(join(dist, entry))).sort());
    });

    it(`${entry} takes a process with jsdom's document for Node.js`, async () => {
      const { countGroups } = load(join(dist, entry), contextOf({ ...enough, process, document: {} }));
      assert.equal(await countGroups({ ...sandbox.options, minIntervalMs: 0 }), 30);
    });

    for (const [what, globals] of [
      ['a page', { document: {} }],
      ["a page with a bundler's process", { document: {}, process: { versions: {}, browser: true } }],
      ["Electron's renderer", { document: {}, process: { type: 'renderer', versions: process.versions } }],
      ["a worker of Electron's renderer", { process: { type: 'worker', versions: process.versions } }],
      ["NW.js's page", { document: {}, process: { versions: { ...process.versions, nw: '0.90.0' } } }],
    ]) {
      it(`${entry} refuses a key in ${what}`, async () => {
        const { countGroups, init } = load(join(dist, entry), contextOf({ ...enough, ...globals }));
        await assert.rejects(countGroups(sandbox.options), /secretKey is refused in a browser/);
        await assert.rejects(init({ signer: new Uint8Array() }), /signer is refused in a browser/);
      });
    }
  }

  for (const entry of entries) {
    it(`${entry} keeps the code of an error of fetch, which comes from another realm`, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address();
      server.close();
      await once(server, 'close');
      const { countGroups, NetworkError } = load(join(dist, entry), contextOf(enough));
      const options = { ...sandbox.options, endpoint: `http://127.0.0.1:${port}`, maxRetries: 0, minIntervalMs: 0 };
      const error = await countGroups(options).then(assert.fail, (error) => error);
      assert.ok(error instanceof NetworkError);
      assert.equal(error.code, 'ECONNREFUSED');
      assert.match(error.hint, /Nothing listens there/);
    });

    it(`${entry} rejects with a LoadError where its realm may not compile`, async () => {
      const context = contextOf(enough, { codeGeneration: { strings: true, wasm: false } });
      const { countGroups, LoadError } = load(join(dist, entry), context);
      const error = await countGroups(sandbox.options).then(assert.fail, (error) => error);
      assert.ok(error instanceof LoadError);
      assert.match(error.message, /disallowed by embedder/);
      assert.equal(error.retryable, false);
    });

    it(`${entry} refuses a module of another realm that is not its own`, async () => {
      const { init, LoadError } = load(join(dist, entry), contextOf(enough));
      const bytes = readFileSync(join(dist, 'usersig.wasm'));
      for (const wasm of [bytes, new WebAssembly.Module(bytes)]) {
        const error = await init({ wasm }).then(assert.fail, (error) => error);
        assert.ok(error instanceof LoadError);
        assert.match(error.message, /it is usersig\.wasm of version/);
      }
      await init({ wasm: new WebAssembly.Module(readFileSync(join(dist, 'groups.wasm'))) });
    });
  }

  it('a body from another realm is read', async () => {
    const { countGroups } = load(join(dist, 'node.cjs'), contextOf(enough));
    const page = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a"}],"Next":0}';
    const { headers, status } = new Response();
    const answer = { status, headers, arrayBuffer: () => new Response(page).arrayBuffer() };
    assert.equal(await countGroups({ ...sandbox.options, fetch: async () => answer }), 1);
  });
});
