// What npm publishes: the tarball installs in an empty folder and works there, and holds nothing that it does not need.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '../scripts/programs/sandbox.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

describe('the npm package', () => {
  let sandbox;
  let folder;
  let files;
  let tarball;
  before(async () => {
    sandbox = await startSandbox(['--groups', '1200', '--interval', '0s']);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
    });
    const parsed = JSON.parse(stdout);
    const [packed] = Array.isArray(parsed) ? parsed : Object.values(parsed);
    tarball = join(folder, packed.filename);
    files = packed.files.map(({ path }) => path).sort();
    await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  });
  after(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  it('holds the source of the wrapper, the modules, the types, what users read, and nothing else', () => {
    const bundles = ['node', 'shared', 'sign'].flatMap((name) => [`${name}.js`, `${name}.js.map`]);
    const dist = [
      ...bundles,
      'groups.wasm',
      'index.d.cts',
      'inline.cjs',
      'inline/groups.js',
      'inline/usersig.js',
      'node.cjs',
    ];
    const docs = readdirSync(join(root, 'docs'), { recursive: true }).filter((name) => /\.(md|svg)$/.test(name));
    const read = [
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'README.md',
      'README.zh-CN.md',
      'SECURITY.md',
      ...docs.map((name) => `docs/${name}`),
    ];
    const others = ['LICENSE', 'THIRD_PARTY_NOTICES', 'index.d.ts', 'package.json', ...read];
    assert.deepEqual(
      files.filter((file) => !/^(js|js\/cli|bin)\/[\w-]+\.js$/.test(file)),
      [
        ...others,
        ...[...dist, 'sandbox.wasm', 'usersig.wasm', 'version.js', 'wasm_exec.js'].map((file) => `dist/${file}`),
      ].sort(),
    );
    for (const folder of ['js', 'js/cli', 'bin']) {
      const sources = readdirSync(join(root, folder)).filter((name) => name.endsWith('.js'));
      const packed = files.filter((file) => dirname(file) === folder).map((file) => basename(file));
      assert.deepEqual(packed, sources.sort());
    }
  });

  it('has every file that its documentation links to', async () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    for (const page of pages) {
      const text = await readFile(join(folder, 'node_modules/tencent-chat-groups', page), 'utf8');
      for (const [, link] of text.replace(/```.*?```/gs, '').matchAll(/\]\(([^)\s#]+)/g)) {
        if (/^https:/.test(link)) continue;
        assert.ok(files.includes(join(dirname(page), link)), `${page}: ${link} is not in the package`);
      }
    }
  });

  it('is published only with a repository, against which npm resolves the links of README.md', async () => {
    const { scripts, repository } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const [command, script] = scripts.prepublishOnly.split(' ');
    assert.equal(command, 'node');
    const check = (content) =>
      writeFile(join(folder, 'checked.json'), JSON.stringify(content))
        .then(() => run(process.execPath, [join(root, script), join(folder, 'checked.json')]))
        .then(() => 'published')
        .catch(({ stderr }) => stderr);
    assert.match(await check({}), /^package\.json has no repository: the links of README\.md would lead nowhere/);
    for (const url of ['https://git.example/a/b', 'https://github.com/a', 'https://github.com/OWNER']) {
      assert.match(await check({ repository: { type: 'git', url } }), new RegExp(`has the repository ${url}:`));
    }
    for (const url of ['git+https://github.com/a/b.git', 'https://gitlab.com/a/b']) {
      assert.equal(await check({ repository: { type: 'git', url } }), 'published');
      assert.equal(await check({ repository: url }), 'published');
    }
    if (repository) assert.equal(await check({ repository }), 'published');
  });

  it('has entries and types that every tool finds: publint and attw have no complaint', async () => {
    await run('npx', ['--offline', 'publint', '--strict', tarball], { cwd: root });
    // The modules have no types of their own: bundlers and assets give them different ones.
    const skipped = ['--exclude-entrypoints', 'groups.wasm', 'usersig.wasm'];
    await run('npx', ['--offline', 'attw', tarball, ...skipped], { cwd: root });
  });

  it('says what it is', async () => {
    const { description, license, keywords, engines, sideEffects } = JSON.parse(
      await readFile(join(folder, 'node_modules/tencent-chat-groups/package.json'), 'utf8'),
    );
    assert.ok(description && keywords.length > 0);
    assert.deepEqual(
      { license, engines, sideEffects },
      { license: 'MIT', engines: { node: '>=20' }, sideEffects: false },
    );
  });

  it('names the license of all that is compiled into it', async () => {
    const notices = await readFile(join(folder, 'node_modules/tencent-chat-groups/THIRD_PARTY_NOTICES'), 'utf8');
    const env = { ...process.env, GOOS: 'js', GOARCH: 'wasm' };
    const format = '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}';
    const { stdout } = await run('go', ['list', '-deps', '-f', format, './wasm/...'], { cwd: root, env });
    const modules = [...new Set(stdout.trim().split('\n').filter(Boolean))].map((line) => line.split(' '));
    assert.ok(modules.length > 0);
    const goroot = (await run('go', ['env', 'GOROOT'])).stdout.trim();
    for (const [path, moduleFolder] of [...modules, ['https://go.dev', goroot]]) {
      assert.ok(notices.split('\n').includes(path), `${path} is compiled in and not named`);
      const license = await readFile(join(moduleFolder, 'LICENSE'), 'utf8');
      assert.ok(notices.includes(license.trim()), `the license of ${path} is not there, or not word for word`);
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
    const ts = await readFile(join(root, 'index.d.ts'), 'utf8');
    const named = [...ts.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name);
    const declared = [...new Set(named)].sort(); // a function is declared once for each way to call it
    assert.deepEqual(stdout.trim().split(','), declared);
    for (const entry of ['node', 'browser', 'inline-browser', 'inline-node']) {
      assert.deepEqual(Object.keys(await import(`../js/${entry}.js`)).sort(), declared, entry);
    }
  });
});
