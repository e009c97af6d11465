// workerd, which runs Cloudflare Workers: it compiles no WebAssembly at run time, so the module is imported and given
// to init.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe } from 'node:test';
import { startSigningHop } from '../support/signing-hop.js';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { assertFitForBrowsers } from './support/page.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { tool, versionOf } from './support/tools.js';

const worker = `
import wasm from 'tencent-chat-groups/groups.wasm';
import { init, listAllGroups } from 'tencent-chat-groups';
export default {
  async fetch(request, { PROXY }) {
    await init({ wasm });
    const caches = new Set();
    const noted = (url, init) => {
      caches.add(init.cache);
      return fetch(url, init);
    };
    const options = { proxy: PROXY, limit: 1000, minIntervalMs: 0, maxRetries: 0, fetch: noted };
    const { groupIds } = await listAllGroups(options);
    return new Response(groupIds.join('\\n'), { headers: { 'x-cache': [...caches].join() } });
  },
};`;

const config = (proxy, date) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "internet", network = (allow = ["local"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "dist/worker.js"),
    (name = "groups.wasm", wasm = embed "dist/groups.wasm")
  ],
  bindings = [(name = "PROXY", text = "${proxy}")],
  compatibilityDate = "${date}"
);`;

describe('edge runtimes', () => {
  let sandbox;
  let hop;
  before(async () => {
    sandbox = await startCompatSandbox();
    hop = await startSigningHop('.', sandbox.options);
  });
  after(async () => {
    await hop?.stop();
    await sandbox.stop();
  });

  const how = `init({ wasm }) with an imported module, bundled with esbuild ${versionOf('esbuild')}, behind a signing proxy`;
  // Before 2024-11-11, fetch throws if it is given the option cache.
  for (const [date, cache, note] of [
    ['2026-01-01', 'no-store', ''],
    ['2024-11-10', '', ', compatibility date before 2024-11-11'],
  ])
    proves('2-edge', `workerd ${versionOf('workerd')}`, how + note, () =>
      inProject({ 'worker.js': worker, 'config.capnp': config(hop.origin, date) }, async ({ folder, run }) => {
        const flags = ['--conditions=workerd,worker,browser', '--loader:.wasm=copy', '--asset-names=[name]'];
        const fixed = ['worker.js', '--bundle', '--format=esm', '--outdir=dist', '--log-level=error'];
        await run(tool('esbuild/bin/esbuild'), [...fixed, ...flags]);
        await assertFitForBrowsers(join(folder, 'dist'), folder);
        const child = spawn(tool('workerd/bin/workerd'), ['serve', '--control-fd=3', 'config.capnp'], {
          cwd: folder,
          stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
        });
        const exited = once(child, 'exit');
        try {
          const [line] = await once(createInterface({ input: child.stdio[3] }), 'line');
          // Twice: the engine outlives the request that it was started in.
          for (let i = 0; i < 2; i++) {
            const response = await fetch(`http://127.0.0.1:${JSON.parse(line).port}/`);
            assertAllGroups(await response.text());
            assert.equal(response.headers.get('x-cache'), cache);
          }
        } finally {
          child.kill();
          await exited;
        }
      }),
    );
});
