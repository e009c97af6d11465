// Package managers that lay out packages in ways of their own: pnpm links them, and Yarn reads them from zip files
// (Plug'n'Play).
import assert from 'node:assert/strict';
import { access, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe } from 'node:test';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { runIn, tarball } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const list = `
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 };
listAllGroups(options).then(({ groupIds }) => console.log(groupIds.join('\\n')));`;
const scripts = {
  'import.mjs': `import { listAllGroups } from 'tencent-chat-groups';${list}`,
  'inline.mjs': `import { listAllGroups } from 'tencent-chat-groups/inline';${list}`,
  'require.cjs': `const { listAllGroups } = require('tencent-chat-groups');${list}`,
};

const managers = [
  {
    program: `pnpm ${versionOf('pnpm')}`,
    path: tool('pnpm/bin/pnpm.mjs'),
    install: ['install', '--offline'],
    exec: ['exec'],
    files: { 'pnpm-workspace.yaml': 'storeDir: store\n' },
    unpacked: true,
  },
  {
    program: `Yarn ${versionOf('@yarnpkg/cli-dist')} (Plug'n'Play)`,
    path: tool('@yarnpkg/cli-dist/bin/yarn.js'),
    install: ['install'],
    exec: ['exec'],
    files: {
      'yarn.lock': '',
      '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\nenableNetwork: false\nenableGlobalCache: false\n',
    },
    unpacked: false,
  },
];

for (const { program, path, install, exec, files, unpacked } of managers)
  describe(program, () => {
    let sandbox;
    let folder;
    let run;
    before(async () => {
      sandbox = await startCompatSandbox();
      folder = await realpath(await mkdtemp(join(tmpdir(), 'tencent-chat-groups-')));
      const manifest = { private: true, dependencies: { 'tencent-chat-groups': `file:${tarball}` } };
      const all = { 'package.json': JSON.stringify(manifest), ...files, ...scripts };
      for (const [name, content] of Object.entries(all)) await writeFile(join(folder, name), content);
      const env = {
        PATH: [dirname(node('node-24')), process.env.PATH].join(delimiter),
        HOME: folder,
        OPTIONS: JSON.stringify(sandbox.options),
      };
      run = (...args) => runIn(folder, node('node-24'), [path, ...args], env);
      await run(...install);
    });
    after(async () => {
      await sandbox?.stop();
      if (folder) await rm(folder, { recursive: true });
    });

    const proof = (how, check) => proves('1-runtimes-managers', program, how, check);
    for (const [how, script] of [
      ['import', 'import.mjs'],
      ['import of /inline', 'inline.mjs'],
      ['require()', 'require.cjs'],
    ])
      proof(how, async () => assertAllGroups(await run(...exec, 'node', script)));
    proof('the command line', async () => {
      assert.equal(await run(...exec, 'tencent-chat-groups', 'count', '--sandbox'), '25000\n');
      const there = await access(join(folder, 'node_modules/tencent-chat-groups')).then(
        () => true,
        () => false,
      );
      assert.equal(there, unpacked);
    });
  });
