// README.zh-CN.md has all that README.md has.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { measureSizes, sizesIn } from '../scripts/build/readme-sizes.mjs';
import { root, snippetsOf } from './support/snippets.js';

const [english, chinese] = await Promise.all(
  ['README.md', 'README.zh-CN.md'].map((name) => readFile(`${root}${name}`, 'utf8')),
);
const linksIn = (text) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to);
const headingsIn = (text) => [...text.matchAll(/^(#+) (.*)$/gm)].map(([, level]) => level);

describe('the Chinese README', () => {
  it('and the English one link to each other in their first lines', () => {
    assert.ok(linksIn(english.split('\n', 1)[0]).includes('README.zh-CN.md'));
    assert.ok(linksIn(chinese.split('\n', 1)[0]).includes('README.md'));
  });

  it('has the headings of the English one, as many and as deep', () => {
    assert.ok(headingsIn(english).length > 5);
    assert.deepEqual(headingsIn(chinese), headingsIn(english));
  });

  it('has the code of the English one', async () => {
    const codeOf = async (page) =>
      (await snippetsOf(page)).map(({ language, code, page: _, line: __, ...rest }) => ({ language, code, ...rest }));
    const code = await codeOf('README.md');
    assert.ok(code.length > 4);
    assert.deepEqual(await codeOf('README.zh-CN.md'), code);
  });

  it('links where the English one links', () => {
    const pages = (text) => linksIn(text).slice(1).sort();
    assert.deepEqual(pages(chinese), pages(english));
  });

  it('has the sizes of what is built', async () => {
    assert.deepEqual(sizesIn(chinese), sizesIn(english));
    assert.deepEqual(Object.keys(sizesIn(chinese)), Object.keys(await measureSizes()));
  });
});
