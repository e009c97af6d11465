// The console's parts that need no browser.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { matcher, placesOf } from '../console/src/matcher.js';
import { Rate } from '../console/src/rate.js';
import { Selection } from '../console/src/selection.js';
import { texts } from '../console/src/texts.js';
import { visible } from '../console/src/visible.js';

describe("the console's texts", () => {
  const forms = (text) => (typeof text === 'string' ? [text] : Object.values(text));
  const blanks = (text) => [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

  it('are there in every language, none is empty, and each has the same to fill in', () => {
    const { en, ...others } = texts;
    for (const [language, own] of Object.entries(others)) {
      assert.deepEqual(Object.keys(own), Object.keys(en), language);
      for (const [key, text] of Object.entries(own)) {
        assert.deepEqual(blanks(text), blanks(en[key]), `${language} ${key}`);
        for (const form of [...forms(text), ...forms(en[key])]) assert.ok(form.trim(), `${language} ${key}`);
      }
    }
  });

  it('have every plural form of their language', () => {
    for (const [language, own] of Object.entries(texts)) {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      for (const [key, text] of Object.entries(own)) {
        if (typeof text === 'string' || key === 'unit') continue;
        assert.deepEqual(Object.keys(text).sort(), [...pluralCategories].sort(), `${language} ${key}`);
      }
    }
  });

  it('are all used', () => {
    const folder = new URL('../console/src/', import.meta.url);
    const source = readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.js') && name !== 'texts.js')
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join();
    // Those of a group type, and what to do about each trouble, are named by putting words together.
    const isUsed = (key) =>
      /^gloss[A-Z]/.test(key) ||
      new RegExp(`['.]${key.replace(/Todo$/, '')}\\b|\\b${key.replace(/Todo$/, '')}:`).test(source);
    assert.deepEqual(
      Object.keys(texts.en).filter((key) => !isUsed(key)),
      [],
    );
  });
});

describe('finding in IDs', () => {
  const finds = (query, matchCase, ids) => ids.filter(matcher(query, matchCase));

  it('takes the query for text, whatever signs are in it', () => {
    for (const sign of '\\^$.*+?()[]{}|/-&~#@"\'<> \n\u202E') {
      assert.deepEqual(finds(sign, false, [`a${sign}b`, 'ab']), [`a${sign}b`], sign);
      assert.deepEqual(finds(sign, true, [`a${sign}b`, 'ab']), [`a${sign}b`], sign);
    }
  });

  it('looks at case only if asked to, beyond ASCII too', () => {
    assert.deepEqual(finds('äß', false, ['ÄSS', 'xÄßx', 'äß']), ['xÄßx', 'äß']);
    assert.deepEqual(finds('ä', true, ['Ä', 'ä']), ['ä']);
  });

  it('says where, in the ID as it is', () => {
    assert.deepEqual(placesOf('1a', false, '1A😀1a'), [
      [0, 2],
      [4, 6],
    ]);
    assert.deepEqual(placesOf('1a', true, '1A😀1a'), [[4, 6]]);
    assert.deepEqual(placesOf('', false, '1A'), []);
  });
});

it('what cannot be seen in an ID, or would make the rest look different, is shown by its code', () => {
  const shown = (text) => visible(text).map((part) => (part.odd ? `[${part.text}]` : part.text));
  assert.deepEqual(shown('@TGS#1 b'), ['@TGS#1 b']);
  assert.deepEqual(shown('a\u202Eb\u2066\u200F'), ['a', '[U+202E]', 'b', '[U+2066]', '[U+200F]']);
  assert.deepEqual(
    shown('\0\n\u0085\u2028\u00AD\uFEFF'),
    ['U+0000', 'U+000A', 'U+0085', 'U+2028', 'U+00AD', 'U+FEFF'].map((c) => `[${c}]`),
  );
  assert.deepEqual(shown(' a  b '), ['[U+0020]', 'a', '[U+0020]', ' b', '[U+0020]']);
  assert.deepEqual(shown('a\u00A0b\u3000'), ['a', '[U+00A0]', 'b', '[U+3000]']);
  assert.deepEqual(shown('\u{E0041}😀'), ['[U+E0041]', '😀']);
  assert.deepEqual(shown(''), []);
});

it('rows are selected as ranges, and taken out of them', () => {
  const selection = new Selection();
  selection.only(7, 3);
  assert.deepEqual([selection.ranges, selection.size], [[[3, 8]], 5]);
  selection.toggle(5);
  selection.toggle(1);
  assert.deepEqual(selection.ranges, [
    [1, 2],
    [3, 5],
    [6, 8],
  ]);
  assert.deepEqual(
    [1, 2, 5, 7, 8].map((row) => selection.has(row)),
    [true, false, false, true, false],
  );
  selection.toggle(1);
  selection.toggle(3);
  assert.deepEqual(selection.ranges, [
    [4, 5],
    [6, 8],
  ]);
  selection.only(0, 999_999);
  assert.equal(selection.size, 1_000_000);
  selection.clear();
  assert.equal(selection.size, 0);
});

it('the rate is that of the last pages, from where a listing went on', () => {
  let now = 0;
  const rate = new Rate(() => now);
  assert.equal(rate.perSecond, undefined);
  rate.begin(5000);
  assert.equal(rate.perSecond, undefined);
  now = 1000;
  rate.at(15_000);
  assert.equal(rate.perSecond, 10_000);
  for (let page = 0; page < 10; page++) {
    now += 2000;
    rate.at(25_000 + 10_000 * page);
  }
  assert.equal(rate.perSecond, 5000);
});
