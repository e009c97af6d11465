// The documentation: its examples run as they stand, its links lead somewhere, and what is generated is not stale.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { measureSizes, sizesIn } from '../scripts/build/readme-sizes.mjs';
import { PageFolder } from './support/page-folder.js';
import { faults, pages, parse, places, root, snippetsOf } from './support/snippets.js';

const run = promisify(execFile);
const allPages = await pages();
const all = (await Promise.all(allPages.map(snippetsOf))).flat();

// Every block that is not run: its page, its first line, and why. A block is added here, or it runs.
const notRun = [
  ['docs/guide/installation.md', 'npm install tencent-chat-groups', 'needs the package in a registry'],
  ['docs/guide/electron.md', 'npm install electron tencent-chat-groups', 'Electron itself is not run in the tests'],
  [
    'docs/guide/networks.md',
    "import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';",
    'needs undici and a proxy',
  ],
  ['docs/guide/node-script.md', 'npm install tencent-chat-groups', 'needs the package in a registry'],
];

const runsHere = (snippet) =>
  ['js', 'sh'].includes(snippet.language) &&
  snippet['not-run'] === undefined &&
  snippet.in === undefined &&
  snippet.file === undefined;

// Pages side by side, since their examples mostly wait for the pace; the blocks of a page in order.
describe('the examples of the documentation', { concurrency: 3 }, () => {
  it('are left out only where the list says so', () => {
    assert.deepEqual(
      all
        .filter((snippet) => snippet['not-run'] !== undefined)
        .map(({ page, code, 'not-run': why }) => [page, code.split('\n', 1)[0], why])
        .sort(),
      notRun.sort(),
    );
  });

  it('are in languages that are run, but for plain text', () => {
    for (const { page, line, language } of all) {
      assert.ok(['js', 'sh', 'ts', 'html', 'text', ''].includes(language), `${page}:${line}: ${language}`);
    }
  });

  it('run in places that have tests', () => {
    for (const { page, line, in: place, language } of all) {
      if (place) assert.ok(places[place]?.includes(page), `${page}:${line} says in=${place}`);
      else assert.notEqual(language, 'html', `${page}:${line} has HTML, which runs only in a place`);
    }
  });

  it('that are files are run by a later block of their page', () => {
    for (const { page, line, file, in: place } of all) {
      if (file === undefined || place !== undefined) continue;
      const later = all.filter((other) => other.page === page && other.line > line && other.language === 'sh');
      assert.ok(
        later.some(({ code }) => code.includes(`node ${file}`) || code.includes(`sh ${file}`)),
        `${page}:${line}: nothing runs ${file}`,
      );
    }
  });

  it('work for large apps: no list of IDs becomes arguments, which are limited', () => {
    for (const { page, line, code } of all) assert.doesNotMatch(code, /\bpush\(\.\.\./, `${page}:${line}`);
  });

  it('are read strictly: a word that means nothing, or a block without an end, is found', () => {
    assert.throws(() => parse('```js notrun="x"\n```\n', 'x.md'), /x\.md:1: 'notrun="x"' means nothing/);
    assert.throws(() => parse('\n```js\n', 'x.md'), /x\.md:2: the block has no end/);
    assert.throws(() => parse('```js\n```js\n```\n', 'x.md'), /x\.md:2: a block begins in a block/);
    for (const snippet of all) if (snippet.faults !== undefined) assert.ok(faults[snippet.faults], snippet.faults);
  });

  for (const page of allPages) {
    const snippets = all.filter((snippet) => snippet.page === page);
    if (!snippets.some(runsHere)) continue;
    describe(page, { concurrency: 1 }, () => {
      let folder;
      before(async () => {
        folder = await PageFolder.open();
        for (const { file, code } of snippets) if (file !== undefined) await folder.save(file, code);
      });
      after(() => folder?.close());

      // In order, since later ones build on what earlier ones left. A block that fails fails the later ones as well.
      for (const snippet of snippets.filter(runsHere)) {
        it(`line ${snippet.line}: ${snippet.code.trim().split('\n')[0]}`, async () => {
          const { status, stdout, stderr, calls } = await folder.run(snippet);
          assert.equal(status, 0, `it ended with status ${status}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
          if (snippet.offline === undefined) assert.ok(calls > 0, 'it made no call');
          else assert.equal(calls, 0, 'it is marked as offline');
          const next = snippets[snippets.indexOf(snippet) + 1];
          if (next?.output !== undefined) assert.equal(stdout.trim(), next.code.trim());
        });
      }
    });
  }

  it('in TypeScript, and those of the API reference, are accepted by the compiler', async () => {
    const reference = await readFile(join(root, 'docs/api/README.md'), 'utf8');
    const prelude = `
      import * as api from 'tencent-chat-groups';
      const { countGroups, createClient, GroupListError, init, listAllGroups, listGroups, paginateGroups } = api;
      declare const options: api.GroupListOptions, token: string;
      declare function freshUserSig(): Promise<string>;
      declare function store(groupIds: string[]): Promise<void>;
      declare function remember(checkpoint: api.Checkpoint): Promise<void>;
      declare function scheduleAgain(checkpoint: api.Checkpoint | undefined): void;
    `;
    const ofFunctions = parse(reference, 'docs/api/README.md').filter(({ language }) => language === 'ts');
    const ofOptions = [...reference.matchAll(/\*\*Example\*\* `([^`]*)` \|/g)];
    assert.equal(ofOptions.length, reference.split('**Example**').length - 1, 'an example of an option has backticks');
    assert.ok(ofFunctions.length > 0 && ofOptions.length > 0);
    const typed = all.filter(({ language }) => language === 'ts');
    assert.ok(typed.length > 0);
    for (const { code } of ofFunctions) typed.push({ code: prelude + code });
    for (const [, code] of ofOptions) typed.push({ code: `${prelude}listGroups({ ${code} });` });
    const folder = await PageFolder.open();
    try {
      for (const [index, { code }] of typed.entries()) await folder.save(`snippet-${index}.mts`, code);
      const compilerOptions = { strict: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'] };
      Object.assign(compilerOptions, {
        module: 'node16',
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
      });
      await folder.save('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.mts'] }));
      const compiled = await run(process.execPath, [join(root, 'node_modules/.bin/tsc'), '-p', folder.path]).catch(
        (error) => error,
      );
      assert.equal(compiled.stdout, '');
    } finally {
      await folder.close();
    }
  });
});

describe('what is made of the source', () => {
  it('docs/api/README.md is what index.d.ts says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    try {
      const fresh = join(folder, 'README.md');
      await run(process.execPath, [join(root, 'scripts/build/api-reference/generate.mjs'), fresh]);
      const kept = await readFile(join(root, 'docs/api/README.md'), 'utf8');
      assert.equal(kept, await readFile(fresh, 'utf8'), 'docs/api/README.md is older than index.d.ts: run `make docs`');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('docs/errors.md has a section on each class of error, and says its kind', async () => {
    const types = await readFile(join(root, 'index.d.ts'), 'utf8');
    const page = await readFile(join(root, 'docs/errors.md'), 'utf8');
    const classes = [...types.matchAll(/class (\w+) extends GroupListError \{[^}]*?\breadonly kind: '(\w+)'/g)];
    assert.equal(classes.length, types.split('extends GroupListError').length - 1);
    for (const [, name, kind] of classes) {
      assert.ok(page.includes(`\n## ${name}\n`), `there is no section on ${name}`);
      assert.ok(
        page.includes(`| [${name}](#${name.toLowerCase()}) | \`${kind}\` |`),
        `the table does not have ${name}`,
      );
    }
  });

  it('the sizes in README.md are those of what is built, to a twentieth', async () => {
    const said = sizesIn(await readFile(join(root, 'README.md'), 'utf8'));
    for (const [file, bytes] of Object.entries(await measureSizes())) {
      assert.ok(
        Math.abs(said[file] / bytes - 1) < 0.05,
        `${file} has ${bytes} bytes, not ${said[file]}: run \`make docs\``,
      );
    }
  });
});

describe('the links of the documentation', () => {
  // Links into the world, which no test can follow.
  const known = ['https://keepachangelog.com/en/1.1.0/', 'https://semver.org/'];
  let files;
  before(async () => {
    const more = (await readdir(join(root, 'docs'), { recursive: true })).filter((name) => name.endsWith('.md'));
    const atTheTop = (await readdir(root)).filter((name) => name.endsWith('.md'));
    files = [...atTheTop, ...more.map((name) => `docs/${name}`)];
  });

  it('lead to files and headings that are there', async () => {
    for (const file of files) {
      const text = await readFile(join(root, file), 'utf8');
      for (const [, link] of text.replace(/```.*?```/gs, '').matchAll(/\]\(([^)\s]+)\)/g)) {
        if (known.includes(link)) continue;
        assert.ok(!/^[a-z]+:/.test(link), `${file}: ${link} leads into the world`);
        const [path, heading] = link.split('#');
        const target = path ? relative(root, join(root, dirname(file), path)) : file;
        await access(join(root, target)).catch(() => assert.fail(`${file}: there is no ${link}`));
        if (heading) {
          const headings = (await readFile(join(root, target), 'utf8')).matchAll(/^#+ (.*)$/gm);
          const ids = [...headings].map(([, words]) => idOf(words));
          assert.ok(ids.includes(heading), `${file}: there is no heading for ${link}`);
        }
      }
    }
  });

  it('leave no guide out', async () => {
    const contents = await readFile(join(root, 'docs/guide/README.md'), 'utf8');
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    for (const name of await readdir(join(root, 'docs/guide'))) {
      if (name === 'README.md') continue;
      assert.ok(contents.includes(`(${name})`), `docs/guide/README.md does not name ${name}`);
      assert.ok(readme.includes(`(docs/guide/${name})`), `README.md does not name ${name}`);
    }
  });
});

/** The name under which a heading can be linked to. */
function idOf(words) {
  return words
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
