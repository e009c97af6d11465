// The sandbox as its users start it: what it prints is what a listing takes.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { countGroups, createClient, listAllGroups } from '../js/node.js';
import { sandboxGroups } from '../scripts/programs/sandbox.mjs';
import { parse } from './support/snippets.js';

const fileAt = (path) => fileURLToPath(new URL(path, import.meta.url));
const flags = ['--groups', '300', '--interval', '0s'];

describe('the line that the sandbox prints', () => {
  let child;
  let line;
  let groups;
  before(async () => {
    child = spawn(fileAt('../build/sandbox'), ['--addr', '127.0.0.1:0', ...flags], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    [line] = await once(createInterface({ input: child.stdout }), 'line');
    groups = await sandboxGroups(flags);
  });
  after(() => child.kill());

  it('is the options of listAllGroups, as it is or with more options', async () => {
    const ids = groups.map(({ groupId }) => groupId);
    assert.deepEqual((await listAllGroups(JSON.parse(line))).groupIds, ids);
    const { groupIds, complete } = await listAllGroups({ ...JSON.parse(line), limit: 100, minIntervalMs: 0 });
    assert.deepEqual(groupIds, ids);
    assert.equal(complete, true);
    assert.equal(await countGroups(JSON.parse(line)), 300);
    assert.equal(await createClient(JSON.parse(line)).countGroups(), 300);
  });

  it('is passed on by the example of docs/sandbox.md', async () => {
    const page = await readFile(fileAt('../docs/sandbox.md'), 'utf8');
    const { code } = parse(page, 'docs/sandbox.md').find(({ language }) => language === 'js');
    const cwd = fileAt('..'); // where the package finds itself by its name
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', code, 'the script', line],
      { cwd },
    );
    assert.equal(stdout, `${groups.filter(({ type }) => type === 'Community').length}\n`);
  });
});
