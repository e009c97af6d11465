/** How group IDs are written, and read back from what an earlier run wrote. */

/** A group ID cannot be written in the format that was asked for. */
export class FormatError extends Error {}

function idLine(id) {
  if (/[\r\n]/.test(id)) {
    throw new FormatError(`The group ID ${JSON.stringify(id)} has a line break: use --format ndjson, csv or json.`);
  }
  return `${id}\n`;
}

const csvField = (id) => (/[",\r\n]|^\s|\s$/.test(id) ? `"${id.replaceAll('"', '""')}"` : id);

/** Each format: the text before the first ID, that of one ID, and the reader of IDs; `json` is written at the end only. */
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
    // A field with a comma is quoted: what is before a bare one is a type.
    read: (text) =>
      [...text.matchAll(/(?:\w+,)?(?:"((?:[^"]|"")*)"|([^\n]*))\n/g)]
        .slice(1)
        .map(([, quoted, plain]) => (quoted === undefined ? plain : quoted.replaceAll('""', '"'))),
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
  json: formats.json,
};
