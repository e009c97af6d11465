// Programs as Electron's: a main process that has the key, a page from a file that has none, and a preload script
// between.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { launchChromium } from '../support/chromium.js';
import { startSigningHop } from '../support/signing-hop.js';
import { electronModule, runProgram } from './support/electron.js';
import { assertAllGroups, startCompatSandbox } from './support/expected.js';
import { assertFitForBrowsers, html, show } from './support/page.js';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const section = '5-electron';

// The whole listing is made in the main process; the page gets the IDs.
const preload = `
const { contextBridge, ipcRenderer } = require('electron');
contextBridge.exposeInMainWorld('chat', {
  listGroups: () => ipcRenderer.invoke('list-groups'),
  post: (url, body) => ipcRenderer.invoke('post', url, body),
});`;
const open = `
app.whenReady().then(() => {
  new BrowserWindow({ webPreferences: { preload: join(__dirname, 'preload.cjs') } }).loadFile(process.env.PAGE);
});`;
const mainThatLists = `
const { join } = require('node:path');
const { app, BrowserWindow, ipcMain } = require('electron');
const { listAllGroups } = require('tencent-chat-groups');
ipcMain.handle('list-groups', async () => {
  const { groupIds } = await listAllGroups({ ...JSON.parse(process.env.OPTIONS), limit: 1000, minIntervalMs: 0 });
  return groupIds;
});${open}`;

// The page lists by itself through a signing proxy; its calls are passed on by the main process, which CORS does not
// bind.
const mainThatPosts = `
const { join } = require('node:path');
const { app, BrowserWindow, ipcMain } = require('electron');
ipcMain.handle('post', async (_event, url, body) => {
  const response = await fetch(url, { method: 'POST', body });
  return { status: response.status, body: await response.text() };
});${open}`;
const pageThatLists = (entry) => `
import { listAllGroups } from '${entry}';
${show}
const viaMain = async (url, { body }) => {
  const answer = await window.chat.post(url, body);
  return new Response(answer.body, { status: answer.status });
};
const proxy = 'PROXY';
listAllGroups({ proxy, fetch: viaMain, limit: 1000, minIntervalMs: 0 }).then((all) => show(all.groupIds.join('\\n')), fail);`;

describe('programs as Electron has them', () => {
  let sandbox;
  let hop;
  let plain;
  let privileged;
  before(async () => {
    sandbox = await startCompatSandbox();
    hop = await startSigningHop('.', sandbox.options);
    plain = await launchChromium();
    privileged = await launchChromium(['--allow-file-access-from-files']); // Electron gives pages from files the like
  });
  after(async () => {
    await plain?.close();
    await privileged?.close();
    await hop?.stop();
    await sandbox.stop();
  });

  const files = {
    'stand-in/electron/index.js': electronModule,
    'preload.cjs': preload,
  };
  const shownIn = (page) => page.textContent('pre');

  for (const name of ['node-20-first', 'node-22', 'node-24']) {
    proves(
      section,
      `Main process (Node.js ${versionOf(name)})`,
      'lists with the key, and the page shows the groups',
      () =>
        inProject(
          {
            ...files,
            'main.cjs': mainThatLists,
            'index.html': html(
              `<script>${show}window.chat.listGroups().then((all) => show(all.join('\\n')), fail);</script>`,
            ),
          },
          ({ folder }) =>
            runProgram(
              {
                folder,
                main: 'main.cjs',
                execPath: node(name),
                env: { OPTIONS: JSON.stringify(sandbox.options), PAGE: 'index.html' },
              },
              plain,
              async (page) => {
                assertAllGroups(await shownIn(page));
                assert.equal(await page.evaluate(() => typeof process + typeof require), 'undefinedundefined');
              },
            ),
        ),
    );
  }

  proves(
    section,
    'Renderer (Chromium, from a file)',
    `webpack's target electron-renderer takes no code for Node.js`,
    () =>
      inProject({ 'main.js': "import { init } from 'tencent-chat-groups'; init();" }, async ({ folder, run }) => {
        const args = ['--entry', './main.js', '--mode', 'production', '--target', 'electron-renderer'];
        await run(node('node-24'), [tool('webpack/bin/webpack.js'), ...args]);
        await assertFitForBrowsers(join(folder, 'dist'), folder);
      }),
  );

  const pages = (how, entry, build, browser, check) =>
    proves(section, 'Renderer (Chromium, from a file)', how, () =>
      inProject(
        {
          ...files,
          'main.cjs': mainThatPosts,
          'main.js': pageThatLists(entry).replace('PROXY', hop.origin),
          'index.html': html('<script type="module" src="./main.js"></script>'),
          'classic.html': html('<script defer src="./dist/main.js"></script>'),
        },
        async ({ folder, run }) => {
          const page = await build(run);
          await runProgram(
            { folder, main: 'main.cjs', execPath: node('node-22'), env: { PAGE: page } },
            browser(),
            check,
          );
        },
      ),
    );
  const lists = async (page) => assertAllGroups(await shownIn(page));
  const vite = async (run) => {
    await run(node('node-24'), [tool('vite/bin/vite.js'), 'build', '--base', './', '--logLevel', 'warn']);
    return 'dist/index.html';
  };
  const esbuild = async (run) => {
    await run(tool('esbuild/bin/esbuild'), ['main.js', '--bundle', '--outdir=dist', '--log-level=error']);
    return 'classic.html';
  };
  const webpack = async (run) => {
    const args = ['--entry', './main.js', '--mode', 'production', '--target', 'web'];
    await run(node('node-24'), [tool('webpack/bin/webpack.js'), ...args]);
    return 'classic.html';
  };
  const withVite = `built with Vite ${versionOf('vite')}`;
  const withWebpack = `built with webpack ${versionOf('webpack')}`;
  pages(`${withVite}, files readable`, 'tencent-chat-groups', vite, () => privileged, lists);
  pages(`${withWebpack}, files readable`, 'tencent-chat-groups', webpack, () => privileged, lists);
  pages(
    `built with esbuild ${versionOf('esbuild')}, /inline, files not readable`,
    'tencent-chat-groups/inline',
    esbuild,
    () => plain,
    lists,
  );
  pages(`${withWebpack}, /inline, files not readable`, 'tencent-chat-groups/inline', webpack, () => plain, lists);
  pages(
    `${withWebpack}, files not readable: the error names /inline`,
    'tencent-chat-groups',
    webpack,
    () => plain,
    async (page) =>
      assert.match(
        await shownIn(page),
        /^LoadError: .* from file:.*\.wasm: a page may not read this file\. Import tencent-chat-groups\/inline/,
      ),
  );
});
