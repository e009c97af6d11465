/** How group IDs are written, and read back from what an earlier run wrote. */

/** A group ID cannot be written in the format that was asked for. */
export class FormatError extends Error {}

function idLine(id) {
  if (/[\r\n]/.test(id)) {
    throw new FormatError(`The group ID ${JSON.stringify(id)} has a line break: use --format ndjson, csv or json.`);
  }
  return `${id}\n`;
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
const csvField = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? quoted(text) : text);

// Where a spreadsheet may begin a cell, which with some settings is after a semicolon too, and the characters that can
// make that cell a formula. Spreadsheets skip blanks, quotes and invisible characters before a formula. Full-width and
// small forms count as the signs that they look like. An apostrophe is here so that one apostrophe less is the exact
// text.
const formulas = /(?<=^|[,;\t\r\n])(?=[=+\-@＝＋－＠﹦﹢﹣﹫−'"\s\p{C}\p{Default_Ignorable_Code_Point}])/gu;
const apostrophes = /(?<=^|[,;\t\r\n])'/g;

const safeField = (text) => quoted(text.replace(formulas, "'"));

// A field with a comma is quoted, so an unquoted one before a comma is a type.
const csvIds = (text) =>
  [...text.matchAll(/(?:(?:"(?:[^"]|"")*"|\w+),)?(?:"((?:[^"]|"")*)"|([^\n]*))\n/g)]
    .slice(1)
    .map(([, inQuotes, plain]) => (inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"')));

/**
 * Each format: the text before the first ID, that of one ID, and the reader of IDs; `json` is written at the end only.
 * `csv-safe` is csv in which no cell is a formula to a spreadsheet.
 */
export const formats = {
  ids: {
    head: '',
    row: idLine,
    read: (text) => text.split('\n').slice(0, -1),
  },
  ndjson: {
    head: '',
    row: (groupId) => `${JSON.stringify({ groupId })}\n`,
    read: (text) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).groupId),
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
  json: {
    head: '',
    row: () => '',
    whole: (listing) => `${JSON.stringify(listing)}\n`,
  },
};

/** The same where several types are listed, each with the name by which a checkpoint tells it from the others. */
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
  json: formats.json,
};
