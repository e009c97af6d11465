// Importing the package does nothing, and no use of it adds or changes a global or keeps the process alive.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '../scripts/programs/sandbox.mjs';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('..', import.meta.url));

/** Runs a script in a fresh process, which must end by itself, and returns what it wrote. */
async function script(text) {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', text], { cwd, timeout: 60_000 });
  return JSON.parse(stdout);
}

const snapshot = `
  const snapshot = () => {
    const all = {};
    for (const key of Reflect.ownKeys(globalThis)) {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(globalThis, key);
      all[String(key)] = { value, get, set, flags: JSON.stringify(flags) };
    }
    return all;
  };
  const changes = (before, after) =>
    [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) =>
      ['value', 'get', 'set', 'flags'].some((part) => !Object.is(before[key]?.[part], after[key]?.[part])));
`;

describe('the package', () => {
  let sandbox;
  before(async () => {
    sandbox = await startSandbox(['--groups', '30', '--interval', '0s']);
  });
  after(() => sandbox.stop());

  it('does nothing when it is imported', async () => {
    const result = await script(`
      const calls = [];
      for (const name of ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming']) {
        WebAssembly[name] = () => calls.push(name);
      }
      globalThis.fetch = () => calls.push('fetch');
      globalThis.setTimeout = () => calls.push('setTimeout');
      await import('tencent-chat-groups');
      console.log(JSON.stringify(calls));
    `);
    assert.deepEqual(result, []);
  });

  for (const entry of ['browser', 'inline-browser', 'node', 'inline-node']) {
    it(`js/${entry}.js needs no global of a platform to be imported`, async () => {
      const result = await script(`
        const language = new Set(Object.getOwnPropertyNames((await import('node:vm')).runInNewContext('globalThis')));
        const log = console.log;
        const gone = Object.getOwnPropertyNames(globalThis).filter((name) => !language.has(name) && delete globalThis[name]);
        const { listGroups } = await import('./js/${entry}.js');
        log(JSON.stringify({ imported: typeof listGroups, gone: gone.includes('TextEncoder') && gone.includes('URL') }));
      `);
      assert.deepEqual(result, { imported: 'function', gone: true });
    });
  }

  it('adds and changes no global, signing included, and the process ends by itself', async () => {
    const result = await script(`
      ${snapshot}
      for (const key of Reflect.ownKeys(globalThis)) void globalThis[key]; // Node makes some when they are first used
      const before = snapshot();
      const { listAllGroups, paginateGroups } = await import('tencent-chat-groups');
      const options = { ...${JSON.stringify(sandbox.options)}, limit: 10, minIntervalMs: 0 };
      const { groupIds } = await listAllGroups(options);
      for await (const page of paginateGroups(options)) break;
      await listAllGroups({ ...options, signal: AbortSignal.abort() }).catch(() => {});
      await listAllGroups({ ...options, limit: 0 }).catch(() => {});
      console.log(JSON.stringify({ listed: groupIds.length, changes: changes(before, snapshot()) }));
    `);
    assert.deepEqual(result, { listed: 30, changes: [] });
  });

  it('notices a changed global, or this test would prove nothing', async () => {
    const result = await script(`
      ${snapshot}
      const before = snapshot();
      globalThis.Go = class {};
      globalThis.fetch = () => {};
      console.log(JSON.stringify(changes(before, snapshot())));
    `);
    assert.deepEqual(result.sort(), ['Go', 'fetch']);
  });

  it('loads usersig.wasm only when it signs', async () => {
    const { size } = await stat(new URL('../dist/usersig.wasm', import.meta.url));
    const result = await script(`
      const sizes = [];
      const { compile } = WebAssembly;
      WebAssembly.compile = (bytes) => (sizes.push(bytes.length), compile(bytes));
      const { listGroups } = await import('tencent-chat-groups');
      const { secretKey, ...options } = ${JSON.stringify(sandbox.options)};
      await listGroups({ ...options, userSig: 'x', minIntervalMs: 0 }).catch(() => {});
      const without = sizes.includes(${size});
      await listGroups({ ...options, secretKey, minIntervalMs: 0 });
      console.log(JSON.stringify({ without, with: sizes.includes(${size}) }));
    `);
    assert.deepEqual(result, { without: false, with: true });
  });
});
