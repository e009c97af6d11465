// The formats: csv-safe holds no cell that a spreadsheet takes for a formula, and what was written is read back
// exactly.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formats, formatsByType } from '../js/formats.js';

const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'];
const controls = ['\t', '\r', '\n'];
// What a spreadsheet may skip before it looks for a formula.
const skipped = ['', ' ', '"', '""', '\u00a0', '\u3000', '\u200b', '\ufeff', '\u0000', '\u202e', '\u3164', ' "'];
const separators = [',', ';', '\t', '\r', '\n', '\r\n'];

const formulas = skipped.flatMap((before) => [...signs, ...controls].map((sign) => `${before}${sign}1+1`));
const amidst = separators.flatMap((separator) => formulas.map((formula) => `a${separator}${formula}${separator}b`));
const harmless = ['', 'a', 'a=1', 'a b', 'a"b', 'a,b', 'a;b', "a'b", 'a\nb', '群', 'Public,x', '00123', '1E5'];
const apostrophes = ["'", "''", "'=1", "''=1", "'a", "a;'b", "a;''=b", "a\n'b", "',"];
const texts = [...formulas, ...amidst, ...harmless, ...apostrophes];

/** The cells of a CSV as a spreadsheet has them, which splits lines at one of several separators. */
function cells(csv, separator) {
  const all = [];
  let cell = '';
  let began = false;
  let inQuotes = false;
  for (let i = 0; i < csv.length; i++) {
    const c = csv[i];
    if (inQuotes) {
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') cell += csv[++i];
      else inQuotes = false;
    } else if (c === '"' && !began) {
      [began, inQuotes] = [true, true];
    } else if (c === separator || c === '\n' || c === '\r') {
      all.push(cell);
      [cell, began] = ['', false];
    } else {
      cell += c;
      began = true;
    }
  }
  return all;
}

const isFormula = (cell) =>
  /^[\t\r\n]|^["\s\p{C}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠﹦﹢﹣﹫−]/u.test(cell);

describe('csv-safe', () => {
  it('has no formula in any column, with any separator of the spreadsheet', () => {
    assert.ok(cells(formats.csv.row('=1'), ',').some(isFormula), 'the exact csv has one: the test can fail');
    for (const text of texts) {
      const rows = [
        formats['csv-safe'].row(text),
        formatsByType['csv-safe'].row(text, 'Public'),
        formatsByType['csv-safe'].row('a', text),
        formatsByType['csv-safe'].row(text, text),
      ];
      for (const row of rows) {
        for (const separator of [',', ';', '\t']) {
          for (const cell of cells(row, separator)) {
            assert.ok(
              !isFormula(cell),
              `${JSON.stringify(text)} became ${JSON.stringify(row)}: ${JSON.stringify(cell)}`,
            );
          }
        }
      }
    }
  });

  it('quotes each cell and puts an apostrophe before formulas, in one column or two', () => {
    assert.equal(formats['csv-safe'].row('@TGS#1ABC'), `"'@TGS#1ABC"\n`);
    assert.equal(formats['csv-safe'].row('=HYPERLINK("x")'), `"'=HYPERLINK(""x"")"\n`);
    assert.equal(formats['csv-safe'].row('ordinary'), '"ordinary"\n');
    assert.equal(formatsByType['csv-safe'].row('a;-1', 'Public'), `"Public","a;'-1"\n`);
  });

  it('is read back exactly', () => {
    for (const { head, row, read } of [formats['csv-safe'], formatsByType['csv-safe']]) {
      assert.deepEqual(read(head + texts.map((id) => row(id, 'Community')).join('')), texts);
    }
  });

  it('writes different IDs differently', () => {
    const distinct = new Set(texts);
    assert.equal(new Set([...distinct].map(formats['csv-safe'].row)).size, distinct.size);
  });
});

describe('csv', () => {
  it('has the exact IDs, formulas included, and is read back exactly', () => {
    assert.equal(formats.csv.row('=1+1'), '=1+1\n');
    for (const { head, row, read } of [formats.csv, formatsByType.csv]) {
      assert.deepEqual(read(head + texts.map((id) => row(id, 'Community')).join('')), texts);
    }
  });
});
