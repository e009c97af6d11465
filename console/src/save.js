/** Files: written as a stream where the browser lets the user choose one, else downloaded. */
import { fileTypes } from './file-formats.js';
import { store } from './store.js';

/**
 * Writes what is shown, or ranges of it.
 * @param {string} format a name in fileTypes
 * @param {[number, number][]} [ranges] rows of the view that is shown
 * @returns {Promise<{ rows: number, file: string, lineBreak?: boolean } | undefined>} undefined if the user chose no
 *   file; lineBreak: nothing was written, as an ID has a line break
 */
export async function save(format, ranges) {
  const { view } = store;
  const { extension, type } = fileTypes[format];
  const name = `groups-${stamp(new Date())}${extension}`;
  const handle = await chosen({ suggestedName: name, types: [{ accept: { [type]: [extension] } }] });
  if (handle === null) return undefined;
  const { rows, blob, lineBreak } = await store.write(format, ranges, view, handle);
  if (blob) download(blob, name);
  return { rows, file: handle?.name ?? name, lineBreak };
}

/** The file that the user chose: null for none, undefined where the browser cannot ask. */
async function chosen(options) {
  if (!globalThis.showSaveFilePicker) return undefined;
  try {
    return await showSaveFilePicker(options);
  } catch (error) {
    if (error.name === 'AbortError') return null;
    return undefined; // a policy forbids it, say
  }
}

function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // by then, the browser has begun
}

const two = (n) => String(n).padStart(2, '0');

/** Local time, as it may stand in a file's name: 20260131-0905. */
const stamp = (date) =>
  `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}-${two(date.getHours())}${two(date.getMinutes())}`;
