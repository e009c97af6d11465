// The page that every bundler gets, and a real browser to open it in.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertAllGroups } from './expected.js';

/** A page that runs a script and shows what it made: its title tells when. */
export const html = (script) => `<!doctype html>
<meta charset="utf-8">
<title></title>
<link rel="icon" href="data:,">
<pre></pre>
${script}
`;

/** The start of a script of the page: show() ends it. */
export const show = `
const show = (text) => { document.querySelector('pre').textContent = text; document.title = 'done'; };
const fail = (error) => show(error.name + ': ' + error.message);
`;

/** A script of the page that lists all groups through a proxy on the page's own origin. */
export const listing = (entry) => `
import { listAllGroups } from '${entry}';
${show}
listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 }).then((all) => show(all.groupIds.join('\\n')), fail);
`;

/** Opens a page, and returns what it shows once it is done, with all that the browser complained about. */
export async function visit(browser, url) {
  const page = await browser.newPage();
  const trouble = [];
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  try {
    await page.goto(url);
    await page
      .waitForFunction(() => document.title === 'done')
      .catch((error) => {
        throw new Error(`${error.message}\n${trouble.join('\n')}`);
      });
    return { shown: await page.textContent('pre'), trouble };
  } finally {
    await page.close();
  }
}

export async function assertListsGroups(browser, url) {
  const { shown, trouble } = await visit(browser, url);
  assert.deepEqual(trouble, [], shown);
  assertAllGroups(shown);
}

/** No code for Node.js, and nothing that could sign, is in what a browser is given. */
export async function assertFitForBrowsers(folder, project) {
  for (const { name, content } of await assertNothingSigns(folder, project)) {
    if (!/\.m?js$/.test(name)) continue;
    assert.doesNotMatch(content.toString(), /node:|\bfs\/promises|require\(['"]fs/, `${name} holds code for Node.js`);
  }
}

/** Nothing that could sign is in a folder, whose files are returned: { name, content }. */
export async function assertNothingSigns(folder, project) {
  const installed = join(project, 'node_modules/tencent-chat-groups/dist');
  const signer = await readFile(join(installed, 'usersig.wasm'));
  const packed = (await readFile(join(installed, 'inline/usersig.js'), 'utf8')).match(/'([^']+)'/)[1].slice(0, 200);
  const files = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { name } = entry;
    const content = await readFile(join(entry.parentPath ?? entry.path, name));
    assert.ok(!content.includes(signer.subarray(-4096)), `${name} holds the module that signs`);
    assert.ok(!content.includes(packed), `${name} holds the module that signs, as text`);
    files.push({ name, content });
  }
  assert.ok(
    files.some(({ name }) => name.endsWith('.js')),
    `there is no JavaScript in ${folder}`,
  );
  return files;
}
