/** The listed IDs: to look through, to find in, to copy and to export. */
import { announce } from '../announcer.js';
import { copy } from '../clipboard.js';
import { h, onDraw, redraw, span } from '../dom.js';
import { fileTypes } from '../file-formats.js';
import { foreignText } from '../foreign-text.js';
import { idText } from '../id-text.js';
import { number, percent, sentence, t } from '../language.js';
import { listing } from '../listing.js';
import { save } from '../save.js';
import { session } from '../session.js';
import { store } from '../store.js';
import { VirtualList } from '../virtual-list.js';

// Of the last copy or export: the text that tells of it, or the error.
let outcome; // { key, values } or { error }

/** What went wrong with the last copy or export, if it did. */
export const resultsError = () => outcome?.error;

const isEmpty = () => store.shown === 0;
const isFiltered = () => store.query !== '' || store.type !== '';

export function resultsView() {
  const list = new VirtualList({
    label: () => t('listLabel'),
    source: store.rows,
    rowOf: ({ id, type }) => [
      idText(id, store.query, store.matchCase),
      ...(type === null ? [] : [h('span', { class: 'row-type' }, type)]),
    ],
    onChange: redraw,
  });
  list.element.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') copySelected(list);
  });
  onDraw(() => list.show(store.shown, store.view));
  onDraw(() => {
    if (store.size === 0) outcome = undefined;
  });
  return h(
    'section',
    { class: () => `card results ${store.size === 0 ? 'nothing' : ''}`, 'aria-labelledby': 'results' },
    h('h2', { id: 'results', tabindex: '-1' }, () => t('resultsHeading')),
    h('div', { class: 'tools', hidden: () => store.size === 0 }, exportTools(list), findTools(), copyTools(list)),
    h('p', { class: 'note', hidden: () => noteText().length === 0 }, span(noteText)),
    h('p', { class: 'empty', hidden: () => !isEmpty() || isFiltered() }, () =>
      t(listing.state === 'done' ? 'listNone' : 'listEmpty'),
    ),
    h('div', { class: 'list', hidden: isEmpty }, list.element),
    rowDetail(list),
  );
}

/** The fields that choose what is shown. */
function findTools() {
  const find = () => store.find(query.value, matchCase.checked, type.value);
  const matchCase = h('input', { type: 'checkbox', onchange: find });
  const query = h('input', {
    id: 'find',
    type: 'search',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    placeholder: () => t('findPlaceholder'),
    'aria-describedby': 'found',
    oninput: find,
    onkeydown: (event) => {
      if (event.key !== 'Escape' || query.value === '') return;
      event.preventDefault();
      query.value = '';
      find();
    },
  });
  const type = typeFilter(find);
  onDraw(() => {
    // Everything was forgotten, or is hidden while the sign-in form is shown.
    const asked = session.phase === 'in' ? store.query : '';
    if (query.value !== asked) query.value = asked;
    matchCase.checked = store.matchCase;
    type.value = store.type;
  });
  return h(
    'div',
    { class: 'find', role: 'search' },
    h('label', { for: 'find', class: 'unseen' }, () => t('find')),
    query,
    type,
    h(
      'label',
      { class: 'option' },
      matchCase,
      h('span', {}, () => t('matchCase')),
    ),
  );
}

/** The choice of a type, where the types of the listed IDs are known. */
function typeFilter(onchange) {
  const select = h('select', {
    id: 'find-type',
    'aria-label': () => t('type'),
    onchange,
    hidden: () => !store.byType,
  });
  let offered;
  onDraw(() => {
    if (listing.types === offered) return;
    offered = listing.types;
    const all = h('option', { value: '' }, t('allTypes'));
    select.replaceChildren(all, ...(offered ?? []).map((type) => h('option', { value: type }, type)));
  });
  onDraw(() => {
    const [all] = select.options;
    if (all) all.textContent = t('allTypes');
  });
  return select;
}

function copyTools(list) {
  return h(
    'div',
    { class: 'take' },
    h('p', { id: 'found', class: 'found', role: 'status' }, span(foundText)),
    h('button', { onclick: () => copySelected(list), hidden: () => list.selection.size === 0 }, () =>
      t('copySelected', { n: list.selection.size }),
    ),
    h('button', { onclick: () => copyRanges([[0, store.shown]]), disabled: isEmpty }, () =>
      t(isFiltered() ? 'copyMatches' : 'copyAll', { n: store.shown }),
    ),
  );
}

function exportTools(list) {
  const names = { csv: 'CSV', 'csv-safe': 'csvSafe', ids: 'plainText', ndjson: 'NDJSON', json: 'JSON' };
  const format = h(
    'select',
    { id: 'format', 'aria-describedby': 'csv-caution', onchange: redraw },
    ...Object.keys(fileTypes).map((name) => h('option', { value: name }, () => nameOf(names[name]))),
  );
  return h(
    'div',
    { class: 'export', role: 'group', 'aria-label': () => t('export') },
    h('label', { for: 'format' }, () => t('format')),
    format,
    h(
      'button',
      { class: () => (isExportNext() ? 'main' : ''), onclick: () => exportAs(format.value), disabled: isEmpty },
      () => t(isFiltered() ? 'exportMatches' : 'exportAll', { n: store.shown }),
    ),
    h(
      'button',
      { onclick: () => exportAs(format.value, list.selection.ranges), hidden: () => list.selection.size === 0 },
      () => t('exportSelected', { n: list.selection.size }),
    ),
    h('p', { id: 'csv-caution', class: 'note', hidden: () => format.value !== 'csv' }, () => t('csvCaution')),
  );
}

const nameOf = (name) => (/^[A-Z]/.test(name) ? name : t(name));

/** Reports whether the next thing to do is to export what was listed. */
export const isExportNext = () => listing.state === 'done' && store.unsaved > 0 && !isEmpty();

/** The whole ID of the active row. */
function rowDetail(list) {
  const row = h('span');
  let drawn;
  onDraw(() => {
    const now = list.activeRow;
    if (now === drawn) return;
    drawn = now;
    row.replaceChildren(...(now ? [idText(now.id)] : []));
  });
  return h(
    'p',
    { class: 'detail', hidden: () => !list.activeRow },
    h('span', {}, () => (list.activeRow ? t('rowDetail', { n: list.activeRow.nth + 1 }) : '')),
    row,
  );
}

function tell(key, values) {
  outcome = { key, values };
  announce(...outcomeText());
  redraw();
}

function fail(kind, error) {
  outcome = { error: { kind, message: error ? String(error.message ?? error) : '' } };
  redraw();
}

function outcomeText() {
  const { key, values } = outcome;
  return sentence(key, 'file' in values ? { ...values, file: foreignText(values.file) } : values);
}

function noteText() {
  if (store.written !== undefined) return [t('exporting', { percent: percent(store.written) })];
  return outcome?.key ? outcomeText() : [];
}

async function copyRanges(ranges) {
  try {
    const { text, rows, broken } = await store.text(ranges);
    if (await copy(text)) tell(broken ? 'copiedBroken' : 'copied', { n: rows });
    else fail('copy');
  } catch {
    // The IDs are gone, which is told elsewhere.
  }
}

const copySelected = (list) => list.selection.size > 0 && copyRanges(list.selection.ranges);

async function exportAs(format, ranges) {
  if (store.written !== undefined) return;
  try {
    const saved = await save(format, ranges);
    if (saved?.lineBreak) fail('lineBreak');
    else if (saved) tell('exported', { n: saved.rows, file: saved.file });
  } catch (error) {
    fail('export', error);
  }
}

function foundText() {
  const { query, type, shown, size, searching } = store;
  if (size === 0 || session.phase !== 'in') return [];
  if (!isFiltered()) return [t('held', { n: size })];
  if (searching) return [t('matchesSoFar', { n: shown })];
  if (shown > 0) return [t('matches', { n: shown, of: number(size) })];
  const isRunning = listing.state === 'running';
  if (query === '') return [t(isRunning ? 'noneOfTypeYet' : 'noneOfType', { type })];
  if (type === '') return sentence(isRunning ? 'noMatchYet' : 'noMatch', { query: foreignText(query) });
  return sentence(isRunning ? 'noMatchOfTypeYet' : 'noMatchOfType', { type, query: foreignText(query) });
}
