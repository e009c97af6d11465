// The console in a real Chromium, looked at from the outside: as its users see it, and as a screen reader does.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { secretIn } from '../../scripts/programs/proxy.mjs';

const pictures = fileURLToPath(new URL('../../build/console/', import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wide = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };

/**
 * Opens the console in a browser of its own.
 * @param {import('playwright-core').Browser} browser
 * @param {string} origin the proxy's
 * @param {object} [how]
 * @param {string} [how.locale]
 * @param {(context: import('playwright-core').BrowserContext) => Promise<void>} [how.prepare] before the page is opened
 */
export async function openConsole(browser, origin, { locale = 'en-US', prepare } = {}) {
  const context = await browser.newContext({ locale, viewport: wide, colorScheme: 'light' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  await context.addInitScript(() => {
    globalThis.violations = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      globalThis.violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  await context.addInitScript(axe);
  await prepare?.(context);
  const page = await context.newPage();
  const said = []; // by the page's console
  const served = []; // by the proxy to the page
  const trouble = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.wasm')) return; // the same for everybody; Go's names of types look like keys
    served.push(response.text().catch(() => '')); // '' of one that broke off
  });
  page.on('console', (message) => {
    said.push(message.text());
    // The browser says this of every answer that is no success, and of a proxy that is gone.
    if (!message.text().startsWith('Failed to load resource')) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(String(error.stack)));
  await page.goto(`${origin}/`);
  const by = {
    token: page.getByLabel(/^(Access token|访问令牌)$/),
    list: page.locator('#start'),
    find: page.locator('#find'),
    found: page.locator('#found'),
    rows: page.getByRole('listbox'),
    row: page.getByRole('listbox').getByRole('option'),
    state: page.locator('.state'),
    total: page.locator('.counts tfoot td').first(),
    pageSize: page.locator('#page-size'),
  };
  return {
    context,
    page,
    said,
    ...by,
    async signIn(token) {
      await by.token.fill(token);
      await page.keyboard.press('Enter');
    },
    /** Lists groups to the end of what is asked for, or as far as a state. */
    async listAll({ byType = false, pageSize } = {}) {
      if (byType) await page.getByRole('radio', { name: /Type by type/ }).check();
      if (pageSize) await by.pageSize.fill(String(pageSize));
      await by.list.click();
    },
    /** Presses the button that exports: what is shown, or what is selected. */
    async export(format, selected = false) {
      await page.getByLabel('Format').selectOption(format);
      await page
        .getByRole('button', { name: selected ? /^Export [\d,]+ selected$/ : /^Export (all|[\d,]+ match)/ })
        .click();
    },
    async done() {
      await page.locator('.state.done').waitFor();
    },
    /** Whatever is said by itself to who does not see. */
    told: () => page.locator('[role=status].unseen').textContent(),
    /** What of the page's texts would be invisible, or turn the direction of the rest, if it were shown as it is. */
    untamed: () =>
      page.evaluate(() => {
        const untamed = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
        const texts = [document.title];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
        while (walk.nextNode()) {
          const { data, attributes = [] } = walk.currentNode;
          texts.push(
            data ?? '',
            ...[...attributes].filter(({ name }) => name !== 'data-raw').map(({ value }) => value),
          );
        }
        return texts.filter((text) => !/^[\n ]*$/.test(text) && untamed.test(text));
      }),
    /** Exports to a file that is downloaded, and reads it. */
    async download(format, selected) {
      const [download] = await Promise.all([page.waitForEvent('download'), this.export(format, selected)]);
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
    },
    /**
     * Looks at the page in light and in dark, on a wide screen and on a phone's: pictures of each are kept, axe-core
     * must find nothing, and nothing may be wider than the screen.
     */
    async look(name) {
      await mkdir(pictures, { recursive: true });
      for (const [size, viewport] of Object.entries({ wide, phone })) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const where = `${name}, ${size}, ${colorScheme}`;
          const found = await page.evaluate(async () => {
            const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
            return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
          });
          assert.deepEqual(found, [], where);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= viewport.width, `${where}: ${width} px wide`);
          const file = `${name}-${size}-${colorScheme}.png`;
          await page.screenshot({ path: join(pictures, file), fullPage: true });
        }
      }
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
      await page.setViewportSize(wide);
    },
    /** Closes it, after a look at what must never happen. */
    async close() {
      const violations = await page.evaluate(() => globalThis.violations);
      const kept = await page.evaluate(async () => ({
        local: localStorage.length,
        session: sessionStorage.length,
        cookie: document.cookie,
        databases: (await indexedDB.databases()).length,
        caches: (await caches.keys()).length,
        url: location.pathname + location.search + location.hash,
      }));
      const cookies = await context.cookies();
      const shown = [await page.content(), ...said, ...(await Promise.all(served))];
      await context.close();
      assert.deepEqual(
        shown.map(secretIn).filter(Boolean),
        [],
        'what looks like a secret was served, shown or written',
      );
      assert.deepEqual(violations, []);
      assert.deepEqual(trouble, []);
      assert.deepEqual(kept, { local: 0, session: 0, cookie: '', databases: 0, caches: 0, url: '/' });
      assert.deepEqual(cookies, []);
    },
  };
}
