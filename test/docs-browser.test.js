// The browser examples of README.md and the guide, as they stand there, in a real Chromium behind the guide's signing
// proxy.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { sandboxGroups } from '../scripts/programs/sandbox.mjs';
import { launchChromium } from './support/chromium.js';
import { startFront } from './support/front.js';
import { PageFolder, sandboxFlags } from './support/page-folder.js';
import { places, snippetsOf } from './support/snippets.js';
import { withResolvers } from './support/with-resolvers.js';

const blocks = (await Promise.all(places.browser.map(snippetsOf))).flat().filter((snippet) => snippet.in === 'browser');

describe('in a browser', () => {
  let folder;
  let front;
  let browser;
  let proxy;
  let exited;
  let groups;
  before(async () => {
    groups = await sandboxGroups(sandboxFlags);
    folder = await PageFolder.open();
    for (const page of [...places.browser, ...places.server]) {
      for (const { file, code } of await snippetsOf(page)) if (file !== undefined) await folder.save(file, code);
    }
    front = await startFront(folder.path, 'alice');
    proxy = folder.start(`
      export TENCENT_CHAT_SDK_APP_ID=1400000000 TENCENT_CHAT_IDENTIFIER=administrator
      export TENCENT_CHAT_SECRET_KEY="$(cat key.txt)" CONSOLE_ORIGIN=${front.origin} CONSOLE_ADMINS=alice
      PORT=0 exec node server.mjs`);
    exited = once(proxy, 'exit');
    proxy.stderr.resume();
    const [line] = await Promise.race([
      once(createInterface({ input: proxy.stdout }), 'line'),
      exited.then(([status]) => Promise.reject(new Error(`the proxy did not start (exit status ${status})`))),
    ]);
    front.proxyPort = Number(/\d+$/.exec(line)[0]);
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    proxy?.kill('SIGTERM');
    await exited;
    await front?.stop();
    await folder?.close();
  });

  /** Opens a page, does something with it, and demands that it complained of nothing. */
  async function onPage(name, act) {
    const page = await browser.newPage();
    const trouble = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(String(error)));
    try {
      await page.goto(`${front.origin}/${name}`);
      await act(page);
      assert.deepEqual(trouble, []);
    } finally {
      await page.close();
    }
  }

  /** Holds the second call from now on until the function that this returns is called. */
  function holdSecondCall() {
    const { promise, resolve } = withResolvers();
    const before = front.calls;
    front.hold = () => (front.calls === before + 2 ? promise : undefined);
    return () => {
      front.hold = undefined;
      resolve();
    };
  }

  for (const { page: of, line, language, file, code } of blocks) {
    if (language !== 'js' || file !== undefined) continue;
    it(`${of}, line ${line}, lists or counts through the proxy`, async () => {
      await folder.save('snippet.mjs', code);
      await folder.save(
        'snippet.html',
        `<!doctype html><link rel="icon" href="data:,"><body>
        <script type="importmap">{"imports":{"tencent-chat-groups":"/node_modules/tencent-chat-groups/js/browser.js"}}</script>
        <script type="module">
          import('/snippet.mjs').then(
            () => { document.body.dataset.ended = 'well'; },
            (error) => { document.body.dataset.ended = String(error); });
        </script>`,
      );
      const before = front.calls;
      await onPage('snippet.html', async (page) => {
        await page.waitForFunction(() => document.body.dataset.ended);
        assert.equal(await page.evaluate(() => document.body.dataset.ended), 'well');
        const counted = groups.filter(({ type }) => type === 'Community' || !code.includes("groupType: 'Community'"));
        assert.match(await page.title(), new RegExp(`^${counted.length} `));
        if (code.includes('paginateGroups')) {
          const text = await page.evaluate(() => document.body.textContent);
          for (const { groupId } of counted) assert.ok(text.includes(`${groupId}\n`), groupId);
        }
      });
      assert.ok(front.calls > before);
    });
  }

  it('docs/guide/browser.md: the console lists, of one type too, and can be stopped', async () => {
    await onPage('index.html', async (page) => {
      const status = (text) =>
        page.waitForFunction((wanted) => document.getElementById('status').textContent === wanted, text);
      const listed = async () => (await page.textContent('#groups')).split('\n').slice(0, -1);
      await page.click('#list');
      await status(`all ${groups.length} groups`);
      assert.deepEqual(
        await listed(),
        groups.map(({ groupId }) => groupId),
      );
      await page.selectOption('#type', 'Community');
      await page.click('#list');
      const communities = groups.filter(({ type }) => type === 'Community');
      await status(`all ${communities.length} groups`);
      assert.deepEqual(
        await listed(),
        communities.map(({ groupId }) => groupId),
      );
      await page.selectOption('#type', '');
      const release = holdSecondCall();
      await page.click('#list');
      await status(`10000 of ${groups.length}`);
      await page.click('#stop');
      await status('stopped at 10000');
      release();
      assert.equal(await page.isEnabled('#list'), true);
    });
  });

  it('docs/guide/browser.md: the console shows what went wrong and what to do', async () => {
    const { proxyPort } = front;
    front.proxyPort = 9; // where nothing listens
    const release = holdSecondCall();
    const page = await browser.newPage();
    try {
      await page.goto(`${front.origin}/index.html`);
      await page.click('#list');
      await page.waitForFunction(() => document.getElementById('status').textContent.startsWith('trying again: '));
      await page.click('#stop');
      await page.waitForFunction(() => document.getElementById('status').textContent === 'stopped at 0');
    } finally {
      release();
      front.proxyPort = proxyPort;
      await page.close();
    }
  });
});
