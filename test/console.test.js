// The console, served by the proxy, in a real Chromium, with the sandbox behind them.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { visible } from '../console/src/visible.js';
import { formats, formatsByType } from '../js/formats.js';
import { lineOf, newToken, startProxy } from '../scripts/programs/proxy.mjs';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { launchChromium } from './support/chromium.js';
import { openConsole } from './support/console-page.js';
import { hostileIds } from './support/hostile-ids.js';
import { startIssuer } from './support/issuer.js';
import { withResolvers } from './support/with-resolvers.js';

const flags = ['--groups', '25000', '--interval', '0s', '--seed', '5'];
const types = ['Public', 'Private', 'ChatRoom', 'AVChatRoom', 'BChatRoom', 'Community'];
const command = '**/v4/group_open_http_svc/get_appid_group_list';

describe('the console', () => {
  let sandbox;
  let groups;
  let proxy;
  let browser;
  let folder;
  const proxies = [];
  before(async () => {
    [sandbox, groups, browser] = await Promise.all([startSandbox(flags), sandboxGroups(flags), launchChromium()]);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-console-'));
    proxy = await start();
  });
  after(async () => {
    await browser?.close();
    for (const { stop } of proxies) await stop();
    await sandbox?.stop();
    if (folder) await rm(folder, { recursive: true });
    const output = proxies.flatMap((each) => each.output).join('\n');
    for (const { token } of proxies) assert.ok(!token || !output.includes(token), 'a token was logged');
  });

  /** Starts a proxy. How calls are paced is no matter of the console's. */
  async function start(how) {
    const started = await startProxy(sandbox.options, { flags: ['--min-interval', '0s'], ...how });
    proxies.push(started);
    return started;
  }

  const idsOf = (some) => some.map(({ groupId }) => groupId);
  const shownAs = (some) =>
    idsOf(some).map((id) =>
      visible(id)
        .map(({ text }) => text)
        .join(''),
    );
  const file = ({ head, row }, some) => head + some.map(({ groupId, type }) => row(groupId, type)).join('');
  const typeByType = () => types.flatMap((type) => groups.filter((group) => group.type === type));

  async function signedIn(how, { url, token } = proxy) {
    const console = await openConsole(browser, url, how);
    await console.signIn(token);
    await console.page.getByRole('button', { name: 'Count again' }).waitFor();
    return console;
  }

  it('a wrong token is refused, the right one leads to the counts of each type, and is kept nowhere', async () => {
    const console = await openConsole(browser, proxy.url);
    await console.token.waitFor();
    assert.equal(await console.token.getAttribute('type'), 'password');
    await console.look('sign-in');
    await console.signIn('');
    await console.page.getByText('Enter a token.').waitFor();
    await console.signIn('two words');
    await console.page.getByText('A token has no spaces').waitFor();
    await console.signIn('made-up-and-wrong');
    await console.page.getByText('does not accept this token').waitFor();
    assert.equal(await console.token.evaluate((element) => element === document.activeElement), true);
    await console.look('sign-in-refused');
    await console.signIn(proxy.token);
    await console.page.getByRole('button', { name: 'Count again' }).waitFor();
    const rows = await console.page
      .locator('.counts tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [row.querySelector('th').firstChild.data, row.querySelector('td').textContent]),
      );
    assert.deepEqual(
      rows,
      types.map((type) => [type, groups.filter((group) => group.type === type).length.toLocaleString('en-US')]),
    );
    assert.equal(await console.total.textContent(), '25,000');
    await console.look('counted');
    const html = await console.page.evaluate(
      () =>
        document.documentElement.outerHTML +
        document.title +
        location.href +
        [...document.querySelectorAll('input')].map(({ value }) => value).join(),
    );
    assert.ok(!html.includes(proxy.token));
    assert.ok(!console.said.join().includes(proxy.token));
    await console.page.getByRole('button', { name: 'Sign out' }).click();
    await console.token.waitFor();
    assert.equal(await console.token.inputValue(), '');
    await console.close();
  });

  it('each bar is filled by the share that its type has of the total', async () => {
    const console = await signedIn();
    await console.page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    const bars = await console.page.locator('.counts .bar').evaluateAll((all) =>
      all.map((bar) => ({
        filled: Number.parseFloat(getComputedStyle(bar, '::before').width) / bar.getBoundingClientRect().width,
        share: bar.closest('tr').querySelector('.share').textContent,
      })),
    );
    for (const [i, type] of types.entries()) {
      const share = groups.filter((group) => group.type === type).length / groups.length;
      assert.ok(Math.abs(bars[i].filled - share) < 0.01, `${type}: ${bars[i].filled} for ${share}`);
      assert.equal(bars[i].share, `${Math.round(share * 100)}%`);
    }
    await console.close();
  });

  it('the header has the SDKAppID and the caller, on a phone too, until they sign out', async () => {
    const issuer = await startIssuer();
    const mine = await start({ flags: ['--min-interval', '0s', ...issuer.flags] });
    const app = `SDKAppID ${sandbox.options.sdkAppId}`;
    const longName = `${'长名字'.repeat(12)}-1`;
    for (const [token, name] of [
      [mine.token, 'ops@console'],
      [issuer.token(longName), `oidc:${longName}`],
    ]) {
      const console = await signedIn({}, { url: mine.url, token });
      const { page } = console;
      const identity = page.locator('header .identity');
      for (const width of [1280, 380]) {
        await page.setViewportSize({ width, height: 740 });
        await identity.waitFor();
        assert.equal(await identity.locator('.app').textContent(), app);
        assert.equal(await identity.locator('.caller').textContent(), name);
        assert.equal(await identity.locator('.caller').getAttribute('title'), name);
        assert.ok(await identity.locator('.app').evaluate((e) => e.getBoundingClientRect().right < innerWidth));
        const { right } = await identity.evaluate((element) => element.getBoundingClientRect());
        assert.ok(right <= width, `${right} px in ${width}`);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
      }
      await console.look(`header-${name.length > 20 ? 'long' : 'short'}`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await console.token.waitFor();
      await identity.waitFor({ state: 'hidden' });
      const html = await page.evaluate(() => document.documentElement.outerHTML);
      assert.ok(!html.includes(name) && !html.includes(app));
      await console.close();
    }
    await issuer.stop();
  });

  it('without an answer to who calls, the header leaves it out, and the next count asks again', async () => {
    const identities = [
      (route) => route.abort(),
      (route) => route.fulfill({ status: 503, body: '{}' }),
      (route) => route.fulfill({ json: { sdkAppId: '<b>' } }),
      (route) => route.continue(),
    ];
    const console = await signedIn({
      prepare: (context) => context.route('**/whoami', (route) => identities.shift()(route)),
    });
    const { page } = console;
    const identity = page.locator('header .identity');
    while (identities.length > 0) {
      assert.equal(await identity.isVisible(), false);
      const asked = page.waitForRequest('**/whoami');
      await page.getByRole('button', { name: 'Count again' }).click();
      await asked;
      await page.getByRole('button', { name: 'Count again' }).waitFor();
    }
    await identity.getByText('ops@console').waitFor();
    await console.close();
  });

  it('without sign-in at the proxy there is no form and nothing to sign out of', async () => {
    const open = await start({ tokensFile: null });
    const console = await openConsole(browser, open.url);
    await console.list.waitFor();
    await console.page.getByText(`SDKAppID ${sandbox.options.sdkAppId}`).waitFor();
    assert.equal(await console.page.locator('header .caller').isVisible(), false);
    assert.equal(await console.token.isVisible(), false);
    assert.equal(await console.page.getByRole('button', { name: 'Sign out' }).isVisible(), false);
    await console.close();
  });

  it('all groups are listed, found, copied and exported as the command line writes them', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    await console.listAll();
    await console.done();
    assert.equal(await console.state.textContent(), 'Complete: all 25,000 groups are listed.');
    assert.equal(await page.title(), '25,000 listed · Chat groups');
    await console.look('listed');

    const query = '1A';
    await console.find.fill(query);
    const matching = groups.filter(({ groupId }) => groupId.toLowerCase().includes('1a'));
    await console.found.getByText(`${matching.length} matches in 25,000`).waitFor();
    await console.rows.focus();
    assert.deepEqual(
      await console.row.locator('.id').allTextContents(),
      shownAs(matching).slice(0, await console.row.count()),
    );
    assert.equal((await console.row.first().locator('mark').first().textContent()).toLowerCase(), '1a');
    await console.look('found');
    const some = await console.download('csv');
    assert.equal(some.text, file(formats.csv, matching));

    await console.page.getByLabel('Match case').check();
    const exact = groups.filter(({ groupId }) => groupId.includes(query));
    await console.found.getByText(`${exact.length} matches in 25,000`).waitFor();
    assert.notEqual(exact.length, matching.length);
    await page.getByRole('button', { name: `Copy ${exact.length} matches` }).click();
    await page.getByText(`${exact.length} IDs copied.`).first().waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), idsOf(exact).join('\n'));

    await console.find.fill('no such ID');
    await console.found.getByText('No ID contains “no such ID”.').waitFor();
    await console.look('not-found');
    await console.find.press('Escape');
    await console.found.getByText('25,000 IDs').waitFor();

    const csv = await console.download('csv');
    assert.match(csv.name, /^groups-\d{8}-\d{4}\.csv$/);
    assert.equal(csv.text, file(formats.csv, groups));
    const ndjson = await console.download('ndjson');
    assert.equal(ndjson.text, file(formats.ndjson, groups));
    await page.getByText(`25,000 groups written to ${ndjson.name}.`).first().waitFor();
    await console.close();
  });

  it('type by type, the files have the type, and are streamed where the browser lets the user choose a file', async () => {
    const console = await signedIn({ prepare: withFilePicker });
    const { page } = console;
    await console.listAll({ byType: true });
    await console.done();
    assert.match(await console.row.first().textContent(), /Public$/);
    const written = async (name) => {
      await console.export(name);
      await page.getByText(`.${name}.`).first().waitFor();
      return page.evaluate(() => globalThis.chosen.getFile().then((file) => file.text()));
    };
    assert.equal(await written('ndjson'), file(formatsByType.ndjson, typeByType()));
    assert.equal(await written('csv'), file(formatsByType.csv, typeByType()));

    await page.getByLabel('Community').uncheck();
    for (const type of types.slice(0, 4)) await page.getByLabel(type, { exact: true }).uncheck();
    await console.listAll({ byType: true });
    await console.done();
    const broadcast = groups.filter(({ type }) => type === 'BChatRoom');
    await console.found.getByText(`${broadcast.length.toLocaleString('en-US')} IDs`).waitFor();
    await page.getByLabel('BChatRoom', { exact: true }).uncheck();
    await console.list.click();
    await page.getByText('Choose at least one type.').waitFor();
    await page.getByRole('radio', { name: /All at once/ }).check();
    await console.pageSize.fill('10001');
    await console.list.click();
    await page.getByText('Enter a whole number from 1 to 10,000.').waitFor();
    await console.look('wrong-page-size');
    await console.close();
  });

  it('a selection, matches and all groups are exported in every format', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    await console.listAll({ byType: true });
    await console.done();
    const all = typeByType();
    const json = (some) => {
      const groupIdsByType = {};
      for (const { groupId, type } of some) {
        groupIdsByType[type] ??= [];
        groupIdsByType[type].push(groupId);
      }
      return `${JSON.stringify({ groupIdsByType })}\n`;
    };
    const query = '1A';
    await console.find.fill(query);
    const matching = all.filter(({ groupId }) => groupId.toLowerCase().includes('1a'));
    await console.found.getByText(`${matching.length} matches in 25,000`).waitFor();
    await console.row.nth(1).click();
    await console.row.nth(3).click({ modifiers: ['Shift'] });
    await console.row.nth(5).click({ modifiers: ['Control'] });
    const some = [1, 2, 3, 5].map((i) => matching[i]);
    await page.getByRole('button', { name: 'Export 4 selected' }).waitFor();
    await console.look('selection');
    for (const format of ['csv', 'csv-safe', 'ndjson', 'ids']) {
      const selected = await console.download(format, true);
      assert.equal(selected.text, file(formatsByType[format], some), format);
    }
    assert.equal((await console.download('json', true)).text, json(some));
    assert.equal((await console.download('json')).text, json(matching));
    const text = await console.download('ids');
    assert.match(text.name, /^groups-\d{8}-\d{4}\.txt$/);
    assert.equal(text.text, file(formats.ids, matching));
    await console.find.fill('');
    await page
      .getByRole('button', { name: /selected/ })
      .first()
      .waitFor({ state: 'hidden' });
    assert.equal((await console.download('json')).text, json(all));
    await console.close();
  });

  it('a text file with an ID that has a line break is refused, with what to do, and JSON has that ID', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const answers = [['plain', 'line\nbreak']];
    await answerWith(page, () => answers.shift());
    await console.listAll();
    await console.done();
    const refused = page.getByText('One of these IDs has a line break');
    await console.export('ids');
    await refused.waitFor();
    assert.equal(await leaving(page), true);
    await console.row.first().click();
    assert.equal((await console.download('ids', true)).text, 'plain\n');
    await refused.waitFor({ state: 'hidden' });
    assert.equal((await console.download('json')).text, '{"groupIds":["plain","line\\nbreak"]}\n');
    await page.getByText('2 groups written to').first().waitFor();
    assert.equal(await leaving(page), false);
    await console.close();
  });

  it('a listing that was made by type is filtered by type, and another listing begins without a filter', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const filter = page.locator('#find-type');
    await console.listAll();
    await console.done();
    assert.equal(await filter.isVisible(), false);
    await page.getByLabel('Type by type').check();
    await page.getByLabel('Public', { exact: true }).uncheck();
    await console.list.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard and start over' }).click();
    await filter.waitFor();
    await console.done();
    assert.deepEqual(await filter.locator('option').allTextContents(), ['All types', ...types.slice(1)]);
    const meetings = groups.filter(({ type }) => type === 'ChatRoom');
    await filter.selectOption('ChatRoom');
    await console.found.getByText(`${meetings.length.toLocaleString('en-US')} matches in`).waitFor();
    await console.look('filtered');
    assert.equal((await console.download('csv')).text, file(formatsByType.csv, meetings));
    await console.find.fill('1a');
    const some = meetings.filter(({ groupId }) => groupId.toLowerCase().includes('1a'));
    await console.found.getByText(`${some.length} matches in`).waitFor();
    assert.equal((await console.download('ids')).text, file(formats.ids, some));
    await console.find.fill('no such ID');
    await console.found.getByText('No ChatRoom ID contains “no such ID”.').waitFor();
    await filter.selectOption('');
    await console.found.getByText('No ID contains “no such ID”.').waitFor();
    await console.find.fill('');
    await filter.selectOption('Community');
    await console.found.getByText('matches in').waitFor();
    await page.getByRole('radio', { name: /All at once/ }).check();
    await console.list.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard and start over' }).click();
    await filter.waitFor({ state: 'hidden' });
    await console.done();
    await console.found.getByText('25,000 IDs').waitFor();
    await console.close();
  });

  it('before it is lost, a listing is told by how many groups were exported and how many were not', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const question = page.getByRole('dialog', { name: 'Sign out?' });
    const asks = async (text) => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await question.getByText(text).waitFor();
      await question.getByRole('button', { name: 'Cancel' }).click();
    };
    const answers = [['a1', 'a2', 'b1', 'b2', 'b3']];
    await answerWith(page, () => answers.shift());
    await console.listAll();
    await console.done();
    await asks('The 5 listed groups have not been exported. They will be lost.');
    await console.find.fill('a');
    await console.found.getByText('2 matches in 5').waitFor();
    await console.download('csv');
    await page.getByText('2 groups written to').first().waitFor();
    await asks('2 of the 5 listed groups were exported. The other 3 were not, and will be lost.');
    await console.look('partly-exported');
    await console.find.fill('2');
    await console.found.getByText('2 matches in 5').waitFor();
    await console.download('csv'); // a2 is in both files and counts once
    await page.getByText('2 groups written to').first().waitFor();
    await asks('3 of the 5 listed groups were exported. The other 2 were not');
    await console.find.fill('b1');
    await console.found.getByText('1 match in 5').waitFor();
    await console.download('csv');
    await page.getByText('1 group written to').first().waitFor();
    await asks('4 of the 5 listed groups were exported. The other one was not, and will be lost.');
    assert.equal(await leaving(page), true);
    await console.find.fill('');
    await console.found.getByText('5 IDs').waitFor();
    await console.download('csv');
    await page.getByText('5 groups written to').first().waitFor();
    assert.equal(await leaving(page), false);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await console.token.waitFor();
    await console.close();
  });

  it('the browser asks before a reload or closing the tab forgets a listing', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const stays = async (leave) => {
      const asked = page.waitForEvent('dialog');
      const left = leave().catch(() => {}); // a reload that is cancelled rejects
      const dialog = await asked;
      assert.equal(dialog.type(), 'beforeunload');
      await dialog.dismiss();
      return left;
    };
    const reload = () => page.evaluate(() => location.reload());
    const hold = await holdAfter(page, 2);
    await console.listAll({ pageSize: 2600 });
    await page.getByText('5,200 of 25,000').waitFor();
    await stays(reload);
    await stays(() => page.close({ runBeforeUnload: true }));
    await page.getByText('5,200 of 25,000').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.state', { hasText: 'Stopped.' }).waitFor();
    await stays(reload);
    await hold.release();
    await page.getByRole('button', { name: 'Resume' }).click();
    await console.done();
    await stays(reload);
    assert.equal((await console.download('csv')).text, file(formats.csv, groups));
    await page.getByText('25,000 groups written to').first().waitFor();
    const dialogs = [];
    page.on('dialog', (dialog) => dialogs.push(dialog.type()) && dialog.accept());
    await page.reload();
    await console.token.waitFor();
    assert.deepEqual(dialogs, []);
    await console.close();
  });

  it('there is one primary button: what can be done next, in sight without scrolling', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const primary = page.locator('button.main:visible');
    const isNext = async (name) => {
      for (const viewport of [
        { width: 1280, height: 720 },
        { width: 380, height: 667 },
      ]) {
        await page.setViewportSize(viewport);
        await primary.filter({ hasText: name }).waitFor();
        assert.deepEqual(await primary.allTextContents(), [name]);
        const { bottom } = await primary.evaluate((button) => {
          scrollTo(0, 0);
          return button.getBoundingClientRect();
        });
        assert.ok(bottom <= viewport.height, `${name} ends at ${bottom} px of ${viewport.height}`);
      }
    };
    await isNext('List groups');
    const hold = await holdAfter(page, 2);
    await console.listAll({ pageSize: 2600 });
    await page.getByText('5,200 of 25,000').waitFor();
    await isNext('Stop');
    await page.getByRole('button', { name: 'Stop' }).click();
    await isNext('Resume');
    await hold.release();
    await page.route(command, (route) => route.fulfill({ status: 403, body: '{}' }));
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('You may not list groups here.').waitFor();
    await isNext('Resume');
    await console.look('refused');
    await page.unroute(command);
    await page.getByRole('button', { name: 'Resume' }).click();
    await console.done();
    await isNext('Export all 25,000');
    await console.download('ndjson');
    await isNext('List again');
    await console.look('exported');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await isNext('Sign in');
    await console.close();
  });

  it('all errors are in one box: equal ones once, others beside each other', async () => {
    let answer;
    const console = await signedIn({
      prepare: async (context) => {
        await context.addInitScript(() => {
          globalThis.showSaveFilePicker = async () => ({
            name: 'made-up.csv',
            createWritable: () => Promise.reject(new Error('made-up words')),
          });
        });
        await context.route(command, (route) => (answer ? route.fulfill(answer) : route.continue()));
      },
    });
    const { page } = console;
    const alerts = () =>
      page.getByRole('alert').evaluateAll((all) => all.map((one) => one.textContent).filter(Boolean));
    await console.listAll();
    await console.done();
    assert.deepEqual(await alerts(), []);
    answer = { status: 403, body: '{}' };
    await page.getByRole('button', { name: 'Count again' }).click();
    await page.getByText('You may not list groups here.').waitFor();
    await console.list.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard and start over' }).click();
    await page.locator('.state.failed').waitFor();
    assert.equal((await alerts()).join().match(/You may not list groups here/g).length, 1);
    answer = undefined;
    await page.getByRole('button', { name: 'Resume' }).click();
    await console.done();
    answer = { status: 403, body: '{}' };
    await page.getByRole('button', { name: 'Count again' }).click();
    await page.getByText('You may not list groups here.').waitFor();
    await console.export('csv');
    await page.getByText('The file could not be written.').waitFor();
    assert.equal((await alerts()).length, 1);
    assert.match((await alerts())[0], /You may not list groups here\..*The file could not be written\./);
    await page.locator('.trouble summary').click();
    await page.getByText('made-up words').waitFor();
    await console.look('two-errors');
    // It stays in sight where the button that failed is further down.
    await page.setViewportSize({ width: 380, height: 667 });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
    const { top } = await page.locator('.trouble').evaluate((box) => box.getBoundingClientRect());
    assert.ok(top >= 0 && top < 20, `${top} px`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await console.token.waitFor();
    assert.deepEqual(await alerts(), []);
    await console.close();
  });

  it('a listing stops at once and goes on where it stood; starting over asks before something is lost', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const hold = await holdAfter(page, 2);
    await console.listAll({ pageSize: 2600 });
    await page.getByText('5,200 of 25,000 · 20%').waitFor();
    await console.look('running');
    assert.equal(await page.title(), '20% · Chat groups');
    const leave = await leaving(page);
    assert.equal(leave, true);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.state', { hasText: 'Stopped. Resume continues' }).waitFor();
    assert.equal(await focused(page), 'Resume');
    assert.equal(await page.title(), 'Stopped at 5,200 · Chat groups');
    await console.look('stopped');

    await console.list.click();
    const question = page.getByRole('dialog', { name: 'Discard this listing?' });
    await question.waitFor();
    await console.look('question');
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });

    await hold.release();
    await goesOn(page, () => page.getByRole('button', { name: 'Resume' }).click());
    await console.done();
    const csv = await console.download('csv');
    assert.equal(csv.text, file(formats.csv, groups));
    await page.getByText('25,000 groups written to').first().waitFor();
    assert.equal(await leaving(page), false);
    await console.close();
  });

  it('what a user listed before the token was revoked is shown to nobody else, and is in no file of theirs', async () => {
    const mine = await start({ caller: 'alice' });
    const console = await signedIn({ prepare: withoutFilePicker }, mine);
    const { page } = console;
    const hold = await holdAfter(page, 3);
    await console.listAll({ pageSize: 2700 });
    await page.getByText('8,100 of 25,000').waitFor();
    const ofAlice = idsOf(groups)
      .slice(0, 8100)
      .filter((id) => /^[\w#@-]{8,}$/.test(id)); // none that HTML writes in another way, or that a word of the page has
    assert.ok(ofAlice.length > 1000);
    const sought = ofAlice[1000];
    await console.find.fill(sought);
    await console.row.filter({ hasText: sought }).first().click();
    await page.locator('.detail .id', { hasText: sought }).waitFor();
    const bob = await newToken(mine.tokensFile, 'bob');
    const lines = (await readFile(mine.tokensFile, 'utf8')).split('\n');
    await writeFile(mine.tokensFile, lines.filter((line) => !line.startsWith('alice ')).join('\n'));
    mine.signal('SIGHUP');
    await lineOf(mine, 'reloaded', ({ what }) => what === 'tokens'); // the key is read first
    await hold.release();
    await page
      .getByText('The 8,100 listed groups are hidden. Sign in with the same token to continue. With another token')
      .waitFor();
    assert.equal(await console.token.evaluate((element) => element === document.activeElement), true);
    await console.look('expired');
    await console.row.first().waitFor({ state: 'detached' });
    // Not in the page, in no field of it, and not to be had from its controls, wherever they are.
    const traces = async () => {
      const texts = await page.evaluate(() => [
        document.title,
        document.documentElement.outerHTML,
        ...[...document.querySelectorAll('input')].map(({ value }) => value),
      ]);
      return ofAlice.filter((id) => texts.some((text) => text.includes(id)));
    };
    assert.deepEqual(await traces(), []);
    const downloads = [];
    page.on('download', (download) => downloads.push(download));
    await page.evaluate(() => {
      for (const button of document.querySelectorAll('.results button')) {
        button.disabled = false;
        button.click();
      }
    });
    await console.signIn('made-up-and-wrong');
    await page.getByText('does not accept this token').waitFor();
    assert.deepEqual(await traces(), []);

    const asked = page.waitForRequest((request) => request.postDataJSON()?.GroupType === 'Public');
    await console.signIn(bob);
    await asked;
    await page.getByText('Nothing is listed yet.').waitFor();
    assert.equal(await console.row.count(), 0);
    assert.equal(await console.find.isVisible(), false);
    assert.equal(await page.title(), 'Chat groups');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(!ofAlice.some((id) => copied.includes(id)), copied);
    assert.deepEqual(downloads, []);
    assert.deepEqual(await traces(), []);
    await page.getByRole('button', { name: 'Count again' }).waitFor();
    const answers = [['bob-1', 'bob-2']];
    await answerWith(page, () => answers.shift());
    await console.listAll();
    await console.done();
    assert.deepEqual(await console.row.locator('.id').allTextContents(), ['bob-1', 'bob-2']);
    const csv = await console.download('csv');
    assert.equal(csv.text, 'groupId\nbob-1\nbob-2\n');
    assert.deepEqual(await traces(), []);
    await console.close();
  });

  it('a listing outlives its token: it goes on with the next one of the same user, and with the same one', async () => {
    const issuer = await startIssuer();
    const mine = await start({ flags: ['--min-interval', '0s', ...issuer.flags] });
    for (const [token, next, hint] of [
      [issuer.token('alice'), issuer.token('alice'), 'Sign in as the same user to continue.'],
      [mine.token, mine.token, 'Sign in with the same token to continue.'],
    ]) {
      const console = await signedIn({ prepare: withoutFilePicker }, { url: mine.url, token });
      const { page } = console;
      await expireAfter(page, 3);
      await console.listAll({ pageSize: 2700 });
      await page.getByText(`The 8,100 listed groups are hidden. ${hint}`).waitFor();
      await page.unroute(command);
      await goesOn(page, () => console.signIn(next));
      await console.done();
      const csv = await console.download('csv');
      assert.equal(csv.text, file(formats.csv, groups));
      await console.close();
    }
    const console = await signedIn({}, { url: mine.url, token: issuer.token('alice') });
    const { page } = console;
    await expireAfter(page, 3);
    await console.listAll({ pageSize: 2700 });
    await page.getByText('If another user signs in, they are discarded.').waitFor();
    await page.unroute(command);
    await console.signIn(issuer.token('bob'));
    await page.getByText('Nothing is listed yet.').waitFor();
    assert.equal(await console.row.count(), 0);
    await console.close();
    await issuer.stop();
  });

  it('a token that is refused while types are counted stops the listing too, and both go on with the same token', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    let listed = 0;
    let refuse = false;
    const released = withResolvers();
    await page.route(command, async (route) => {
      const { GroupType, Limit } = route.request().postDataJSON();
      if (Limit === 2700 && ++listed > 3) await released.promise;
      if (GroupType && refuse) await route.fulfill({ status: 401, body: '{}' });
      else await route.continue().catch(() => {}); // it was stopped meanwhile
    });
    await console.listAll({ pageSize: 2700 });
    await page.getByText('8,100 of 25,000').waitFor();
    refuse = true;
    await page.getByRole('button', { name: 'Count again' }).click();
    released.resolve();
    const kept = page.getByText(/^The [\d,]+ listed groups are hidden\./);
    await kept.waitFor();
    assert.doesNotMatch(await kept.textContent(), /25,000/);
    refuse = false;
    await console.signIn(proxy.token);
    await console.done();
    const csv = await console.download('csv');
    assert.equal(csv.text, file(formats.csv, groups));
    await console.close();
  });

  it('a page that Back returns to has forgotten the token and the IDs', async () => {
    const keeping = await launchChromium([], ['--disable-back-forward-cache']);
    try {
      const console = await openConsole(keeping, proxy.url, {
        prepare: (context) =>
          context.addInitScript(() => {
            // What the browser shows of a page that it kept, before the page's own listeners see that.
            addEventListener('pageshow', ({ persisted }) => {
              if (!persisted) return;
              const fields = [...document.querySelectorAll('input')].map(({ value }) => value);
              // The name of a window survives that it is loaded again.
              globalThis.name = JSON.stringify([document.title, document.documentElement.outerHTML, ...fields]);
            });
          }),
      });
      const { page } = console;
      page.on('dialog', (dialog) => dialog.accept()); // leave, though nothing was exported
      await console.signIn(proxy.token);
      const answers = [['kept-1', 'kept-2']];
      await page.getByRole('button', { name: 'Count again' }).waitFor();
      await answerWith(page, () => answers.shift());
      await console.listAll();
      await console.done();
      await console.row.filter({ hasText: 'kept-2' }).waitFor();
      await page.unroute(command);
      await page.goto(`${proxy.url}/readyz`);
      await page.evaluate(() => history.back()).catch(() => {}); // it may leave before it answers
      await console.token.waitFor();
      const shown = await page.evaluate(() => globalThis.name);
      assert.ok(shown, 'the browser did not keep the page, so that nothing was tested');
      assert.ok(!shown.includes('kept-'), shown);
      assert.ok(!shown.includes(proxy.token));
      assert.equal(await console.row.count(), 0);
      await console.signIn(proxy.token);
      await page.getByText('Nothing is listed yet.').waitFor();
      await console.close();
    } finally {
      await keeping.close();
    }
  });

  it('a worker that cannot start, breaks down or never answers delays neither sign-out nor the next listing', async () => {
    let worker = (route) => route.fulfill({ status: 404, body: '' });
    const console = await openConsole(browser, proxy.url, {
      prepare: async (context) => {
        await withoutFilePicker(context);
        await context.route('**/worker-*.js', (route) => worker(route));
      },
    });
    const { page } = console;
    const signOut = async () => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await console.token.waitFor();
      await console.signIn(proxy.token);
      await page.getByText('Nothing is listed yet.').waitFor();
    };
    const lost = page.getByText('The part of the console that holds the group IDs has stopped.');
    await console.signIn(proxy.token);
    await lost.waitFor();
    await signOut();
    await console.list.click();
    await lost.waitFor();
    await console.look('no-worker');
    await signOut();

    // It never answers: its file does not come.
    const asked = withResolvers();
    worker = () => asked.resolve();
    await console.list.click();
    await asked.promise;
    await signOut();

    // It breaks down in the middle of a listing.
    const breaking = `addEventListener('message', ({ data }) => {
      if (data.do === 'add') throw new Error('made up');
      postMessage({ call: data.call });
    });`;
    worker = (route) => route.fulfill({ contentType: 'text/javascript', body: breaking });
    await signOut();
    await console.list.click();
    await lost.waitFor();
    await page.getByText('Nothing is listed yet.').waitFor();

    worker = (route) => route.continue();
    await console.list.click();
    await console.done();
    await lost.waitFor({ state: 'hidden' });
    const csv = await console.download('csv');
    assert.equal(csv.text, file(formats.csv, groups));
    await console.close();
  });

  it('a proxy that dies in the middle is told with what to do, and once it is back the listing goes on', async () => {
    const tokensFile = join(folder, 'tokens');
    const first = await start({ caller: 'alice', tokensFile });
    const console = await signedIn({ prepare: withoutPauses }, first);
    const { page } = console;
    const hold = await holdAfter(page, 4);
    await console.listAll({ pageSize: 2800 });
    await page.getByText('11,200 of 25,000').waitFor();
    await first.stop('SIGKILL');
    await hold.release();
    await page.getByRole('alert').getByText('The proxy does not answer.').waitFor();
    assert.match(await page.locator('.trouble details').textContent(), /No answer from http/);
    await page.locator('.trouble summary').click();
    await console.look('failed');
    await start({ caller: 'bob', tokensFile, listen: new URL(first.url).host });
    await goesOn(page, () => page.getByRole('button', { name: 'Resume' }).click());
    await console.done();
    const csv = await console.download('csv');
    assert.equal(csv.text, file(formats.csv, groups));
    await console.close();
  });

  it('what goes wrong is told in plain words with what to do, and the details are those of the package', async () => {
    let answer = {
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ detail: 'made-up words of the proxy\u202E' }),
    };
    const console = await openConsole(browser, proxy.url, {
      prepare: async (context) => {
        await withoutPauses(context);
        await context.route(command, (route) => (answer ? route.fulfill(answer) : route.continue()));
      },
    });
    const { page } = console;
    await page.getByText('You may not list groups here. Ask the operator of the proxy').waitFor();
    assert.match(
      await page.locator('.trouble details').textContent(),
      /HTTP status 403: made-up words of the proxyU\+202E\. The signing proxy refused the call/,
    );
    await page.locator('.trouble summary').click();
    await console.look('unreachable');
    answer = undefined;
    await page.getByRole('button', { name: 'Try again' }).click();
    await console.signIn(proxy.token);
    await page.getByRole('button', { name: 'Count again' }).waitFor();

    answer = { json: { ActionStatus: 'FAIL', ErrorCode: 10007, ErrorInfo: 'made-up words', RequestId: 'made-up-id' } };
    await console.listAll();
    await page.getByText('The account that the proxy uses is not an admin of the app.').waitFor();
    const details = await page.locator('.trouble details').textContent();
    assert.match(details, /10007.*made-up words/);
    assert.match(details, /ErrorCode 10007 · RequestId made-up-id/);

    answer = { status: 503, headers: { 'retry-after': '60' }, body: '{}' };
    await page.getByRole('button', { name: 'Resume' }).click();
    await page
      .getByText(/^Try 1 failed: The proxy cannot reach the chat service at the moment\. The next one is in/)
      .waitFor();
    await console.look('retrying');
    answer = undefined;
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await console.done();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog', { name: 'Sign out?' }).getByRole('button', { name: 'Sign out' }).click();
    await console.signIn(proxy.token);
    await page.getByText('Nothing is listed yet.').waitFor();
    assert.equal(await console.row.count(), 0);
    await console.close();
  });

  it('it speaks Chinese to those who read it, and changes language when asked to', async () => {
    const console = await openConsole(browser, proxy.url, { locale: 'zh-CN' });
    const { page } = console;
    await page.getByRole('heading', { name: '登录' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-Hans');
    await console.look('chinese-sign-in');
    await console.signIn(proxy.token);
    await page.getByRole('button', { name: '重新统计' }).waitFor();
    await console.list.click();
    await console.done();
    assert.equal(await console.state.textContent(), '完成：全部 25,000 个群组均已列出。');
    await console.find.fill('1a');
    await page.getByText(/25,000 中有 \d+ 个匹配/).waitFor();
    await console.look('chinese-listed');
    await page.getByRole('button', { name: 'English' }).click();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.getByRole('heading', { name: 'Groups by type' }).waitFor();
    assert.equal(await console.find.inputValue(), '1a');
    await console.close();
  });

  it('everything is done by keyboard', async () => {
    const console = await openConsole(browser, proxy.url);
    const { page } = console;
    const press = (key) => page.keyboard.press(key);
    const tabTo = async (name) => {
      for (let i = 0; i < 30 && (await focused(page)) !== name; i++) await press('Tab');
      assert.equal(await focused(page), name);
    };
    await console.token.waitFor();
    await page.keyboard.type(proxy.token);
    await press('Enter');
    await page.getByRole('button', { name: 'Count again' }).waitFor();
    assert.equal(await focused(page), 'Groups by type');
    await tabTo('List groups');
    await press('Enter');
    await console.done();
    assert.equal(await focused(page), 'Listing');
    await tabTo('Find in IDs');
    await page.keyboard.type('2');
    const matching = idsOf(groups.filter(({ groupId }) => groupId.includes('2')));
    await console.found.getByText(`${matching.length.toLocaleString('en-US')} matches`).waitFor();
    for (
      let i = 0;
      i < 30 && (await page.evaluate(() => document.activeElement.getAttribute('role'))) !== 'listbox';
      i++
    ) {
      await press('Tab');
    }
    const active = () =>
      page.evaluate(() => {
        const row = document.getElementById(document.activeElement.getAttribute('aria-activedescendant'));
        const box = row.getBoundingClientRect();
        const list = row.closest('[role=listbox]').getBoundingClientRect();
        return {
          id: row.querySelector('.id').textContent,
          at: Number(row.getAttribute('aria-posinset')),
          of: Number(row.getAttribute('aria-setsize')),
          inSight: box.top >= list.top - 1 && box.bottom <= list.bottom + 1,
        };
      });
    const expectActive = async (at) => {
      await page.waitForFunction((n) => {
        const id = document.activeElement.getAttribute('aria-activedescendant');
        return id && document.getElementById(id)?.getAttribute('aria-posinset') === String(n);
      }, at);
      assert.deepEqual(await active(), { id: matching[at - 1], at, of: matching.length, inSight: true });
    };
    await expectActive(1);
    await press('ArrowDown');
    await expectActive(2);
    await press('End');
    await expectActive(matching.length);
    await press('ArrowUp');
    await expectActive(matching.length - 1);
    await press('Home');
    await expectActive(1);
    await press(' ');
    await press('Shift+ArrowDown');
    await press('Shift+ArrowDown');
    await page.getByRole('button', { name: 'Copy 3 selected' }).waitFor();
    await press('Control+c');
    await page.getByText('3 IDs copied.').first().waitFor();
    assert.equal(await console.told(), '3 IDs copied.');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), matching.slice(0, 3).join('\n'));
    await press('Control+a');
    await page.getByRole('button', { name: `Copy ${matching.length.toLocaleString('en-US')} selected` }).waitFor();
    await press('Escape');
    await page.getByRole('button', { name: /Copy .* selected/ }).waitFor({ state: 'hidden' });
    await console.close();
  });

  it('Shift and a click select a range of rows, and no text of the page', async () => {
    const console = await signedIn();
    const { page } = console;
    await console.listAll();
    await console.done();
    const selected = async (...rows) => {
      await page.getByRole('button', { name: `Copy ${rows.length} selected` }).waitFor();
      const seen = await console.row.evaluateAll((all) =>
        all.filter((row) => row.ariaSelected === 'true').map((row) => Number(row.ariaPosInSet) - 1),
      );
      assert.deepEqual(seen, rows);
      assert.equal(await page.evaluate(() => String(getSelection())), '');
      assert.equal(await page.evaluate(() => document.activeElement.role), 'listbox');
    };
    // A text of the page is where the browser would begin to select.
    await page.getByRole('heading', { name: 'Groups by type' }).dblclick();
    assert.notEqual(await page.evaluate(() => String(getSelection())), '');
    await console.row.nth(2).click({ modifiers: ['Shift'] });
    await selected(0, 1, 2);
    await console.row.nth(4).click();
    await selected(4);
    await console.row.nth(7).click({ modifiers: ['Shift'] });
    await selected(4, 5, 6, 7);
    await console.row.nth(3).click({ modifiers: ['Shift'] });
    await selected(3, 4);
    await console.row.nth(6).click({ modifiers: ['Control'] });
    await console.row.nth(8).click({ modifiers: ['Control', 'Shift'] });
    await selected(3, 4, 6, 7, 8);
    await page.keyboard.press('Control+c');
    await page.getByText('5 IDs copied.').first().waitFor();
    const ids = idsOf(groups);
    assert.equal(
      await page.evaluate(() => navigator.clipboard.readText()),
      [3, 4, 6, 7, 8].map((i) => ids[i]).join('\n'),
    );
    // The end of the range is far away: rows between are selected without being in the page.
    await console.row.nth(4).click();
    await page.keyboard.press('End');
    await console.row.and(page.locator('[aria-posinset="25000"]')).click({ modifiers: ['Shift'] });
    await page.getByRole('button', { name: 'Copy 24,996 selected' }).waitFor();
    // A new view begins without a row to begin a range at.
    await console.find.fill('1');
    await page.getByRole('button', { name: /Copy .* selected/ }).waitFor({ state: 'hidden' });
    await console.row.nth(1).click({ modifiers: ['Shift'] });
    await selected(0, 1);
    await console.close();
  });

  it('where the browser gives no clipboard, IDs are copied all the same', async () => {
    const console = await signedIn({
      prepare: (context) =>
        context.addInitScript(() => {
          const { clipboard } = navigator;
          globalThis.readText = () => clipboard.readText();
          Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });
        }),
    });
    await console.listAll();
    await console.done();
    await console.row.nth(1).click();
    await console.row.nth(3).click({ modifiers: ['Control'] });
    await console.page.getByRole('button', { name: 'Copy 2 selected' }).click();
    await console.page.getByText('2 IDs copied.').first().waitFor();
    const ids = idsOf(groups);
    assert.equal(await console.page.evaluate(() => globalThis.readText()), `${ids[1]}\n${ids[3]}`);
    await console.close();
  });

  it('an empty app, groups that are gone and IDs that come twice are told', async () => {
    const console = await signedIn();
    const { page } = console;
    let answers = [[]];
    await answerWith(page, () => answers.shift());
    await console.listAll();
    await page.locator('.state', { hasText: 'Complete: there are no groups.' }).waitFor();
    await page.getByText('There are no groups of what was asked for.').waitFor();
    await console.look('empty');
    answers = [['a', 'b'], ['b'], ['c']];
    const totals = [5, 5, 6];
    await answerWith(
      page,
      () => answers.shift(),
      () => totals.shift(),
    );
    await console.list.click();
    await page.locator('.state', { hasText: '3 groups were listed, but the service counts 6.' }).waitFor();
    await page.getByText('3 of 6 · 50%').waitFor();
    await page.getByText('changed during the listing, from 5 to 6. One ID came a second time').waitFor();
    await console.look('incomplete');
    await console.close();
  });

  it('IDs are text from strangers: nothing in them is markup, hidden, or turns the text around them', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const ids = [
      '<img src=x onerror=alert(1)>',
      'a\u202Eb',
      'x\u2028y',
      'line\nbreak',
      '=1+1',
      ' ends ',
      'שלום',
      '\u0000',
      'a,"b"',
    ];
    const answers = [ids];
    await answerWith(console.page, () => answers.shift());
    await console.listAll();
    await console.done();
    await console.rows.waitFor();
    assert.deepEqual(await console.row.locator('.id').allTextContents(), [
      '<img src=x onerror=alert(1)>',
      'aU+202Eb',
      'xU+2028y',
      'lineU+000Abreak',
      '=1+1',
      'U+0020endsU+0020',
      'שלום',
      'U+0000',
      'a,"b"',
    ]);
    assert.equal(await console.row.locator('img').count(), 0);
    await console.row.nth(1).click();
    await console.look('odd-ids');
    const csv = await console.download('csv');
    assert.equal(
      csv.text,
      file(
        formats.csv,
        ids.map((groupId) => ({ groupId })),
      ),
    );
    await console.close();
  });

  it('57 hostile IDs are shown, found, copied and exported as they are', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const answers = [hostileIds];
    await answerWith(page, () => answers.shift());
    await console.listAll();
    await console.done();
    await page.setViewportSize({ width: 1280, height: 2600 }); // all rows are in sight
    const some = hostileIds.map((groupId) => ({ groupId }));
    const shown = shownAs(some);
    assert.equal(new Set(shown).size, hostileIds.length);
    const rows = (texts) =>
      page.waitForFunction((texts) => {
        const now = [...document.querySelectorAll('.rows [role=option] .id')].map(({ textContent }) => textContent);
        return now.length === texts.length && now.every((text, i) => text === texts[i]);
      }, texts);
    await rows(shown);
    assert.deepEqual(await console.untamed(), []);
    assert.equal(await page.locator('.results :is(img, script, svg, style, h1, b)').count(), 0);
    const rowOf = (id) => console.row.nth(hostileIds.indexOf(id));
    await page.getByLabel('Match case').check();
    // The field is one line, and has no line breaks.
    for (const id of hostileIds.filter((id) => !/[\r\n]/.test(id))) {
      await console.find.fill(id);
      await rows(shownAs(some.filter(({ groupId }) => groupId.includes(id))));
      assert.deepEqual(await console.untamed(), [], JSON.stringify(id));
    }
    await console.find.fill('a');
    await rows(shownAs(some.filter(({ groupId }) => groupId.includes('a'))));
    await console.find.fill('');
    await rows(shown);

    const copied = async (press, expected) => {
      await page.evaluate(() => navigator.clipboard.writeText('nothing yet'));
      await press();
      await page.waitForFunction(async (expected) => (await navigator.clipboard.readText()) === expected, expected);
    };
    for (const id of hostileIds) {
      await rowOf(id).click();
      await copied(() => page.keyboard.press('Control+c'), id);
    }
    await copied(() => page.getByRole('button', { name: 'Copy all 57' }).click(), hostileIds.join('\n'));

    const ndjson = await console.download('ndjson');
    assert.deepEqual(formats.ndjson.read(ndjson.text), hostileIds);
    for (const format of ['csv', 'csv-safe']) {
      const csv = await console.download(format);
      assert.deepEqual(formats[format].read(csv.text), hostileIds);
    }
    await console.look('hostile-ids');
    await console.close();
  });

  it('what others say is text too: it is isolated, and what cannot be seen in it is shown by its code', async () => {
    const console = await signedIn({ prepare: withFilePicker });
    const { page } = console;
    await page.route(command, (route) =>
      route.fulfill({
        json: {
          ActionStatus: 'FAIL',
          ErrorCode: 10007,
          ErrorInfo: 'שלום\u202Egnp\u2066.exe\u200B<b>',
          RequestId: 'id\u202E\u2800',
        },
      }),
    );
    await console.listAll();
    await page.getByText('The account that the proxy uses is not an admin of the app.').waitFor();
    await page.locator('.trouble summary').click();
    const details = page.locator('.trouble details bdi');
    assert.match(await details.first().textContent(), /10007: שלוםU\+202EgnpU\+2066\.exeU\+200B<b>/);
    assert.equal(await details.last().textContent(), 'idU+202EU+2800');
    assert.deepEqual(await details.locator('.odd').allTextContents(), [
      'U+202E',
      'U+2066',
      'U+200B',
      'U+202E',
      'U+2800',
    ]);
    assert.deepEqual(await console.untamed(), []);
    await console.look('foreign-error');

    const answers = [['a\u202Eb\u2800']];
    await answerWith(page, () => answers.shift());
    await console.list.click();
    await console.done();
    await page.evaluate(() => {
      const choose = globalThis.showSaveFilePicker;
      globalThis.showSaveFilePicker = () => choose({ suggestedName: 'a\u202Evsc.exe' });
    });
    await console.export('csv');
    await page.getByText('1 group written to aU+202Evsc.exe.').first().waitFor();
    assert.equal(await console.told(), '1 group written to aU+202Evsc.exe.');
    assert.deepEqual(await console.untamed(), []);
    await console.find.fill('\u202Ex\u200B');
    await console.found.getByText('No ID contains “U+202ExU+200B”.').waitFor();
    assert.equal(await console.found.locator('bdi').count(), 1);
    assert.deepEqual(await console.untamed(), []);
    await console.find.fill('');

    // A part that is selected by hand is copied as it is, codes and all.
    await console.row.first().click();
    await page.locator('.detail .id').evaluate((id) => getSelection().selectAllChildren(id));
    await page.keyboard.press('Control+c');
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'a\u202Eb\u2800');
    await console.close();
  });

  it('a CSV for spreadsheets has no formulas, in any column', async () => {
    const console = await signedIn({ prepare: withoutFilePicker });
    const { page } = console;
    const ids = ['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', ' =1', '"=1', 'a;=1', 'plain'];
    await page.route(command, async (route) => {
      const { GroupType = 'Public' } = route.request().postDataJSON();
      const listed = GroupType === 'Public' ? ids : [];
      await route.fulfill({
        json: {
          ActionStatus: 'OK',
          ErrorCode: 0,
          ErrorInfo: '',
          TotalCount: listed.length,
          GroupIdList: listed.map((GroupId) => ({ GroupId })),
          Next: 0,
        },
      });
    });
    for (const [byType, forms, type] of [
      [false, formats, undefined],
      [true, formatsByType, 'Public'],
    ]) {
      await console.listAll({ byType });
      await page.locator('.state.done').waitFor();
      const some = ids.map((groupId) => ({ groupId, type }));
      const exact = await console.download('csv');
      assert.equal(exact.text, file(forms.csv, some));
      const safe = await console.download('csv-safe');
      assert.match(safe.name, /\.csv$/);
      assert.equal(safe.text, file(forms['csv-safe'], some));
      assert.notEqual(safe.text, exact.text);
      const ndjson = await console.download('ndjson');
      assert.equal(ndjson.text, file(forms.ndjson, some));
    }
    await console.look('safe-csv');
    await console.close();
  });

  it('a million IDs: typing, scrolling and searching go on without freezing, with a few rows in the page', async () => {
    const console = await signedIn();
    const { page } = console;
    const idOf = (i) => `@TGS#${((i * 2654435761) % 4294967296).toString(36).toUpperCase()}-${i}`;
    await page.route(command, async (route) => {
      const { Next = 0 } = route.request().postDataJSON();
      const groupIds = Array.from({ length: 10_000 }, (_, i) => ({ GroupId: idOf(Next + i) }));
      const next = Next + 10_000;
      await route.fulfill({
        json: {
          ActionStatus: 'OK',
          ErrorCode: 0,
          ErrorInfo: '',
          TotalCount: 1_000_000,
          GroupIdList: groupIds,
          Next: next < 1_000_000 ? next : 0,
        },
      });
    });
    await console.listAll();
    await page.locator('.state.done').waitFor({ timeout: 120_000 });
    await page.evaluate(() => {
      globalThis.longest = 0;
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        globalThis.longest = Math.max(globalThis.longest, now - last);
        last = now;
        setTimeout(tick);
      };
      tick();
    });
    await console.find.pressSequentially('99-9', { delay: 20 });
    const matching = Array.from({ length: 1_000_000 }, (_, i) => idOf(i)).filter((id) => id.includes('99-9'));
    await console.found.getByText(`${matching.length.toLocaleString('en-US')} matches in 1,000,000`).waitFor();
    await console.find.fill('');
    await console.found.getByText('1,000,000 IDs').waitFor();
    await console.rows.focus();
    await page.keyboard.press('End');
    await console.row.filter({ hasText: `-999999` }).waitFor();
    await page.keyboard.press('Home');
    await console.row.filter({ hasText: idOf(0) }).waitFor();
    // A wheel moves as far as in a short list, though the scroll bar is far shorter than the rows.
    await console.rows.hover();
    for (let i = 0; i < 5; i++) await page.mouse.wheel(0, 280);
    await page.waitForFunction(() => {
      const list = document.querySelector('[role=listbox]').getBoundingClientRect();
      const first = [...document.querySelectorAll('.rows [role=option]')].find(
        (row) => Math.abs(row.getBoundingClientRect().top - list.top) < 1,
      );
      return first?.getAttribute('aria-posinset') === '51';
    });
    // The scroll bar leads to that part of the list.
    await console.rows.evaluate((list) => {
      list.scrollTop = list.scrollHeight / 2;
    });
    await page.waitForFunction(() => {
      const at = Number(document.querySelector('.rows [role=option]')?.getAttribute('aria-posinset'));
      return at > 499_000 && at < 501_000;
    });
    assert.ok((await console.row.count()) < 80);
    const longest = await page.evaluate(() => globalThis.longest);
    assert.ok(longest < 500, `the page stood still for ${longest} ms`);
    await console.look('million');
    await console.close();
  });

  const withoutPauses = async (context) => {
    await withoutFilePicker(context);
    await context.addInitScript(() => {
      Math.random = () => 0; // the pauses before retries are a random part of some seconds
    });
  };

  const withoutFilePicker = (context) =>
    context.addInitScript(() => {
      delete globalThis.showSaveFilePicker;
    });

  // In place of the dialog, which nobody can answer here: a file of the page's own.
  const withFilePicker = (context) =>
    context.addInitScript(() => {
      globalThis.showSaveFilePicker = async ({ suggestedName }) => {
        const folder = await navigator.storage.getDirectory();
        globalThis.chosen = await folder.getFileHandle(suggestedName, { create: true });
        return globalThis.chosen;
      };
    });

  /** Lets so many calls through and keeps the next ones waiting until they are released. */
  async function holdAfter(page, calls) {
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    await page.route(command, async (route) => {
      if (calls-- <= 0) await released;
      await route.continue().catch(() => {}); // it was stopped meanwhile
    });
    return {
      async release() {
        release();
        await page.unroute(command);
      },
    };
  }

  /** Lets so many calls through and refuses the token of the next ones. */
  async function expireAfter(page, calls) {
    await page.route(command, (route) =>
      calls-- > 0 ? route.continue() : route.fulfill({ status: 401, json: { title: 'made up' } }),
    );
  }

  /** What a listing that is gone on with asks for first: its Next is where it stood, which is not the beginning. */
  async function goesOn(page, press) {
    const ofListing = (request) => request.postDataJSON()?.Limit > 1;
    const [request] = await Promise.all([page.waitForRequest(ofListing), press()]);
    assert.ok(request.postDataJSON().Next > 0, `it begins anew: ${request.postData()}`);
  }

  /** Answers calls with pages in place of the proxy. */
  async function answerWith(page, pageOf, totalOf) {
    await page.unroute(command);
    let next = 0;
    let more;
    await page.route(command, async (route) => {
      const ids = more ?? pageOf();
      more = pageOf();
      await route.fulfill({
        json: {
          ActionStatus: 'OK',
          ErrorCode: 0,
          ErrorInfo: '',
          TotalCount: totalOf?.() ?? ids.length,
          GroupIdList: ids.map((GroupId) => ({ GroupId })),
          Next: more ? ++next : 0,
        },
      });
    });
  }

  /** Whether the browser asks before the page is left. */
  const leaving = (page) => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));

  /** The name of what has the focus. */
  const focused = (page) =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element.labels?.[0]?.textContent || element.textContent;
    });
});
