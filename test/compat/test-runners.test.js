// Tests of a user's program: Jest and Vitest's vmThreads run modules in a vm context, Jest without import(), and jsdom
// brings a document and takes globals away.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe } from 'node:test';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const section = '9-tests';

// What is tested in every runner, with its globals `test` and `expect`.
const tests = `
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0, fetch };
const failing = (more) => countGroups({ ...options, maxRetries: 0, ...more }).catch((error) => error);

test('lists', async () => {
  const { groupIds } = await listAllGroups(options);
  writeFileSync('groups.txt', groupIds.join('\\n'));
});
test('a mock answers', async () => {
  const page = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a"}],"Next":0}';
  const mock = async () => ({ status: 200, arrayBuffer: async () => Buffer.from(page) });
  expect(await countGroups({ ...options, fetch: mock })).toBe(1);
});
test('a wrong key is an ApiError with code, message and hint', async () => {
  const error = await failing({ secretKey: 'a'.repeat(64) });
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toBeInstanceOf(Error);
  const hint = expect.stringMatching(/secretKey/);
  expect(error).toMatchObject({ name: 'ApiError', kind: 'api', code: 70009, hint });
  expect(error.message).toMatch(/^The server answered with error 70009: /);
  expect(error.message).toContain(error.hint);
});
test('errors of fetch, which come from another realm, keep code and hint', async () => {
  const error = await failing({ endpoint: 'http://127.0.0.1:' + process.env.CLOSED_PORT });
  const hint = expect.stringMatching(/^Nothing listens/);
  expect(error).toMatchObject({ name: 'NetworkError', code: 'ECONNREFUSED', hint });
});`;

// Jest's environment jsdom has no fetch.
const jestTest = (entry) => `
const { writeFileSync } = require('node:fs');
const { ApiError, countGroups, listAllGroups } = require('${entry}');
const fetch = globalThis.fetch ?? require('${tool('node-fetch-2')}');
${tests}
test('another module is a LoadError', async () => {
  jest.resetModules();
  const wasm = Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]);
  await expect(require('${entry}').init({ wasm })).rejects.toMatchObject({ name: 'LoadError', retryable: false });
});
test('where there is no fetch, the error says so', async () => {
  if ('fetch' in globalThis) return;
  await expect(countGroups({ ...options, fetch: undefined })).rejects.toMatchObject({ code: 'ERR_NO_FETCH', attempts: 1 });
});`;

const vitestTest = (entry) => `
import { writeFileSync } from 'node:fs';
import { ApiError, countGroups, listAllGroups } from '${entry}';
${tests}`;

const environments = {
  'environment node': { testEnvironment: 'node' },
  "environment jsdom with customExportConditions: ['node']": {
    testEnvironment: tool('jest-environment-jsdom'),
    testEnvironmentOptions: { customExportConditions: ['node'] },
  },
};

const withDocument = (entry) => `
import { JSDOM } from '${tool('jsdom/lib/api.js')}';
const { window } = new JSDOM('', { url: 'http://localhost/' });
Object.assign(globalThis, { window, document: window.document });
const { listAllGroups } = await import('${entry}');
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 };
await listAllGroups(options).then(
  ({ groupIds }) => console.log(groupIds.join('\\n')),
  ({ message }) => console.log(message),
);`;

describe('test runners', () => {
  let sandbox;
  let closedPort;
  before(async () => {
    sandbox = await startCompatSandbox();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    closedPort = String(server.address().port);
    server.close();
    await once(server, 'close');
  });
  after(() => sandbox.stop());

  const env = () => ({ OPTIONS: JSON.stringify(sandbox.options), CLOSED_PORT: closedPort });

  for (const entry of ['tencent-chat-groups', 'tencent-chat-groups/inline']) {
    const how = `require()${entry.endsWith('inline') ? ' of /inline' : ''}`;
    for (const [environment, config] of Object.entries(environments)) {
      proves(section, `Jest ${versionOf('jest')}`, `${how}, ${environment}`, () =>
        inProject(
          { 'groups.test.js': jestTest(entry), 'jest.config.json': JSON.stringify({ transform: {}, ...config }) },
          async ({ run }) => {
            const output = await run(node('node-24'), [tool('jest/bin/jest.js'), '--ci', '--json'], env());
            const { success, numPassedTests } = JSON.parse(output);
            assert.deepEqual({ success, numPassedTests }, { success: true, numPassedTests: 6 });
            assertAllGroups(await run('cat', ['groups.txt']));
          },
        ),
      );
    }

    for (const environment of ['node', 'jsdom']) {
      const pools = ['forks', 'threads', 'vmThreads'];
      const how = `import${entry.endsWith('inline') ? ' of /inline' : ''}, environment ${environment}`;
      proves(section, `Vitest ${versionOf('vitest')}`, `${how}, pools ${pools.join(', ')}`, () =>
        inProject({ 'groups.test.js': vitestTest(entry) }, async ({ run }) => {
          for (const pool of pools) {
            const report = ['--reporter=json', '--outputFile=report.json'];
            const flags = ['--globals', '--pool', pool, '--environment', environment, ...report];
            await run(node('node-24'), [tool('vitest/vitest.mjs'), 'run', ...flags], env());
            const { success, numPassedTests } = JSON.parse(await run('cat', ['report.json']));
            assert.deepEqual({ pool, success, numPassedTests }, { pool, success: true, numPassedTests: 4 });
            assertAllGroups(await run('cat', ['groups.txt']));
            await run('rm', ['groups.txt']);
          }
        }),
      );
    }

    const program = `jsdom ${versionOf('jsdom')}`;
    const files = { 'main.mjs': withDocument(entry) };
    proves(section, program, `its document as a global, import of ${entry}`, () =>
      inProject(files, async ({ run }) => assertAllGroups(await run(node('node-24'), ['main.mjs'], env()))),
    );
    proves(section, program, `the error says that Node.js loaded the entry for browsers of ${entry}`, () =>
      inProject(files, async ({ run }) =>
        assert.match(
          await run(node('node-24'), ['--conditions=browser', 'main.mjs'], env()),
          /the package's entry for browsers,.* the condition node/,
        ),
      ),
    );
  }
});
