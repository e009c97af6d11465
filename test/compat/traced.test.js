// A deployment that holds only what a file tracer found, as serverless platforms and server frameworks make it: Vercel,
// Nitro and Next.js trace with @vercel/nft. With moduleSyncCatchall, as Next.js has it, it knows that Node.js 20.19 can
// require ES modules.
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { inProject, runIn } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const list = `
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 };
listAllGroups(options).then(({ groupIds }) => console.log(groupIds.join('\\n')));`;

const trace = `
const { nodeFileTrace } = require('${tool('@vercel/nft')}');
nodeFileTrace([process.argv[2]], { moduleSyncCatchall: true }).then(({ fileList, warnings }) => {
  console.log(JSON.stringify({ files: [...fileList], warnings: [...warnings].map(String) }));
});`;

describe('a traced deployment', () => {
  let sandbox;
  before(async () => {
    sandbox = await startCompatSandbox();
  });
  after(() => sandbox.stop());

  for (const [how, main, content] of [
    ['import', 'main.mjs', `import { listAllGroups } from 'tencent-chat-groups';${list}`],
    ['require()', 'main.cjs', `const { listAllGroups } = require('tencent-chat-groups');${list}`],
    ['import of /inline', 'main.mjs', `import { listAllGroups } from 'tencent-chat-groups/inline';${list}`],
    ['require() of /inline', 'main.cjs', `const { listAllGroups } = require('tencent-chat-groups/inline');${list}`],
  ]) {
    const nodes = ['node-20-first', 'node-20', 'node-24'];
    const program = `@vercel/nft ${versionOf('@vercel/nft')}`;
    proves('7-traced', program, `${how}, in Node.js ${nodes.map(versionOf).join(', ')}`, () =>
      inProject({ [main]: content, 'trace.cjs': trace }, async ({ folder, run }) => {
        for (const name of nodes) {
          const { files, warnings } = JSON.parse(await run(node(name), ['trace.cjs', main]));
          assert.deepEqual(warnings, []);
          const deployment = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
          try {
            for (const file of files) await cp(join(folder, file), join(deployment, file));
            assertAllGroups(await runIn(deployment, node(name), [main], { OPTIONS: JSON.stringify(sandbox.options) }));
          } finally {
            await rm(deployment, { recursive: true });
          }
        }
      }),
    );
  }
});
