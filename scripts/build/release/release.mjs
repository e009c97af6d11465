/**
 * Makes the files of a release in build/release: the npm tarball, and the signing proxy and the sandbox as static
 * binaries, each with its licenses and an SBOM, and the SHA-256 of every file. The same commit gives the same bytes in
 * every folder.
 *
 *   node scripts/build/release/release.mjs [GOOS-GOARCH...]   all platforms by default
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { create } from 'tar';
import { noticesOf } from './notices.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
process.chdir(root);

// An archive must not depend on when and where it was made: zip files hold local time.
process.env.TZ = 'UTC';
const mtime = new Date('1985-10-26T08:15:00Z'); // as in npm's own tarballs

const platforms = ['linux-amd64', 'linux-arm64', 'darwin-amd64', 'darwin-arm64', 'windows-amd64', 'windows-arm64'];
const programs = [
  { source: './cmd/proxy', name: 'tencent-chat-groups-proxy', readme: 'docs/proxy.md' },
  { source: './cmd/sandbox', name: 'tencent-chat-groups-sandbox', readme: 'docs/sandbox.md' },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((platform) => !platforms.includes(platform));
if (unknown.length > 0) {
  console.error(`release: there is no platform ${unknown.join(', ')}. Platforms: ${platforms.join(', ')}.`);
  process.exit(2);
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const out = join(root, 'build/release');
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'staging'), { recursive: true });

execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', out], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
// usersig.wasm has all that is compiled into the package's other modules, and the vendor's library.
sbom('wasm/usersig', `tencent-chat-groups-${version}`, { GOOS: 'js', GOARCH: 'wasm' });
for (const platform of wanted.length > 0 ? wanted : platforms) {
  for (const program of programs) await pack(program, platform);
}
rmSync(join(out, 'staging'), { recursive: true });

const files = readdirSync(out).sort();
const sums = files.map(
  (file) =>
    `${createHash('sha256')
      .update(readFileSync(join(out, file)))
      .digest('hex')}  ${file}\n`,
);
writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
process.stdout.write(sums.join(''));

/** Builds one program for one platform and packs it with its papers. */
async function pack({ source, name, readme }, platform) {
  const [GOOS, GOARCH] = platform.split('-');
  const env = { ...process.env, GOOS, GOARCH, CGO_ENABLED: '0' };
  const packed = `${name}-${version}-${platform}`;
  const folder = join(out, 'staging', packed);
  const binary = join(folder, GOOS === 'windows' ? `${name}.exe` : name);
  mkdirSync(folder);
  // Neither the folder nor the state of the checkout may be in the binary. The empty build ID keeps cached builds
  // alike.
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w -buildid='];
  execFileSync('go', ['build', ...flags, '-o', binary, source], { env, stdio: 'inherit' });
  cpSync(readme, join(folder, 'README.md'));
  cpSync('LICENSE', join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'THIRD_PARTY_NOTICES'), noticesOf(source, env));
  for (const file of readdirSync(folder)) chmodSync(join(folder, file), join(folder, file) === binary ? 0o755 : 0o644);
  sbom(source.slice('./'.length), packed, { GOOS, GOARCH });
  const names = readdirSync(folder).sort();
  if (GOOS === 'windows') {
    const entries = names.map((file) => [`${packed}/${file}`, [readFileSync(join(folder, file)), { mtime, level: 9 }]]);
    writeFileSync(join(out, `${packed}.zip`), zipSync(Object.fromEntries(entries)));
  } else {
    const options = { cwd: join(out, 'staging'), gzip: { level: 9 }, portable: true, mtime };
    await create(
      { ...options, file: join(out, `${packed}.tar.gz`) },
      names.map((file) => `${packed}/${file}`),
    );
  }
}

/** Writes a software bill of materials in CycloneDX's JSON. Serial number and time would differ at each run. */
function sbom(source, name, platform) {
  const output = join(out, `${name}.cdx.json`);
  const flags = ['-json', '-std', '-licenses', '-noserial', '-notimestamp', '-main', source, '-output', output];
  const env = { ...process.env, ...platform, CGO_ENABLED: '0' };
  execFileSync(join(root, 'build/cyclonedx-gomod'), ['app', ...flags, '.'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
