// A framework with a server: the project is built, then a route lists with the key and a page lists behind a signing
// proxy.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { launchChromium } from '../../support/chromium.js';
import { startSigningHop } from '../../support/signing-hop.js';
import { documentedEnv, documentedFiles } from './documented.js';
import { assertAllGroups, startCompatSandbox } from './expected.js';
import { startFront } from './front.js';
import { assertListsGroups, assertNothingSigns } from './page.js';
import { openProject } from './project.js';
import { proves } from './proof.js';
import { userSigsIn } from './secrets.js';
import { startServer } from './server.js';
import { lockedVersion, node } from './tools.js';

export const inline = (code) => code.replace("'tencent-chat-groups'", "'tencent-chat-groups/inline'");

/**
 * Tests a framework. Its route is the documented one, at `route.file` and `route.url`, and returns the IDs as JSON.
 * @param {{ name: string, folder: string, package: string, files: Record<string, string>, route: { file: string, url: string },
 *   pages: Record<string, string>, build: string[], start: string[], output: string, client: string, env?: object }} framework
 *   pages: URL by what it is; build and start: arguments of Node.js; output and client: folders that the build writes
 */
export function testFramework(framework) {
  const { name, folder, files, route, pages, build, start, output, client } = framework;
  describe(name, () => {
    const closing = [];
    let browser;
    let front;
    let project;
    before(async () => {
      const sandbox = await startCompatSandbox();
      closing.push(() => sandbox.stop());
      browser = await launchChromium();
      closing.push(() => browser.close());
      const hop = await startSigningHop('.', sandbox.options);
      closing.push(() => hop.stop());
      const documented = documentedFiles(name);
      const code = documented[route.file];
      const all = { ...files, ...documented, [route.file.replace('groups', 'inline')]: inline(code) };
      project = await openProject(all, folder);
      closing.push(() => project.remove());
      const path = `${join(node('node-24'), '..')}:${process.env.PATH}`;
      const env = { PATH: path, ...framework.env };
      await project.run(node('node-24'), build, env);
      const server = await startServer(node('node-24'), start, {
        cwd: project.folder,
        env: { HOST: '127.0.0.1', PORT: '0', ...env, ...documentedEnv(sandbox.options) },
      });
      closing.push(() => server.stop());
      front = await startFront(server.origin, hop.origin);
      closing.push(() => front.stop());
    });
    after(async () => {
      for (const close of closing.reverse()) await close();
    });

    const proof = (how, run) => proves('1-frameworks', `${name} ${lockedVersion(folder, framework.package)}`, how, run);

    for (const [how, url] of [
      ['server route', route.url],
      ['server route, /inline', route.url.replace('groups', 'inline')],
    ])
      proof(how, async () => {
        const ids = await (await fetch(front.origin + url)).json();
        assertAllGroups(ids.join('\n'));
      });
    for (const [how, url] of Object.entries(pages)) proof(how, () => assertListsGroups(browser, front.origin + url));
    proof('nothing that signs is sent to pages, and no UserSig is stored', async () => {
      await assertNothingSigns(join(project.folder, client), project.folder);
      assert.deepEqual(await userSigsIn(join(project.folder, output), project.folder), []);
    });
  });
}
