// Company networks: a proxy that the environment names, and certificates of a CA that Node.js does not know.
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe } from 'node:test';
import { startTlsService, startTunnel } from './support/company.js';
import { documentedFiles } from './support/documented.js';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const list = (prelude, more = '') => `${prelude}
import { listAllGroups } from 'tencent-chat-groups';
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0, maxRetries: 0 };
await listAllGroups({ ...options, ${more} }).then(
  ({ groupIds }) => console.log(groupIds.join('\\n')),
  ({ name, code, hint }) => console.log(JSON.stringify({ name, code, hint })),
);`;

const files = {
  ...documentedFiles('Company networks', '##'),
  'list.mjs': list(''),
  'global.mjs': list("import './undici-global.mjs';"),
  'option.mjs': list("import { viaProxy } from './undici-option.mjs';", 'fetch: viaProxy'),
};

describe('company networks', () => {
  let sandbox;
  let service;
  let tunnel;
  before(async () => {
    sandbox = await startCompatSandbox();
    service = await startTlsService(sandbox.options);
    tunnel = await startTunnel();
  });
  beforeEach(() => {
    tunnel.seen.length = 0;
  });
  after(async () => {
    await tunnel?.stop();
    await service?.stop();
    await sandbox?.stop();
  });

  const run = (name, script, env) =>
    inProject(files, async ({ folder, run }) => {
      await symlink(tool('undici'), join(folder, 'node_modules/undici'));
      const options = JSON.stringify({ ...sandbox.options, endpoint: service.origin });
      return await run(node(name), [script], { OPTIONS: options, ...env });
    });
  const proof = (name, how, check) => proves('8-network', `Node.js ${versionOf(name)}`, how, check);

  for (const name of ['node-20', 'node-22', 'node-24', 'node-26']) {
    proof(name, 'NODE_EXTRA_CA_CERTS', async () => {
      assertAllGroups(await run(name, 'list.mjs', { NODE_EXTRA_CA_CERTS: service.ca }));
      assert.deepEqual(tunnel.seen, []);
    });
    proof(name, 'the error names NODE_EXTRA_CA_CERTS', async () => {
      const { hint, ...rest } = JSON.parse(await run(name, 'list.mjs', {}));
      assert.deepEqual(rest, { name: 'NetworkError', code: 'SELF_SIGNED_CERT_IN_CHAIN' });
      assert.match(hint, /NODE_EXTRA_CA_CERTS/);
    });
    if (name === 'node-20') continue; // it knows no NODE_USE_ENV_PROXY, and undici needs Node.js 22
    for (const [how, script, env] of [
      ['NODE_USE_ENV_PROXY and HTTPS_PROXY', 'list.mjs', { NODE_USE_ENV_PROXY: '1' }],
      [`EnvHttpProxyAgent of undici ${versionOf('undici')}, as the global dispatcher`, 'global.mjs', {}],
      [`EnvHttpProxyAgent of undici ${versionOf('undici')}, in the option fetch`, 'option.mjs', {}],
    ])
      proof(name, how, async () => {
        const proxied = { HTTPS_PROXY: tunnel.origin, NODE_EXTRA_CA_CERTS: service.ca };
        assertAllGroups(await run(name, script, { ...proxied, ...env }));
        const { host } = new URL(service.origin);
        assert.deepEqual([...new Set(tunnel.seen)], [`CONNECT ${host}`]); // so no UserSig
      });
  }
});
