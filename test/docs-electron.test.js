// The files of docs/guide/electron.md, as they stand there: main and preload script with a stand-in for Electron's
// modules, the window in a real Chromium. Electron itself is not run.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandboxGroups } from '../scripts/programs/sandbox.mjs';
import { launchChromium } from './support/chromium.js';
import { startFront } from './support/front.js';
import { PageFolder, sandboxFlags } from './support/page-folder.js';
import { places, root, snippetsOf } from './support/snippets.js';
import './support/to-sandbox.js';

const [page] = places.electron;

describe(page, () => {
  let folder;
  let electron;
  let front;
  let browser;
  let secretKey;
  let groupIds;
  const loadMain = (query = '') => import(pathToFileURL(join(folder.path, 'main.mjs')).href + query);

  before(async () => {
    groupIds = (await sandboxGroups(sandboxFlags)).map(({ groupId }) => groupId);
    folder = await PageFolder.open();
    secretKey = folder.sandbox.options.secretKey;
    process.env.SANDBOX_ENDPOINT = folder.sandbox.options.endpoint;
    for (const { file, code } of await snippetsOf(page)) if (file !== undefined) await folder.save(file, code);
    const stub = join(folder.path, 'node_modules', 'electron');
    await mkdir(stub);
    await writeFile(join(stub, 'index.js'), await readFile(join(root, 'test/support/electron-stand-in.cjs')));
    electron = createRequire(join(folder.path, 'x.cjs'))('electron');
    electron.stand.userData = folder.path;
    await writeFile(join(folder.path, 'chat-key'), electron.safeStorage.encryptString(secretKey));
    await loadMain();
    const loaded = once(electron.app, 'loaded');
    electron.stand.ready();
    await loaded;
    createRequire(join(folder.path, 'x.cjs'))('./preload.cjs');
    front = await startFront(folder.path, '');
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await front?.stop();
    await folder?.close();
  });

  it('the window is isolated and stays where it is', () => {
    const { windows } = electron.stand;
    assert.equal(windows.length, 1);
    const { preload, ...preferences } = windows[0].options.webPreferences;
    assert.deepEqual(preferences, { contextIsolation: true, sandbox: true, nodeIntegration: false });
    assert.equal(preload, join(folder.path, 'preload.cjs'));
    const { webContents } = windows[0];
    let prevented = false;
    webContents.emit('will-navigate', {
      preventDefault() {
        prevented = true;
      },
    });
    assert.equal(prevented, true);
    assert.deepEqual(webContents.windowOpenHandler({ url: 'https://evil.example' }), { action: 'deny' });
  });

  it('the preload script hands over four functions and nothing else', () => {
    assert.deepEqual(Object.keys(electron.stand.exposed), ['groups']);
    const { groups } = electron.stand.exposed;
    assert.deepEqual(Object.keys(groups), ['count', 'list', 'stop', 'onProgress']);
    for (const one of Object.values(groups)) assert.equal(typeof one, 'function');
  });

  it('the window gets IDs and counts, and no part of key or signature', async () => {
    const { groups } = electron.stand.exposed;
    const progress = [];
    groups.onProgress((...args) => progress.push(args));
    const got = [await groups.count('Community'), await groups.list(), progress];
    assert.deepEqual(got[0], { value: 936 });
    assert.deepEqual(got[1], { value: { groupIds, totalCount: 12_000, complete: true } });
    assert.deepEqual(progress, [[{ groups: 10_000, totalCount: 12_000 }], [{ groups: 12_000, totalCount: 12_000 }]]);
    assert.ok(!JSON.stringify(got).includes(secretKey));
  });

  it('what the window sends is a group type and cannot be options', async () => {
    const { groups } = electron.stand.exposed;
    for (const sent of [{ endpoint: 'http://127.0.0.1:9' }, 'public', 7]) {
      const before = folder.sandbox.calls.length;
      const { value, error } = await groups.list(sent);
      assert.equal(value, undefined);
      assert.equal(error.kind, 'validation');
      assert.match(error.message, /^groupType must be/);
      assert.equal(folder.sandbox.calls.length, before);
    }
  });

  it('errors come as plain data, without the key', async () => {
    await writeFile(join(folder.path, 'chat-key'), electron.safeStorage.encryptString('wrong-key'));
    try {
      const { error } = await electron.stand.exposed.groups.count();
      assert.deepEqual(Object.keys(error), ['kind', 'message', 'checkpoint']);
      assert.match(error.message, /^The server answered with error 70009/);
      assert.ok(!JSON.stringify(error).includes('wrong-key'));
    } finally {
      await writeFile(join(folder.path, 'chat-key'), electron.safeStorage.encryptString(secretKey));
    }
  });

  it('another page gets no answer', async () => {
    const { handlers, windows } = electron.stand;
    assert.deepEqual([...handlers.keys()], ['groups:count', 'groups:list', 'groups:stop']);
    for (const handler of handlers.values()) {
      for (const senderFrame of [{ url: 'https://evil.example/index.html' }, null]) {
        const before = folder.sandbox.calls.length;
        await assert.rejects(handler({ sender: windows[0].webContents, senderFrame }), /another page is asking/);
        assert.equal(folder.sandbox.calls.length, before);
      }
    }
  });

  it('--store-key keeps the key encrypted, and says when there is none', async () => {
    process.argv.push('--store-key');
    const { handlers, windows } = electron.stand;
    const before = [...handlers];
    handlers.clear();
    try {
      delete process.env.TENCENT_CHAT_SECRET_KEY;
      const failed = once(electron.app, 'exit');
      await loadMain('?without-a-key');
      assert.deepEqual(await failed, [1]);
      handlers.clear();
      process.env.TENCENT_CHAT_SECRET_KEY = secretKey;
      const quit = once(electron.app, 'quit');
      await loadMain('?with-a-key');
      await quit;
      const kept = await readFile(join(folder.path, 'chat-key'));
      assert.equal(electron.safeStorage.decryptString(kept), secretKey);
      assert.ok(!kept.includes(secretKey));
      assert.equal(windows.length, 1);
    } finally {
      process.argv.pop();
      delete process.env.TENCENT_CHAT_SECRET_KEY;
      handlers.clear();
      for (const [channel, handler] of before) handlers.set(channel, handler);
    }
  });

  it('the page lists, shows progress and stops', async () => {
    const { groups } = electron.stand.exposed;
    const window = await browser.newPage();
    const trouble = [];
    window.on('console', (message) => trouble.push(message.text()));
    window.on('pageerror', (error) => trouble.push(String(error)));
    try {
      for (const name of ['count', 'list', 'stop']) await window.exposeFunction(`_${name}`, groups[name]);
      await window.addInitScript(() => {
        window.groups = {
          count: window._count,
          list: window._list,
          stop: window._stop,
          onProgress: (callback) => {
            window._progress = callback;
          },
        };
      });
      groups.onProgress((progress) => window.evaluate((value) => window._progress(value), progress));
      const status = (text) =>
        window.waitForFunction((wanted) => document.getElementById('status').textContent === wanted, text);
      await window.goto(`${front.origin}/index.html`);
      await window.click('#list');
      await status('12000 groups');
      assert.deepEqual((await window.textContent('#groups')).split('\n'), groupIds);
      const held = [];
      let calls = 0;
      const { fetch } = globalThis;
      globalThis.fetch = (...args) =>
        ++calls === 2 ? new Promise((resolve) => held.push(resolve)).then(() => Promise.reject()) : fetch(...args);
      try {
        await window.click('#list');
        await status('10000 of 12000');
        await window.click('#stop');
        await status('This operation was aborted');
      } finally {
        globalThis.fetch = fetch;
        for (const release of held) release();
      }
      assert.deepEqual(trouble, []);
    } finally {
      await window.close();
    }
  });
});
