// Pages made with the usual bundlers, opened in a real Chromium.
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { launchChromium } from '../support/chromium.js';
import { startSigningHop } from '../support/signing-hop.js';
import { startDevServer } from './support/dev-server.js';
import { startCompatSandbox } from './support/expected.js';
import { assertFitForBrowsers, assertListsGroups, html, listing, show, visit } from './support/page.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const section = '3-pages';
const asModule = '<script type="module" src="./main.js"></script>';

// What a worker is handed a compiled module with, and does with it.
const worker = `
import { init, listAllGroups } from 'tencent-chat-groups';
onmessage = async ({ data: { module, proxy } }) => {
  try {
    await init({ wasm: module });
    const { groupIds } = await listAllGroups({ proxy, limit: 1000, minIntervalMs: 0 });
    postMessage(groupIds.join('\\n'));
  } catch (error) {
    postMessage(error.name + ': ' + error.message);
  }
};`;
const useWorker = (url) => `
${show}
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => show(data);
WebAssembly.compileStreaming(fetch(${url}))
  .then((module) => worker.postMessage({ module, proxy: location.origin }), fail);`;
const loadingWorker = `
import { listAllGroups } from 'tencent-chat-groups';
listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 })
  .then((all) => postMessage(all.groupIds.join('\\n')), (error) => postMessage(error.name + ': ' + error.message));`;
const useLoadingWorker = `
${show}
new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }).onmessage = ({ data }) => show(data);`;

const viteConfig = "export default { server: { proxy: { '/v4': process.env.SERVICE } } };";

describe('pages', () => {
  let sandbox;
  let browser;
  before(async () => {
    sandbox = await startCompatSandbox();
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await sandbox.stop();
  });

  /** Serves a folder and opens its page. */
  async function open(folder, check, how) {
    const hop = await startSigningHop(folder, sandbox.options, how);
    try {
      return await check(`${hop.origin}/index.html`);
    } finally {
      await hop.stop();
    }
  }

  /** A page that is built, served as files, and lists all groups. */
  const builds = (program, how, files, build) =>
    proves(section, program, how, () =>
      inProject(files, async ({ folder, run }) => {
        await build(run);
        const out = join(folder, 'dist');
        await cp(join(folder, 'index.html'), join(out, 'index.html'), { force: false });
        await assertFitForBrowsers(out, folder);
        await open(out, (url) => assertListsGroups(browser, url));
      }),
    );

  /** A page of Vite's dev server. */
  const develops = (name, how, files, check) =>
    proves(section, `Vite ${versionOf(name)}`, `dev server, ${how}`, () =>
      inProject({ 'vite.config.mjs': viteConfig, 'index.html': html(asModule), ...files }, async ({ folder }) => {
        const hop = await startSigningHop(folder, sandbox.options);
        const server = await startDevServer(name, folder, hop.origin);
        try {
          await check(server.url);
        } finally {
          await server.stop();
          await hop.stop();
        }
      }),
    );

  const page = html(asModule);
  for (const name of ['vite', 'vite-7']) {
    const program = `Vite ${versionOf(name)}`;
    const build = (run) => run(node('node-24'), [tool(`${name}/bin/vite.js`), 'build', '--logLevel', 'warn']);
    builds(program, 'build', { 'index.html': page, 'main.js': listing('tencent-chat-groups') }, build);
    builds(program, 'build, /inline', { 'index.html': page, 'main.js': listing('tencent-chat-groups/inline') }, build);
    builds(
      program,
      'build, web worker',
      { 'index.html': page, 'main.js': useLoadingWorker, 'worker.js': loadingWorker },
      build,
    );
    builds(
      program,
      'build, web worker with a shared WebAssembly.Module',
      {
        'index.html': page,
        'main.js': `import url from 'tencent-chat-groups/groups.wasm?url';${useWorker('url')}`,
        'worker.js': worker,
      },
      build,
    );
    develops(name, '/inline', { 'main.js': listing('tencent-chat-groups/inline') }, (url) =>
      assertListsGroups(browser, url),
    );
  }
  develops('vite', 'import', { 'main.js': listing('tencent-chat-groups') }, (url) => assertListsGroups(browser, url));
  develops(
    'vite-7',
    'the error says which line vite.config needs',
    { 'main.js': listing('tencent-chat-groups') },
    async (url) => {
      const { shown } = await visit(browser, url);
      assert.match(
        shown,
        /^LoadError: .*\/node_modules\/\.vite\/.*optimizeDeps: \{ exclude: \['tencent-chat-groups'\] \}/,
      );
    },
  );
  const excluded =
    "export default { server: { proxy: { '/v4': process.env.SERVICE } }, optimizeDeps: { exclude: ['tencent-chat-groups'] } };";
  develops(
    'vite-7',
    'import, with optimizeDeps.exclude',
    { 'main.js': listing('tencent-chat-groups'), 'vite.config.mjs': excluded },
    (url) => assertListsGroups(browser, url),
  );

  const webpack = (run) =>
    run(node('node-24'), [tool('webpack/bin/webpack.js'), '--entry', './main.js', '--mode', 'production']);
  const classic = html('<script defer src="./main.js"></script>');
  const withWebpack = (how, files) =>
    builds(`webpack ${versionOf('webpack')}`, how, { 'index.html': classic, ...files }, webpack);
  withWebpack('import', { 'main.js': listing('tencent-chat-groups') });
  withWebpack('require()', {
    'main.js': listing('tencent-chat-groups').replace(/import (.*) from '(.*)'/, "const $1 = require('$2')"),
  });
  withWebpack('/inline', { 'main.js': listing('tencent-chat-groups/inline') });
  withWebpack('web worker', { 'main.js': useLoadingWorker, 'worker.js': loadingWorker });
  withWebpack('web worker with a shared WebAssembly.Module', {
    'main.js': useWorker("new URL('tencent-chat-groups/groups.wasm', import.meta.url)"),
    'worker.js': worker,
  });

  const rollup = (run) => run(node('node-24'), [tool('rollup/dist/bin/rollup'), '--config', '--silent']);
  const rollupConfig = (...plugins) => `
    import { createRequire } from 'node:module';
    const require = createRequire('${tool('')}');
    const { nodeResolve } = require('@rollup/plugin-node-resolve');
    const { importMetaAssets } = require('@web/rollup-plugin-import-meta-assets');
    export default {
      input: 'main.js', output: { dir: 'dist', format: 'es' }, plugins: [nodeResolve({ browser: true }), ${plugins}],
    };`;
  builds(
    `Rollup ${versionOf('rollup')}`,
    'import, with @web/rollup-plugin-import-meta-assets',
    {
      'index.html': page,
      'main.js': listing('tencent-chat-groups'),
      'rollup.config.mjs': rollupConfig('importMetaAssets()'),
    },
    rollup,
  );
  builds(
    `Rollup ${versionOf('rollup')}`,
    '/inline',
    { 'index.html': page, 'main.js': listing('tencent-chat-groups/inline'), 'rollup.config.mjs': rollupConfig() },
    rollup,
  );

  const esbuild =
    (...flags) =>
    (run) =>
      run(tool('esbuild/bin/esbuild'), ['main.js', '--bundle', '--outdir=dist', '--log-level=error', ...flags]);
  const program = `esbuild ${versionOf('esbuild')}`;
  builds(
    program,
    'init({ wasm }) with the file loader',
    {
      'index.html': classic,
      'main.js': `import wasm from 'tencent-chat-groups/groups.wasm';
        import { init } from 'tencent-chat-groups';
        ${listing('tencent-chat-groups').replace('\nlistAllGroups(', '\ninit({ wasm }).catch(fail);\nlistAllGroups(')}`,
    },
    esbuild('--loader:.wasm=file'),
  );
  builds(program, '/inline', { 'index.html': classic, 'main.js': listing('tencent-chat-groups/inline') }, esbuild());
  proves(section, program, 'the error says what a classic script needs', () =>
    inProject({ 'dist/index.html': classic, 'main.js': listing('tencent-chat-groups') }, async ({ folder, run }) => {
      await esbuild()(run);
      const { shown } = await open(join(folder, 'dist'), (url) => visit(browser, url));
      assert.match(
        shown,
        /^LoadError: .*import\.meta\.url is not known.*init\(\{ wasm \}\).*tencent-chat-groups\/inline/,
      );
    }),
  );
  builds(
    `Bun ${versionOf('bun')}`,
    'bun build, /inline',
    { 'index.html': page, 'main.js': listing('tencent-chat-groups/inline') },
    (run) => run(tool('bun/bin/bun.exe'), ['build', 'main.js', '--outdir', 'dist']),
  );

  const importMap = (entry) =>
    html(`<script type="importmap">
    { "imports": { "tencent-chat-groups": "./node_modules/tencent-chat-groups/js/${entry}.js" } }
    </script>${asModule}`);
  for (const [how, entry] of [
    ['an import map', 'browser'],
    ['an import map, /inline', 'inline-browser'],
  ]) {
    proves(section, 'No bundler', how, () =>
      inProject({ 'index.html': importMap(entry), 'main.js': listing('tencent-chat-groups') }, ({ folder }) =>
        open(folder, (url) => assertListsGroups(browser, url)),
      ),
    );
  }
});
