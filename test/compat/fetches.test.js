// Libraries for Node.js whose fetch is given as the option fetch. Their bodies are streams of Node.js, or of their own.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { startLocalServer } from '../support/local-server.js';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const start = (library) => `
import { listAllGroups } from 'tencent-chat-groups';
import library from '${tool(library)}';
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 };`;

const lists = (library) => `${start(library)}
const { groupIds } = await listAllGroups({ ...options, fetch: library });
console.log(groupIds.join('\\n'));`;

// It ends only if no connection is left.
const stops = (library) => `${start(library)}
const nameOf = ({ name }) => name;
console.log(await listAllGroups({ ...options, fetch: library, maxRetries: 0, timeoutMs: 500 }).catch(nameOf));
const stop = new AbortController();
const fetch = async (url, init) => {
  const response = await library(url, init);
  setTimeout(() => stop.abort(), 20);
  return response;
};
console.log(await listAllGroups({ ...options, fetch, signal: stop.signal }).catch(nameOf));`;

describe('a library as the option fetch', () => {
  let sandbox;
  before(async () => {
    sandbox = await startCompatSandbox();
  });
  after(() => sandbox.stop());

  for (const [name, library] of [
    ['node-fetch-2', 'node-fetch-2/lib/index.js'],
    ['node-fetch', 'node-fetch/src/index.js'],
    ['cross-fetch', 'cross-fetch/dist/node-ponyfill.js'],
    ['make-fetch-happen', 'make-fetch-happen/lib/index.js'],
  ]) {
    const program = `${name.replace('-2', '')} ${versionOf(name)}`;
    const run = (script, options) =>
      inProject({ 'main.mjs': script }, ({ run }) =>
        run(node('node-24'), ['main.mjs'], { OPTIONS: JSON.stringify(options) }),
      );

    proves('8-fetch', program, 'lists', async () => assertAllGroups(await run(lists(library), sandbox.options)));

    proves('8-fetch', program, 'a timeout and an abort end a body that stalls', async () => {
      let asked = 0;
      const staller = await startLocalServer((_request, response) => {
        asked++;
        response.writeHead(200).write('{"ActionStatus":');
      });
      try {
        const options = { ...sandbox.options, endpoint: staller.origin };
        assert.equal(await run(stops(library), options), 'TimeoutError\nAbortError\n');
        assert.equal(asked, 2);
      } finally {
        await staller.stop();
      }
    });
  }
});
