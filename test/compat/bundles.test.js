// Programs for Node.js and for Electron's main process, bundled into few files and run without node_modules. They list
// with a secretKey: the module that signs has to be found as well.
import assert from 'node:assert/strict';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const section = '4-bundles';

const list = `
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 };
listAllGroups(options).then(
  ({ groupIds }) => console.log(groupIds.join('\\n')),
  (error) => console.log(error.name + ': ' + error.message),
);`;
const importing = (entry) => `import { listAllGroups } from '${entry}';${list}`;
const requiring = (entry) => `const { listAllGroups } = require('${entry}');${list}`;

describe('bundles', () => {
  let sandbox;
  before(async () => {
    sandbox = await startCompatSandbox();
  });
  after(() => sandbox.stop());

  const bundled = (program, how, files, build, check = assertAllGroups) =>
    proves(section, program, how, () =>
      inProject(files, async ({ folder, run }) => {
        const out = await build(run, folder);
        await rm(join(folder, 'node_modules'), { recursive: true });
        check(await run(node('node-22'), [out], { OPTIONS: JSON.stringify(sandbox.options) }));
      }),
    );

  const esbuild =
    (format, ...flags) =>
    async (run) => {
      const out = format === 'cjs' ? 'out/main.cjs' : 'out/main.mjs';
      const fixed = [
        'main.js',
        '--bundle',
        '--platform=node',
        '--target=node22',
        '--log-level=error',
        `--format=${format}`,
      ];
      await run(tool('esbuild/bin/esbuild'), [...fixed, `--outfile=${out}`, ...flags]);
      return out;
    };
  const withEsbuild = (...how) => bundled(`esbuild ${versionOf('esbuild')}`, ...how);
  for (const format of ['cjs', 'esm']) {
    withEsbuild(`/inline, ${format}`, { 'main.js': importing('tencent-chat-groups/inline') }, esbuild(format));
    withEsbuild(
      `init({ wasm, signer }) with the binary loader, ${format}`,
      {
        'main.js': `import wasm from 'tencent-chat-groups/groups.wasm';
          import signer from 'tencent-chat-groups/usersig.wasm';
          import { init, listAllGroups } from 'tencent-chat-groups';
          init({ wasm, signer });${list}`,
      },
      esbuild(format, '--loader:.wasm=binary'),
    );
  }
  withEsbuild('require() of /inline, cjs', { 'main.js': requiring('tencent-chat-groups/inline') }, esbuild('cjs'));
  withEsbuild(
    'init({ wasm, signer }) with copied files, esm',
    {
      'main.js': `import { init, listAllGroups } from 'tencent-chat-groups';
        const beside = (name) => new URL(name, import.meta.url);
        init({ wasm: beside('groups.wasm'), signer: beside('usersig.wasm') });${list}`,
    },
    async (run, folder) => {
      const out = await esbuild('esm')(run);
      for (const name of ['groups.wasm', 'usersig.wasm']) {
        await copyFile(join(folder, 'node_modules/tencent-chat-groups/dist', name), join(folder, 'out', name));
      }
      return out;
    },
  );
  withEsbuild(
    'the error says what a CommonJS bundle needs',
    { 'main.js': importing('tencent-chat-groups') },
    esbuild('cjs'),
    (output) =>
      assert.match(
        output,
        /^LoadError: .*import\.meta\.url is not known.*init\(\{ wasm \}\).*tencent-chat-groups\/inline/,
      ),
  );
  withEsbuild(
    'the error says which file is missing, esm',
    { 'main.js': importing('tencent-chat-groups') },
    esbuild('esm'),
    (output) =>
      assert.match(
        output,
        /^LoadError: .*file:.*\/dist\/groups\.wasm: ENOENT.*init\(\{ wasm \}\).*tencent-chat-groups\/inline/,
      ),
  );
  withEsbuild(
    'the error says that the module that signs is missing',
    {
      'main.js': `import wasm from 'tencent-chat-groups/groups.wasm';
        import { init, listAllGroups } from 'tencent-chat-groups';
        init({ wasm });${list}`,
    },
    esbuild('esm', '--loader:.wasm=binary'),
    (output) => assert.match(output, /^LoadError: .*\/dist\/usersig\.wasm: ENOENT.*init\(\{ signer \}\)/),
  );

  for (const target of ['node', 'electron-main']) {
    for (const [how, content] of [
      ['import', importing('tencent-chat-groups')],
      ['require()', requiring('tencent-chat-groups')],
      ['/inline', importing('tencent-chat-groups/inline')],
      ['require() of /inline', requiring('tencent-chat-groups/inline')],
    ]) {
      bundled(`webpack ${versionOf('webpack')}`, `target ${target}, ${how}`, { 'main.js': content }, async (run) => {
        const args = ['--entry', './main.js', '--mode', 'production', '--target', target];
        await run(node('node-24'), [tool('webpack/bin/webpack.js'), ...args]);
        return 'dist/main.js';
      });
    }
  }

  for (const format of ['es', 'cjs']) {
    for (const [how, entry, plugin] of [
      ['import, with @web/rollup-plugin-import-meta-assets', 'tencent-chat-groups', 'importMetaAssets()'],
      ['/inline', 'tencent-chat-groups/inline', ''],
    ]) {
      bundled(
        `Rollup ${versionOf('rollup')}`,
        `${how}, ${format}`,
        {
          'main.js': importing(entry),
          'rollup.config.mjs': `
            import { createRequire } from 'node:module';
            const require = createRequire('${tool('')}');
            const { nodeResolve } = require('@rollup/plugin-node-resolve');
            const { importMetaAssets } = require('@web/rollup-plugin-import-meta-assets');
            const names = '[name].${format === 'es' ? 'mjs' : 'cjs'}';
            export default {
              input: 'main.js',
              output: { dir: 'dist', format: '${format}', entryFileNames: names, chunkFileNames: names },
              external: /^node:/,
              plugins: [nodeResolve({ exportConditions: ['node'] }), ${plugin}],
            };`,
        },
        async (run) => {
          await run(node('node-24'), [tool('rollup/dist/bin/rollup'), '--config', '--silent']);
          return format === 'es' ? 'dist/main.mjs' : 'dist/main.cjs';
        },
      );
    }
  }

  for (const name of ['vite', 'vite-7']) {
    bundled(
      `Vite ${versionOf(name)}`,
      'build for Node.js, /inline',
      {
        'main.js': importing('tencent-chat-groups/inline'),
        'vite.config.mjs': `export default { ssr: { noExternal: true }, build: { ssr: 'main.js' } };`,
        'package.json': '{ "private": true, "type": "module" }',
      },
      async (run) => {
        await run(node('node-24'), [tool(`${name}/bin/vite.js`), 'build', '--logLevel', 'warn']);
        return 'dist/main.js';
      },
    );
  }
});
