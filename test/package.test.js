// What npm publishes: the tarball installs in an empty folder and works there, and holds nothing that it does not need.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '../scripts/sandbox.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

describe('the npm package', () => {
  let sandbox;
  let folder;
  let files;
  before(async () => {
    sandbox = await startSandbox(['--groups', '1200', '--interval', '0s']);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
    });
    const parsed = JSON.parse(stdout);
    const [packed] = Array.isArray(parsed) ? parsed : Object.values(parsed);
    files = packed.files.map(({ path }) => path).sort();
    await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${packed.filename}`], { cwd: folder });
  });
  after(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  it('holds the source of the wrapper, the modules, the types, what users read, and nothing else', () => {
    const expected =
      /^(bin\/[\w-]+\.js|js\/(cli\/)?[\w-]+\.js|dist\/(groups\.wasm|usersig\.wasm|sandbox\.wasm|wasm_exec\.js)|index\.d\.ts|package\.json|docs\/(errors|(api|guide)\/[\w-]+)\.md|(README|CHANGELOG|SECURITY)\.md|LICENSE)$/;
    assert.deepEqual(
      files.filter((file) => !expected.test(file)),
      [],
    );
    for (const file of [
      'dist/groups.wasm',
      'dist/usersig.wasm',
      'dist/sandbox.wasm',
      'dist/wasm_exec.js',
      'js/node.js',
      'js/browser.js',
      'index.d.ts',
      'README.md',
      'docs/api/README.md',
      'docs/errors.md',
      'docs/guide/README.md',
      'LICENSE',
    ]) {
      assert.ok(files.includes(file), `${file} is missing`);
    }
  });

  it('lists groups when it is imported by its name', async () => {
    await writeFile(
      join(folder, 'script.js'),
      `import { listAllGroups } from 'tencent-chat-groups';
      const options = JSON.parse(process.env.OPTIONS);
      const { groupIds, complete } = await listAllGroups({ ...options, limit: 500, minIntervalMs: 0 });
      console.log(groupIds.length, complete);`,
    );
    const env = { ...process.env, OPTIONS: JSON.stringify(sandbox.options) };
    const { stdout } = await run(process.execPath, ['script.js'], { cwd: folder, env });
    assert.equal(stdout, '1200 true\n');
  });

  it('can be required, where Node can require ES modules', async () => {
    const script =
      "const { countGroups } = require('tencent-chat-groups'); countGroups(JSON.parse(process.env.OPTIONS)).then(console.log);";
    const env = { ...process.env, OPTIONS: JSON.stringify(sandbox.options) };
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '--eval', script], { cwd: folder, env });
    assert.equal(stdout, '1200\n');
  });

  it('brings its command line', async () => {
    const { endpoint, sdkAppId, identifier, secretKey } = sandbox.options;
    const env = { ...process.env, TENCENT_CHAT_SECRET_KEY: secretKey };
    const flags = ['--endpoint', endpoint, '--sdk-app-id', sdkAppId, '--identifier', identifier];
    const { stdout } = await run('npx', ['--offline', 'tencent-chat-groups', 'count', ...flags], { cwd: folder, env });
    assert.equal(stdout, '1200\n');
  });

  it('exports what its types declare', async () => {
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module', '--eval', "console.log(Object.keys(await import('tencent-chat-groups')).sort().join())"],
      { cwd: folder },
    );
    const ts = await import('node:fs/promises').then(({ readFile }) => readFile(join(root, 'index.d.ts'), 'utf8'));
    const declared = [...ts.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name).sort();
    assert.deepEqual(stdout.trim().split(','), declared);
    const browser = await import('../js/browser.js');
    assert.deepEqual(Object.keys(browser).sort(), declared);
  });
});
