// Next.js. Its fetch stores answers under their URL, UserSig included, unless the request forbids it.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { launchChromium } from '../../support/chromium.js';
import { startSigningHop } from '../../support/signing-hop.js';
import { documentedEnv, documentedFiles } from '../support/documented.js';
import { assertAllGroups, groupIds, startCompatSandbox } from '../support/expected.js';
import { assertListsGroups, assertNothingSigns } from '../support/page.js';
import { openProject } from '../support/project.js';
import { proves } from '../support/proof.js';
import { userSigsIn } from '../support/secrets.js';
import { startServer } from '../support/server.js';
import { lockedVersion, node } from '../support/tools.js';

const pageOf = (render, more) => `import { list } from '../list.js';
${more}
export default async function Page() { return <pre>{btoa(encodeURIComponent(await ${render}))}</pre>; }`;

const layout = `
export default function Layout({ children }) {
  return <html lang="en"><head><link rel="icon" href="data:,"/></head><body>{children}</body></html>;
}`;
const list = (entry) => `import { listAllGroups } from '${entry}';
const options = { ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 };
export const list = async () => (await listAllGroups(options)).groupIds.join('\\n');`;
const client = (entry) => `'use client';
import { useEffect, useState } from 'react';
import { listAllGroups } from '${entry}';
export default function Page() {
  const [shown, show] = useState('');
  useEffect(() => {
    listAllGroups({ proxy: '/chat', limit: 1000, minIntervalMs: 0 })
      .then(({ groupIds }) => show(groupIds.join('\\n')), (error) => show(error.name + ': ' + error.message))
      .then(() => { document.title = 'done'; });
  }, []);
  return <pre>{shown}</pre>;
}`;
const route = `import { list } from '../list.js';
export const GET = async () => new Response(await list());`;

// Stores a URL that holds a UserSig, as every call of fetch does that does not forbid it: the search has to find it.
const control = `
export const dynamic = 'force-static';
export default async function Page() {
  return <pre>{await (await fetch(process.env.CONTROL, { method: 'POST', body: '{}' })).text()}</pre>;
}`;

const pages = {
  'app/layout.js': layout,
  'app/api/route.js': route,
  'app/on-request/page.js': pageOf('list()', ''), // the build tries it, and learns that it must not
  'app/while-building/page.js': pageOf('list()', "export const dynamic = 'force-static';"),
  'app/cached/page.js': pageOf(
    'cached()',
    "import { unstable_cache } from 'next/cache'; const cached = unstable_cache(list, ['groups']);",
  ),
  'app/control/page.js': control,
};
const withCacheComponents = {
  'app/layout.js': layout,
  'app/api/route.js': route,
  'app/on-request/page.js': `import { Suspense } from 'react'; import { list } from '../list.js';
    async function List() { return <pre>{btoa(encodeURIComponent(await list()))}</pre>; }
    export default function Page() { return <Suspense fallback="listing"><List/></Suspense>; }`,
  'app/while-building/page.js': pageOf('cached()', "async function cached() { 'use cache'; return await list(); }"),
};

const config = (settings) => `import documented from './documented.config.mjs';
export default {
  ...${settings},
  rewrites: async () => [{ source: '/chat/:path*', destination: process.env.SERVICE + '/:path*' }],
};`;
const documented = documentedFiles('Next.js');
const external = 'documented';
const main = 'tencent-chat-groups';
const inline = 'tencent-chat-groups/inline';

describe('Next.js', () => {
  let sandbox;
  let hop;
  let browser;
  let project;
  let env;
  before(async () => {
    sandbox = await startCompatSandbox();
    hop = await startSigningHop('.', sandbox.options);
    browser = await launchChromium();
    project = await openProject({}, 'next');
    env = {
      ...documentedEnv(sandbox.options),
      NEXT_TELEMETRY_DISABLED: '1',
      OPTIONS: JSON.stringify(sandbox.options),
      SERVICE: hop.origin,
      CONTROL: `${sandbox.options.endpoint}/v4/group_open_http_svc/get_appid_group_list?usersig=control`,
    };
  });
  after(async () => {
    await project?.remove();
    await browser?.close();
    await hop?.stop();
    await sandbox?.stop();
  });

  const next = 'node_modules/next/dist/bin/next';
  async function write(files, entry, settings) {
    for (const name of ['.next', 'app']) await rm(join(project.folder, name), { recursive: true, force: true });
    const page = documented['app/groups/page.js'].replace(`'${main}'`, `'${entry}'`);
    const groups = settings.includes('cacheComponents') ? page.replace('Page() {', "Page() { 'use cache';") : page;
    const made = { 'app/list.js': list(entry), 'app/client/page.js': client(entry), 'app/groups/page.js': groups };
    const all = { ...files, ...made };
    for (const [name, content] of Object.entries(all)) await project.write(name, content);
    await project.write('documented.config.mjs', documented['next.config.mjs']);
    await project.write('next.config.mjs', config(settings));
  }

  async function build(files, entry, settings, flags) {
    await write(files, entry, settings);
    return await project.run(node('node-24'), [next, 'build', ...flags], env);
  }

  const serve = (command) =>
    startServer(node('node-24'), [next, command, '-H', '127.0.0.1', '-p', '0'], { cwd: project.folder, env });

  /** Reads a page that has the IDs as its text. */
  async function assertListsOnServer(origin, path) {
    const html = await (await fetch(origin + path)).text();
    assertAllGroups(decodeURIComponent(atob(/<pre>([^<]*)<\/pre>/.exec(html)[1])));
  }

  const proof = (how, run) => proves('1-frameworks', `Next.js ${lockedVersion('next', 'next')}`, how, run);

  const works = (how, files, entry, settings, flags = []) =>
    proof(how, async () => {
      const before = sandbox.calls.length;
      await build(files, entry, settings, flags);
      assert.ok(sandbox.calls.length > before, 'the build listed nothing');
      const { folder } = project;
      await assertNothingSigns(join(folder, '.next/static'), folder);
      const server = await serve('start');
      try {
        assertAllGroups(await (await fetch(`${server.origin}/api`)).text());
        for (const path of Object.keys(files).filter((name) => name.endsWith('page.js') && !name.includes('control'))) {
          await assertListsOnServer(server.origin, path.replace(/^app(.*)\/page.js/, '$1'));
        }
        const html = await (await fetch(`${server.origin}/groups`)).text();
        assert.equal(html.split('<li>').length - 1, groupIds.length);
        await assertListsGroups(browser, `${server.origin}/client`);
      } finally {
        await server.stop();
      }
      const stored = await userSigsIn(join(folder, '.next'), folder);
      const controls = stored.filter((found) => found.endsWith('usersig=control'));
      assert.equal(controls.length > 0, 'app/control/page.js' in files, 'the search finds what is stored');
      assert.deepEqual(stored, controls);
    });

  works('Turbopack, serverExternalPackages', pages, main, external);
  works('Turbopack, /inline', pages, inline, '{}');
  works('webpack, serverExternalPackages', pages, main, external, ['--webpack']);
  works('webpack, /inline', pages, inline, '{}', ['--webpack']);
  const cacheComponents = '{ cacheComponents: true, partialPrefetching: true }';
  const both = cacheComponents.replace('{', '{ ...documented,');
  works('cacheComponents, serverExternalPackages', withCacheComponents, main, both);
  works('cacheComponents, /inline', withCacheComponents, inline, cacheComponents);

  proof('next dev, serverExternalPackages', async () => {
    await write(pages, main, external);
    const server = await serve('dev');
    try {
      assertAllGroups(await (await fetch(`${server.origin}/api`)).text());
      await assertListsOnServer(server.origin, '/on-request');
      await assertListsGroups(browser, `${server.origin}/client`);
    } finally {
      await server.stop();
    }
    assert.deepEqual(await userSigsIn(join(project.folder, '.next'), project.folder), []);
  });

  proof('the error names /inline where the package is bundled for the server', () =>
    assert.rejects(build(pages, main, '{}', []), /LoadError: .*import tencent-chat-groups\/inline/),
  );
});
