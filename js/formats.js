/** The formats in which group IDs are written, and read back by a run that resumes. */

/**
 * @typedef {object} Format
 * @property {string} head the text before the first row
 * @property {(groupId: string, groupType: string) => string} row returns the text of one ID
 * @property {(text: string) => string[]} read returns the IDs of a head and rows
 * @property {string} [name] in a checkpoint, if not the format's own name
 */

/** A group ID that a format cannot hold. */
export class FormatError extends Error {}

/** @param {string} id */
function idLine(id) {
  if (/[\r\n]/.test(id)) {
    throw new FormatError(`The group ID ${JSON.stringify(id)} has a line break: use --format ndjson, csv or json.`);
  }
  return `${id}\n`;
}

/** @param {string} text */
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
/** @param {string} text */
const csvField = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? quoted(text) : text);

// The places where a spreadsheet may begin a cell (with some settings also after a semicolon), before a character that
// can make the cell a formula. Spreadsheets skip blanks, quotes and invisible characters before a formula, and treat
// full-width and small forms like the signs that they resemble. The apostrophe is in the list so that removing one
// apostrophe restores the exact text.
const formulas = /(?<=^|[,;\t\r\n])(?=[=+\-@＝＋－＠﹦﹢﹣﹫−'"\s\p{C}\p{Default_Ignorable_Code_Point}])/gu;
const apostrophes = /(?<=^|[,;\t\r\n])'/g;

/** @param {string} text */
const safeField = (text) => quoted(text.replace(formulas, "'"));

/**
 * Returns the last field of each line but the first. A field with a comma is quoted, so an unquoted field before a
 * comma is a type.
 * @param {string} text
 */
const csvIds = (text) =>
  [...text.matchAll(/(?:(?:"(?:[^"]|"")*"|\w+),)?(?:"((?:[^"]|"")*)"|([^\n]*))\n/g)]
    .slice(1)
    .map(([, inQuotes, plain]) => (inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"')));

/** @param {string} text */
const linesOf = (text) => text.split('\n').slice(0, -1);

/**
 * The formats that can be written page by page. In `csv-safe`, no cell is a formula to a spreadsheet.
 * @type {Record<'ids' | 'ndjson' | 'csv' | 'csv-safe', Format>}
 */
export const formats = {
  ids: {
    head: '',
    row: idLine,
    read: linesOf,
  },
  ndjson: {
    head: '',
    row: (groupId) => `${JSON.stringify({ groupId })}\n`,
    read: (text) => linesOf(text).map((line) => JSON.parse(line).groupId),
  },
  csv: {
    head: 'groupId\n',
    row: (id) => `${csvField(id)}\n`,
    read: csvIds,
  },
  'csv-safe': {
    head: 'groupId\n',
    row: (id) => `${safeField(id)}\n`,
    read: (text) => csvIds(text).map((field) => field.replace(apostrophes, '')),
  },
};

/**
 * The same formats for a listing by type. A checkpoint names them differently.
 * @type {typeof formats}
 */
export const formatsByType = {
  ids: formats.ids,
  ndjson: {
    ...formats.ndjson,
    name: 'ndjson by type',
    row: (groupId, groupType) => `${JSON.stringify({ groupType, groupId })}\n`,
  },
  csv: {
    ...formats.csv,
    name: 'csv by type',
    head: 'groupType,groupId\n',
    row: (id, groupType) => `${groupType},${csvField(id)}\n`,
  },
  'csv-safe': {
    ...formats['csv-safe'],
    name: 'csv-safe by type',
    head: 'groupType,groupId\n',
    row: (id, groupType) => `${safeField(groupType)},${safeField(id)}\n`,
  },
};
