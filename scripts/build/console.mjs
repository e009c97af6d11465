// Builds the console: console/dist has what the proxy serves, minified, under names that change with the content, each
// file with its compressed forms beside it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = `${root}console/`;
const dist = `${source}dist/`;

for (const name of readdirSync(dist)) if (name !== '.gitkeep') rmSync(dist + name);

/** Keeps a file under a name with a hash in it. Returns the name. */
function keep(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const hashed = name.replace(/(?=\.\w+$)/, `-${hash}`);
  write(hashed, content);
  return hashed;
}

function write(name, content) {
  const bytes = Buffer.from(content);
  writeFileSync(dist + name, bytes);
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${dist + name}.br`, brotliCompressSync(bytes, { params: quality }));
  writeFileSync(`${dist + name}.gz`, gzipSync(bytes, { level: 9 }));
}

async function bundle(entry, define = {}) {
  const { outputFiles } = await build({
    entryPoints: [source + entry],
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome105', 'firefox121', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0].contents;
}

const names = {
  'icon.svg': keep('icon.svg', readFileSync(`${source}icon.svg`)),
  'style.css': keep('style.css', await bundle('style.css')),
  'src/main.js': keep(
    'console.js',
    await bundle('src/main.js', {
      WASM: keep('groups.wasm', readFileSync(`${root}dist/groups.wasm`)),
      WORKER: keep('worker.js', await bundle('src/store-worker.js')),
    }),
  ),
};

const page = readFileSync(`${source}index.html`, 'utf8');
write(
  'index.html',
  page.replace(/(href|src)="([^"]+)"/g, (_, attribute, name) => {
    if (!names[name]) throw new Error(`index.html names ${name}, which is not built`);
    return `${attribute}="${names[name]}"`;
  }),
);
