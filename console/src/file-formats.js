/** The files that the console writes, as the command line writes them. JSON has only the IDs. */
import { formats, formatsByType } from '../../js/formats.js';

/** By the name of the format: the ending of the file's name, and its media type. */
export const fileTypes = {
  csv: { extension: '.csv', type: 'text/csv' },
  'csv-safe': { extension: '.csv', type: 'text/csv' },
  ids: { extension: '.txt', type: 'text/plain' },
  ndjson: { extension: '.ndjson', type: 'application/x-ndjson' },
  json: { extension: '.json', type: 'application/json' },
};

/**
 * Returns a file's writer: the text before the first ID, and functions for the text of each ID, in order, and for the
 * end.
 * @returns {{ head: string, row: (id: string, type: string | null) => string, tail: () => string }}
 */
export function writerOf(format, byType) {
  if (format === 'json') return byType ? jsonByType() : json();
  const { head, row } = (byType ? formatsByType : formats)[format];
  return { head, row, tail: () => '' };
}

function json() {
  let comma = '';
  return {
    head: '{"groupIds":[',
    row(id) {
      const text = comma + JSON.stringify(id);
      comma = ',';
      return text;
    },
    tail: () => ']}\n',
  };
}

// IDs of one type come one after the other, as they were listed.
function jsonByType() {
  let type;
  return {
    head: '{"groupIdsByType":{',
    row(id, now) {
      if (now === type) return `,${JSON.stringify(id)}`;
      const before = type === undefined ? '' : '],';
      type = now;
      return `${before}${JSON.stringify(type)}:[${JSON.stringify(id)}`;
    },
    tail: () => (type === undefined ? '}}\n' : ']}}\n'),
  };
}
