// `make docs` writes into both READMEs the sizes of the modules in dist/, compressed as servers send them; test/docs.test.js checks that
// they still hold.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

const readmes = ['README.md', 'README.zh-CN.md'].map((name) => new URL(`../../${name}`, import.meta.url));
const compress = promisify(brotliCompress);
const row = /^(\| `([\w.]+\.wasm)` \|.*\| )(\d+) KB \|$/gm;

/** How many bytes the modules have with brotli: { 'groups.wasm': 500000, ... }. */
export async function measureSizes() {
  const measure = async (name) => [
    name,
    (await compress(await readFile(new URL(`../../dist/${name}`, import.meta.url)))).length,
  ];
  return Object.fromEntries(await Promise.all(['groups.wasm', 'usersig.wasm'].map(measure)));
}

/** What a text says about them, in bytes. */
export function sizesIn(text) {
  return Object.fromEntries([...text.matchAll(row)].map(([, , name, kilobytes]) => [name, kilobytes * 1000]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await measureSizes();
  for (const readme of readmes) {
    const text = await readFile(readme, 'utf8');
    const rounded = (name) => Math.round(sizes[name] / 10_000) * 10;
    await writeFile(
      readme,
      text.replace(row, (_, before, name) => `${before}${rounded(name)} KB |`),
    );
  }
}
