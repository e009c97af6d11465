// The code blocks of README.md and docs/guide, and what the words behind a block's language say about it:
//
//     file=NAME       it is saved under this name beside the page's other files, and not run by itself
//     in=PLACE        it runs in a place other than a shell or a Node.js process, see `places`
//     offline         it makes no call; every other block has to make one
//     faults=NAME     the sandbox plays these faults while it runs, see `faults`
//     output          (of text) what the block before it writes to standard output
//     not-run="WHY"   it is not run. test/docs.test.js has the list of these blocks
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The pages whose blocks run in a place. Each place has a test file: PLACE.test.js or docs-PLACE.test.js, in test or
 * test/compat.
 */
export const places = {
  browser: ['README.md', 'docs/guide/browser.md'],
  electron: ['docs/guide/electron.md'],
  monitoring: ['docs/guide/node-script.md'],
  release: ['docs/guide/installation.md'],
  server: ['docs/guide/signing-proxy.md'],
  tests: ['docs/guide/testing.md'],
};

/** Scripts of faults for the sandbox. */
export const faults = {
  'refusal-on-the-way': [{ fault: 'code', call: 2, code: 10007 }],
};

export async function pages() {
  const guides = (await readdir(`${root}docs/guide`)).filter((name) => name.endsWith('.md')).sort();
  return ['README.md', ...guides.map((name) => `docs/guide/${name}`)];
}

/**
 * The blocks of a page, in order.
 * @returns {Promise<{ page: string, line: number, language: string, code: string, file?: string, in?: string,
 *   offline?: string, faults?: string, output?: string, 'not-run'?: string }[]>}
 */
export async function snippetsOf(page) {
  return parse(await readFile(root + page, 'utf8'), page);
}

/** @throws if there is a word behind a language that means nothing, or a block without an end */
export function parse(text, page) {
  const snippets = [];
  let open;
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.trimStart().startsWith('```')) {
      if (open) open.code += `${line}\n`;
      continue;
    }
    const info = line.trim().slice(3);
    if (open) {
      if (info) throw new Error(`${page}:${index + 1}: a block begins in a block`);
      snippets.push(open);
      open = undefined;
      continue;
    }
    const [language, ...words] = info.match(/(?:[^\s"]|"[^"]*")+/g) ?? [''];
    open = { page, line: index + 1, language, code: '' };
    for (const word of words) {
      const [, name, quoted, plain] = /^([a-z-]+)(?:="([^"]*)"|=(\S+))?$/.exec(word) ?? [];
      if (!['file', 'in', 'offline', 'faults', 'output', 'not-run'].includes(name)) {
        throw new Error(`${page}:${index + 1}: '${word}' means nothing`);
      }
      open[name] = quoted ?? plain ?? '';
    }
  }
  if (open) throw new Error(`${page}:${open.line}: the block has no end`);
  return snippets;
}
