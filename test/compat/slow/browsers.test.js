// Pages in browsers other than Chromium, without a bundler: the package's own files.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { startProxy } from '../../../scripts/programs/proxy.mjs';
import { startLocalServer } from '../../support/local-server.js';
import { startSigningHop } from '../../support/signing-hop.js';
import { assertAllGroups, groupIds, startCompatSandbox } from '../support/expected.js';
import { launchFirefox } from '../support/firefox.js';
import { html, listing, show } from '../support/page.js';
import { openProject } from '../support/project.js';
import { proves } from '../support/proof.js';
import { launchWebKit } from '../support/webkit.js';

const entry = (name) => `./node_modules/tencent-chat-groups/js/${name}.js`;
const pageOf = (script) => html(`<script type="module" src="./${script}"></script>`);

const files = {
  'main.html': pageOf('main.js'),
  'main.js': listing(entry('browser')),
  'inline.html': pageOf('inline.js'),
  'inline.js': listing(entry('inline-browser')),
  'worker.html': pageOf('starts-worker.js'),
  'starts-worker.js': `${show}
    new Worker('./worker.js', { type: 'module' }).onmessage = ({ data }) => show(data);`,
  'worker.js': `import { listAllGroups } from '${entry('browser')}';
    listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 })
      .then(({ groupIds }) => postMessage(groupIds.join('\\n')), (error) => postMessage(error.name + ': ' + error.message));`,
  'module.html': pageOf('shares-module.js'),
  'shares-module.js': `${show}
    const worker = new Worker('./takes-module.js', { type: 'module' });
    worker.onmessage = ({ data }) => show(data);
    WebAssembly.compileStreaming(fetch('./node_modules/tencent-chat-groups/dist/groups.wasm'))
      .then((module) => worker.postMessage(module), fail);`,
  'takes-module.js': `import { init, listAllGroups } from '${entry('browser')}';
    onmessage = async ({ data }) => {
      await init({ wasm: data });
      const { groupIds } = await listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 });
      postMessage(groupIds.join('\\n'));
    };`,
  // After a page, and while a call is under way.
  'abort.html': pageOf('abort.js'),
  'abort.js': `import { countGroups, listAllGroups } from '${entry('browser')}';
    ${show}
    const said = (error) => error.name + ' ' + error.checkpoint?.groups;
    const first = new AbortController();
    const after = { signal: first.signal, onProgress: ({ groups }) => { if (groups > 0) first.abort(); } };
    const afterAPage = await listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0, ...after }).catch(said);
    const signal = AbortSignal.timeout(500);
    const proxy = new URL(location).searchParams.get('stalls');
    const whileCalling = await countGroups({ proxy, signal }).catch(({ name }) => name);
    show(afterAPage + ', ' + whileCalling);`,
};

// The text of a page once it is done.
const shown = `new Promise((resolve) => {
  const look = () => (document.title === 'done' ? resolve(document.querySelector('pre').textContent) : setTimeout(look, 50));
  look();
})`;

// What a user of the console does: sign in, list every group, find one, sign out.
const usesConsole = (token, id) => `(async () => {
  const until = async (look) => {
    for (;;) {
      const found = look();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const enter = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const button = (name) => [...document.querySelectorAll('button')].find(({ innerText }) => innerText === name);
  const field = await until(() => document.querySelector('input[type=password]'));
  enter(field, ${JSON.stringify(token)});
  field.form.requestSubmit();
  (await until(() => document.querySelector('#start:enabled'))).click();
  await until(() => document.querySelector('.state.done'));
  const listed = document.querySelector('.counts tfoot td').textContent;
  enter(document.querySelector('#find'), ${JSON.stringify(id)});
  await until(() => document.querySelectorAll('[role=option]').length === 1);
  const found = document.querySelector('[role=option]').textContent;
  button('Sign out').click();
  const asked = await until(() => document.querySelector('dialog[open]')?.textContent); // the listing was not exported
  return JSON.stringify({ listed, found, asked });
})()`;

const allowed =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:";

for (const [name, launch] of [
  ['Firefox', launchFirefox],
  ['WebKitGTK', launchWebKit],
])
  describe(name, () => {
    let sandbox;
    let project;
    let browser;
    before(async () => {
      sandbox = await startCompatSandbox();
      project = await openProject(files);
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await project?.remove();
      await sandbox?.stop();
    });

    const proof = (how, check) => proves('2-browsers', name, how, check);

    /** What a page shows, served with a policy. */
    async function visit(page, { csp = allowed, query = '' } = {}) {
      const hop = await startSigningHop(project.folder, sandbox.options, { csp });
      try {
        const evaluate = await browser.open(`${hop.origin}/${page}.html${query}`);
        return await evaluate(shown);
      } finally {
        await hop.stop();
      }
    }

    for (const [how, page] of [
      ['import', 'main'],
      ['/inline', 'inline'],
      ['web worker', 'worker'],
      ['web worker with a shared WebAssembly.Module', 'module'],
    ])
      proof(how, async () => assertAllGroups(await visit(page)));

    for (const [how, page] of [
      ['the error says that the policy forbids WebAssembly', 'main'],
      ['the error says that the policy forbids WebAssembly, /inline', 'inline'],
    ])
      proof(how, async () => {
        const csp = allowed.replace(" 'wasm-unsafe-eval'", '');
        assert.match(await visit(page, { csp }), /^LoadError: .*'wasm-unsafe-eval'/);
      });

    proof('the console: sign in, list, find, sign out', async () => {
      const proxy = await startProxy(sandbox.options, { flags: ['--min-interval', '0s'] });
      try {
        const evaluate = await browser.open(`${proxy.url}/`);
        const [id] = groupIds;
        const { listed, found, asked } = JSON.parse(await evaluate(usesConsole(proxy.token, id)));
        assert.equal(listed, groupIds.length.toLocaleString('en-US'));
        assert.ok(found.includes(id), found);
        assert.match(asked, /Sign out\?/);
      } finally {
        await proxy.stop();
      }
    });

    proof('an abort after a page, and one that ends a call', async () => {
      let ended = 0;
      const staller = await startLocalServer((request, response) => {
        const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
        if (request.method === 'OPTIONS') response.writeHead(204, headers).end();
        else response.on('close', () => ended++);
      });
      try {
        const csp = allowed.replace("connect-src 'self'", `connect-src 'self' ${staller.origin}`);
        const query = `?stalls=${encodeURIComponent(staller.origin)}`;
        assert.equal(await visit('abort', { csp, query }), 'AbortError 1000, TimeoutError');
        assert.equal(ended, 1);
      } finally {
        await staller.stop();
      }
    });
  });
