// The package in a real Chromium, as ES modules without a bundler, behind a hop that signs.
import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { launchChromium } from './support/chromium.js';
import { startSigningHop } from './support/signing-hop.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const flags = ['--groups', '2500', '--interval', '0s', '--seed', '3'];

describe('in a browser', () => {
  let sandbox;
  let browser;
  let folder;
  before(async () => {
    sandbox = await startSandbox(flags);
    browser = await launchChromium();
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>test</title><link rel="icon" href="data:,">');
    for (const part of ['js', 'dist']) await symlink(join(root, part), join(folder, part));
  });
  after(async () => {
    await browser?.close();
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  /** Opens the page and runs a function of the page's with the package as its argument. */
  async function inPage(how, run) {
    const hop = await startSigningHop(folder, sandbox.options, how);
    const page = await browser.newPage();
    const trouble = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(String(error)));
    try {
      await page.goto(`${hop.origin}/index.html`);
      const before = await page.evaluate(() => Reflect.ownKeys(globalThis).map(String));
      const api = await page.evaluateHandle(() => import('/js/browser.js'));
      const result = await page.evaluate(run, api);
      const after = await page.evaluate(() => Reflect.ownKeys(globalThis).map(String));
      const added = after.filter((key) => !before.includes(key));
      return { result, added, trouble, seen: hop.seen };
    } finally {
      await page.close();
      await hop.stop();
    }
  }

  it('all groups are listed through a proxy, with no identity in what the page sends, and no global added', async () => {
    const { result, added, trouble, seen } = await inPage({}, ({ listAllGroups }) =>
      listAllGroups({ proxy: '/', limit: 1000, minIntervalMs: 0 }),
    );
    assert.deepEqual(
      result.groupIds,
      (await sandboxGroups(flags)).map(({ groupId }) => groupId),
    );
    assert.equal(result.complete, true);
    assert.deepEqual(added, []);
    assert.deepEqual(trouble, []);
    assert.equal(seen.length, 3);
    for (const { url, body } of seen) {
      assert.equal(url, '/v4/group_open_http_svc/get_appid_group_list');
      assert.deepEqual(
        Object.keys(JSON.parse(body)).filter((key) => !['Limit', 'Next'].includes(key)),
        [],
      );
    }
  });

  it('the module loads whatever Content-Type it is served with', async () => {
    for (const wasmType of ['application/octet-stream', 'application/wasm; charset=utf-8']) {
      const { result, trouble } = await inPage({ wasmType }, ({ countGroups }) => countGroups({ proxy: '/' }));
      assert.equal(result, 2500);
      assert.deepEqual(trouble, []);
    }
  });

  it('a Content-Security-Policy without wasm-unsafe-eval is named in the error, one with it is enough', async () => {
    const csp = "default-src 'self'; script-src 'self'";
    const attempt = async (policy) => {
      const hop = await startSigningHop(folder, sandbox.options, { csp: policy });
      const page = await browser.newPage();
      try {
        await writeFile(
          join(folder, 'count.js'),
          `import { countGroups } from '/js/browser.js';
          document.title = await countGroups({ proxy: '/', minIntervalMs: 0 }).catch((e) => e.name + ': ' + e.hint);`,
        );
        await writeFile(join(folder, 'count.html'), '<!doctype html><script type="module" src="/count.js"></script>');
        await page.goto(`${hop.origin}/count.html`);
        await page.waitForFunction(() => document.title);
        return await page.title();
      } finally {
        await page.close();
        await hop.stop();
      }
    };
    assert.match(await attempt(csp), /^LoadError: .*'wasm-unsafe-eval'/);
    assert.equal(await attempt(`${csp} 'wasm-unsafe-eval'`), '2500');
  });

  it('a key or a UserSig is refused with an error that says why and names the signing proxy', async () => {
    const { result } = await inPage({}, async ({ listGroups }) => {
      const messages = [];
      for (const credential of [{ secretKey: 'made-up' }, { userSig: 'made-up' }, { userSig: () => 'made-up' }]) {
        await listGroups({ sdkAppId: 1400000000, identifier: 'administrator', ...credential }).catch((error) =>
          messages.push(`${error.name} ${error.option}: ${error.message}`),
        );
      }
      return messages;
    });
    assert.equal(result.length, 3);
    for (const message of result) {
      assert.match(
        message,
        /^ValidationError (secretKey|userSig): .*refused in a browser.*Give proxy, the URL of a signing proxy/,
      );
    }
  });

  it('a proxy that cannot be reached is a NetworkError that mentions CORS', async () => {
    const { result } = await inPage({}, ({ listGroups }) =>
      listGroups({ proxy: 'http://127.0.0.1:9', maxRetries: 0 }).catch(({ name, message }) => `${name}: ${message}`),
    );
    assert.match(result, /^NetworkError: No answer from http:\/\/127\.0\.0\.1:9: .*CORS/);
  });

  it('an abort ends a listing at once', async () => {
    const { result } = await inPage({}, async ({ paginateGroups }) => {
      const controller = new AbortController();
      try {
        for await (const _ of paginateGroups({ proxy: '/', limit: 10, signal: controller.signal })) controller.abort();
      } catch (error) {
        return { name: error.name, next: error.checkpoint.next };
      }
    });
    assert.equal(result.name, 'AbortError');
    assert.equal(result.next, '0');
  });
});
