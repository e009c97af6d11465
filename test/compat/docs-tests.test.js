// The tests of docs/guide/testing.md, as they are there, in the test runners that they are for.
import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { places, snippetsOf } from '../support/snippets.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const [page] = places.tests;
const snippets = await snippetsOf(page);
const files = Object.fromEntries(snippets.map(({ file, code }) => [file, code]));

// Beside the project, where its imports and Jest look for them.
const installed = ['vitest', 'msw', 'jest-environment-jsdom'];

const inTests = (use) =>
  inProject(files, async (project) => {
    await mkdir(join(project.folder, 'node_modules'), { recursive: true });
    for (const name of installed) await symlink(tool(name), join(project.folder, 'node_modules', name));
    return await use(project);
  });

const passes = (json, tests) => {
  const { success, numPassedTests } = JSON.parse(json);
  assert.deepEqual({ success, numPassedTests }, { success: true, numPassedTests: tests });
};

describe(page, () => {
  const section = '9-tests-guide';
  for (const environment of ['node', 'jsdom'])
    proves(section, `Vitest ${versionOf('vitest')}`, `environment ${environment}`, () =>
      inTests(async ({ run }) => {
        const flags = ['--environment', environment, '--reporter=json', '--outputFile=report.json'];
        const only = ['groups.test.js', 'pace.test.js', 'msw.test.js'];
        await run(node('node-24'), [tool('vitest/vitest.mjs'), 'run', ...flags, ...only]);
        passes(await run('cat', ['report.json']), 4);
      }),
    );
  for (const [environment, flags] of [
    ['jsdom', []],
    ['node', ['--env=node']],
  ])
    proves(section, `Jest ${versionOf('jest')}`, `environment ${environment}`, () =>
      inTests(async ({ run }) => {
        const match = ['--testMatch', '**/*.test.cjs'];
        passes(await run(node('node-24'), [tool('jest/bin/jest.js'), '--ci', '--json', ...flags, ...match]), 2);
      }),
    );
});
