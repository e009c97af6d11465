// Runtimes that need no bundler: every supported line of Node.js, from the first release on, Bun and Deno.
import { after, before, describe } from 'node:test';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const list = `
const options = JSON.parse(process.env.OPTIONS);
const print = ({ groupIds }) => console.log(groupIds.join('\\n'));
const fail = (error) => { console.error(error); process.exitCode = 1; };
listAllGroups({ ...options, limit: 1000, minIntervalMs: 0 }).then(print, fail);`;

const files = {
  'import.mjs': `import { listAllGroups } from 'tencent-chat-groups';${list}`,
  'inline.mjs': `import { listAllGroups } from 'tencent-chat-groups/inline';${list}`,
  'require.cjs': `const { listAllGroups } = require('tencent-chat-groups');${list}`,
  'inline.cjs': `const { listAllGroups } = require('tencent-chat-groups/inline');${list}`,
  'same.cjs': `import('tencent-chat-groups').then(({ listAllGroups: imported }) => {
    const { listAllGroups } = require('tencent-chat-groups');
    if (imported !== listAllGroups) throw new Error('there are two engines, with a pace each');${list}
  });`,
  'thread.mjs': `
    import { readFile } from 'node:fs/promises';
    import { createRequire } from 'node:module';
    import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
    import { init, listAllGroups } from 'tencent-chat-groups';
    if (isMainThread) {
      const path = createRequire(import.meta.url).resolve('tencent-chat-groups/groups.wasm');
      const module = await WebAssembly.compile(await readFile(path));
      const worker = new Worker(new URL(import.meta.url), { workerData: module });
      worker.on('message', (groupIds) => console.log(groupIds.join('\\n')));
    } else {
      await init({ wasm: workerData });
      const { groupIds } = await listAllGroups({ ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 });
      parentPort.postMessage(groupIds);
    }`,
};

describe('runtimes', () => {
  let sandbox;
  before(async () => {
    sandbox = await startCompatSandbox();
  });
  after(() => sandbox.stop());

  const lists = (program, how, command, args) =>
    proves('1-runtimes', program, how, () =>
      inProject(files, async ({ run }) => {
        assertAllGroups(await run(command, args, { OPTIONS: JSON.stringify(sandbox.options) }));
      }),
    );

  for (const name of ['node-20-first', 'node-20', 'node-22', 'node-24', 'node-26']) {
    const program = `Node.js ${versionOf(name)}`;
    lists(program, 'import', node(name), ['import.mjs']);
    lists(program, 'require()', node(name), ['require.cjs']);
    lists(program, 'import of /inline', node(name), ['inline.mjs']);
    lists(program, 'require() of /inline', node(name), ['inline.cjs']);
    if (name !== 'node-20-first') lists(program, 'import and require() give the same module', node(name), ['same.cjs']);
    lists(program, 'in a worker thread, with a shared WebAssembly.Module', node(name), ['thread.mjs']);
  }
  for (const [how, script] of [
    ['import', 'import.mjs'],
    ['require()', 'require.cjs'],
    ['import of /inline', 'inline.mjs'],
    ['import and require() give the same module', 'same.cjs'],
    ['in a worker thread, with a shared WebAssembly.Module', 'thread.mjs'],
  ]) {
    lists(`Bun ${versionOf('bun')}`, how, tool('bun/bin/bun.exe'), ['run', script]);
    const permissions = ['--allow-read', '--allow-env', '--allow-net=127.0.0.1'];
    lists(`Deno ${versionOf('deno')}`, how, tool('deno/deno'), [
      'run',
      '--node-modules-dir=manual',
      ...permissions,
      script,
    ]);
  }
});
