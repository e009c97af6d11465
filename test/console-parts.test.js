// The console's parts that need no browser.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it, mock } from 'node:test';
import { callerOf, isUser } from '../console/src/caller.js';
import { matcher, placesOf } from '../console/src/matcher.js';
import { Rate } from '../console/src/rate.js';
import { Selection } from '../console/src/selection.js';
import { texts } from '../console/src/texts.js';
import { visible } from '../console/src/visible.js';
import { visible as visibleInTerminal } from '../js/cli/visible.js';

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

it('two IDs of which one has an invisible character more do not look the same, here and in a terminal', () => {
  const invisible = [
    ...['\u00A0', '\u1680', '\u2000', '\u2005', '\u200A', '\u202F', '\u205F', '\u3000'], // spaces
    ...['\u00AD', '\u034F', '\u061C', '\u180E', '\u200B', '\u200D', '\u2060', '\u2064', '\u206F', '\uFEFF'],
    ...['\u115F', '\u1160', '\u3164', '\uFFA0', '\u17B4', '\u180B', '\uFE00', '\uFE0F', '\u{E0100}', '\u{E0020}'],
    ...['\u2800', '\uFFFC', '\u{13441}', '\u{13442}', '\u{16FE4}', '\u{1D159}', '\u{1D173}', '\u{1BCA0}'],
    ...['\t', '\0', '\u0085', '\u2028', '\uE000', '\uFFFE', '\u{F0000}', '\uD800', '\uDFFF'],
  ];
  for (const character of invisible) {
    const code = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    for (const [before, after] of [
      ['group', '1'],
      ['', 'group'],
      ['group', ''],
      ['a ', ' b'],
    ]) {
      const parts = visible(before + character + after);
      assert.ok(
        parts.some(({ text, odd, raw }) => odd && text === code && raw === character),
        `${code} is not shown in ${JSON.stringify(before + character + after)}`,
      );
      assert.equal(parts.map(({ raw }) => raw).join(''), before + character + after);
      const escaped = `\\u{${character.codePointAt(0).toString(16)}}`;
      assert.equal(visibleInTerminal(before + character + after), before + escaped + after, `${code} in a terminal`);
    }
  }
  for (const spaces of [' a', 'a ', 'a  b', 'a   b', ' ']) {
    assert.equal(
      visible(spaces).filter(({ odd }) => odd).length,
      spaces.match(/ /g).length - /\S +\S/.test(spaces),
      spaces,
    );
  }
  // What is seen stays as it is, in every script.
  for (const text of ['Grüße', 'नमस्ते', 'ไทย', '한국어', 'ᄒᆞᆫ글', '👍🏽', 'a\u0301', '@TGS#_mc-1', '群组（一）']) {
    assert.deepEqual(visible(text), [{ text, odd: false, raw: text }]);
  }
});

describe('whose token it is', () => {
  const jwt = (claims, more = '') =>
    ['{"alg":"ES256"}', typeof claims === 'string' ? claims : JSON.stringify(claims), `signature${more}`]
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');

  it('tokens of one user of an issuer are the same, those of others are not', () => {
    const alice = { iss: 'https://issuer.example', sub: 'alice' };
    assert.equal(callerOf(jwt({ ...alice, exp: 1 })), callerOf(jwt({ ...alice, exp: 2 }, 'other')));
    assert.notEqual(callerOf(jwt(alice)), callerOf(jwt({ ...alice, sub: 'bob' })));
    assert.notEqual(callerOf(jwt(alice)), callerOf(jwt({ ...alice, sub: 'Alice' })));
    assert.notEqual(callerOf(jwt(alice)), callerOf(jwt({ ...alice, iss: 'https://other.example' })));
    assert.notEqual(callerOf(jwt({ iss: 'a', sub: 'b","c' })), callerOf(jwt({ iss: 'a","b', sub: 'c' })));
    assert.equal(callerOf(jwt({ ...alice, sub: '用户😀' })), callerOf(jwt({ ...alice, sub: '用户😀', exp: 2 })));
  });

  it('of every other token nothing is known but itself', () => {
    const opaque = ['tcg_one', 'tcg_two', 'a.b.c', 'a..c', '..', jwt('[]'), jwt('null'), jwt('{"sub":"alice"}')];
    opaque.push(
      jwt({ iss: 'a', sub: '' }),
      jwt({ iss: 'a', sub: 1 }),
      jwt({ iss: ['a'], sub: 'b' }),
      jwt('{'),
      undefined,
    );
    for (const token of opaque) {
      assert.equal(isUser(token), false, token);
      assert.equal(callerOf(token), callerOf(token));
    }
    assert.equal(new Set(opaque.map(callerOf)).size, opaque.length);
    assert.notEqual(callerOf('tcg_one'), callerOf(jwt({ iss: 'a', sub: 'tcg_one' })));
  });
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
  selection.add(7, 5);
  assert.deepEqual(selection.ranges, [[4, 8]]);
  selection.add(10, 12);
  selection.add(0, 1);
  selection.add(2, 2);
  assert.deepEqual(selection.ranges, [
    [0, 3],
    [4, 8],
    [10, 13],
  ]);
  selection.add(11, 3);
  assert.deepEqual(selection.ranges, [[0, 13]]);
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

describe('the worker that holds the IDs', () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `id-${i}`);
  const told = []; // what the worker sends, in order
  let listener;
  let wake = () => {};
  before(async () => {
    let clock = 0;
    mock.method(performance, 'now', () => (clock += 10)); // each look at the clock ends a slice
    globalThis.addEventListener = (_, given) => {
      listener = given;
    };
    globalThis.postMessage = (message) => {
      told.push(message);
      wake();
    };
    await import('../console/src/store-worker.js');
  });
  after(() => {
    mock.restoreAll();
    delete globalThis.addEventListener;
    delete globalThis.postMessage;
  });

  const send = (call, message) => listener({ data: { call, ...message } });
  async function until(fits) {
    while (!told.some(fits)) {
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
    return told.findIndex(fits);
  }
  const ended = ({ state }) => state?.view === 2 && !state.searching;

  it('searches slice by slice: rows are given out meanwhile, and a newer search takes the place of an older one', async () => {
    send(1, { do: 'add', ids, type: null });
    send(2, { do: 'find', query: '9', matchCase: true });
    send(3, { do: 'find', query: '77', matchCase: true });
    send(4, { do: 'rows', from: 0, to: 3 });
    const end = await until(ended);
    const rows = await until(({ call }) => call === 4);
    assert.ok(rows < end, 'rows had to wait for the end of the search');
    const slices = told.slice(0, end).filter(({ state }) => state?.view === 2 && state.searching).length;
    assert.ok(slices >= ids.length / 256 - 1, `${slices} slices`);
    assert.equal(told[end].state.shown, ids.filter((id) => id.includes('77')).length);
    assert.ok(!told.some(({ state }) => state?.view === 1 && state.shown > 256), 'the older search went on');
  });

  it('looks at what is added later, and drops what it has', async () => {
    const from = told.length;
    send(5, { do: 'add', ids: ['id-77', 'new-77', 'new-1'], type: null });
    await until((message) => told.indexOf(message) >= from && ended(message) && message.state.size === 10_002);
    send(6, { do: 'text', ranges: [[0, 10_000]] });
    const { value } = told[await until(({ call }) => call === 6)];
    assert.equal(value.text, [...ids.filter((id) => id.includes('77')), 'new-77'].join('\n'));
  });

  it('gives out nothing while it is hidden, and all of it afterwards', async () => {
    const answered = async (call, message) => {
      send(call, message);
      return told[await until((one) => one.call === call)];
    };
    await answered(20, { do: 'find', query: '', matchCase: false });
    await answered(21, { do: 'hide', hidden: true });
    assert.equal(told.findLast(({ state }) => state).state.shown, 0);
    assert.deepEqual((await answered(22, { do: 'rows', from: 0, to: 9 })).value.rows, []);
    assert.equal((await answered(23, { do: 'text', ranges: [[0, 9]] })).value.text, '');
    await answered(24, { do: 'find', query: 'new', matchCase: false });
    assert.deepEqual((await answered(25, { do: 'rows', from: 0, to: 9 })).value.rows, []);
    assert.match((await answered(26, { do: 'write', format: 'csv', byType: false })).error.message, /signed in/);
    await answered(27, { do: 'add', ids: ['new-2'], type: null });
    await answered(28, { do: 'hide', hidden: false });
    const { rows } = (await answered(29, { do: 'rows', from: 0, to: 9 })).value;
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['new-77', 'new-1', 'new-2'],
    );
    await answered(30, { do: 'find', query: '', matchCase: false });
  });

  it('stops writing a file of IDs that are discarded meanwhile', async () => {
    send(40, { do: 'add', ids: Array.from({ length: 30_000 }, (_, i) => `more-${i}`), type: null });
    send(41, { do: 'write', format: 'csv', byType: false });
    await until(({ state }) => state?.written > 0);
    send(42, { do: 'clear' });
    const { value, error } = told[await until(({ call }) => call === 41)];
    assert.equal(value, undefined);
    assert.match(error.message, /discarded/);
  });

  it('writes CSV that is safe for spreadsheets in every column', async () => {
    const signs = ['=', '+', '-', '@', '\t', '\r'];
    for (const [nth, sign] of signs.entries()) {
      send(50 + 2 * nth, { do: 'add', ids: [`${sign}${nth}`], type: `${sign}type` });
    }
    send(70, { do: 'write', format: 'csv-safe', byType: true });
    const typed = await told[await until(({ call }) => call === 70)].value.blob.text();
    assert.equal(typed, `groupType,groupId\n${signs.map((sign, i) => `"'${sign}type","'${sign}${i}"\n`).join('')}`);
    send(71, { do: 'write', format: 'csv-safe', byType: false });
    const plain = await told[await until(({ call }) => call === 71)].value.blob.text();
    assert.equal(plain, `groupId\n${signs.map((sign, i) => `"'${sign}${i}"\n`).join('')}`);
    send(72, { do: 'write', format: 'csv', byType: true });
    const exact = await told[await until(({ call }) => call === 72)].value.blob.text();
    assert.ok(exact.includes('=type,=0\n'), 'the exact CSV has formulas: this test can fail');
  });
});
