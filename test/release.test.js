// A release can be checked by anybody: two builds in two folders are the same bytes. What is built is the last commit.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { list } from 'tar';
import { snippetsOf } from './support/snippets.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
const proxy = `tencent-chat-groups-proxy-${version}-linux-amd64`;

describe('make release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const builds = ['first', 'a longer name for the second'].map((name) => join(folder, name));
  before(() => builds.forEach(build));
  after(() => rmSync(folder, { recursive: true }));

  it('gives the same bytes in every folder', () => {
    const [first, second] = builds.map((clone) => readFileSync(join(clone, 'build/release/SHA256SUMS'), 'utf8'));
    assert.equal(first, second);
  });

  it('has the npm tarball, both programs and an SBOM of each, and a sum of every file', () => {
    const out = join(builds[0], 'build/release');
    const names = readFileSync(join(out, 'SHA256SUMS'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('  ')[1]);
    const sandbox = `tencent-chat-groups-sandbox-${version}-linux-amd64`;
    const expected = [`tencent-chat-groups-${version}.tgz`, `${proxy}.tar.gz`, `${sandbox}.tar.gz`];
    const sboms = [`tencent-chat-groups-${version}`, proxy, sandbox].map((name) => `${name}.cdx.json`);
    assert.deepEqual(names, [...expected, ...sboms].sort());
    assert.deepEqual(readdirSync(out).sort(), [...names, 'SHA256SUMS'].sort());
  });

  it('names in each SBOM what is compiled in', () => {
    const components = (name) => {
      const sbom = JSON.parse(readFileSync(join(builds[0], 'build/release', `${name}.cdx.json`), 'utf8'));
      return sbom.components.map((component) => component.name);
    };
    assert.ok(components(proxy).includes('github.com/redis/go-redis/v9'));
    assert.ok(components(`tencent-chat-groups-${version}`).includes('github.com/tencentyun/tls-sig-api-v2-golang'));
  });

  it('packs a program with its license and those of others, and nothing of the folder it was built in', async () => {
    const entries = new Map();
    const file = join(builds[0], 'build/release', `${proxy}.tar.gz`);
    const contents = [];
    await list({
      file,
      onReadEntry: (entry) => {
        contents.push(entry.concat().then((content) => entries.set(entry.path, content)));
      },
    });
    await Promise.all(contents);
    const expected = ['LICENSE', 'README.md', 'THIRD_PARTY_NOTICES', 'tencent-chat-groups-proxy'];
    assert.deepEqual(
      [...entries.keys()],
      expected.map((name) => `${proxy}/${name}`),
    );
    const notices = entries.get(`${proxy}/THIRD_PARTY_NOTICES`).toString();
    assert.match(notices, /^github\.com\/redis\/go-redis\/v9 v/m);
    assert.match(notices, /^Go standard library go/m);
    const binary = entries.get(`${proxy}/tencent-chat-groups-proxy`);
    assert.equal(binary.includes(builds[0]), false);
    assert.equal(binary.includes(root), false);
  });

  it('is used as the installation guide shows: the sums are right, the programs start, and the package works once installed', async () => {
    const [programs, project] = (await snippetsOf('docs/guide/installation.md')).filter(
      (snippet) => snippet.in === 'release',
    );
    const bash = (script, cwd) => {
      const env = { ...process.env, npm_config_offline: 'true' };
      return execFileSync('bash', ['-eu', '-o', 'pipefail', '-c', `exec 2>&1\n${script}`], {
        cwd,
        env,
        encoding: 'utf8',
      });
    };
    const [make, ...lines] = programs.code.split('\n');
    assert.equal(make, 'make release PLATFORMS=linux-amd64'); // which build did
    const copy = join(folder, 'a copy');
    cpSync(join(builds[0], 'build/release'), join(copy, 'build/release'), { recursive: true });
    const help = bash(lines.join('\n'), copy);
    for (const flag of ['-faults', '-tokens-file']) assert.ok(help.includes(flag), help);
    const user = join(folder, 'project');
    mkdirSync(user);
    cpSync(
      join(copy, 'build/release', `tencent-chat-groups-${version}.tgz`),
      join(user, `tencent-chat-groups-${version}.tgz`),
    );
    assert.match(bash(project.code, user), /^25000$/m);
  });

  /** Builds a clone of the last commit. What was installed is shared; nothing that goes into the release is. */
  function build(clone) {
    execFileSync('git', ['clone', '--quiet', '--local', root, clone]);
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    mkdirSync(join(clone, 'build'));
    symlinkSync(join(root, 'build/cyclonedx-gomod'), join(clone, 'build/cyclonedx-gomod'));
    const installed = ['-o', 'node_modules', '-o', 'build/cyclonedx-gomod'];
    execFileSync('make', [...installed, 'release', 'PLATFORMS=linux-amd64'], {
      cwd: clone,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
});
