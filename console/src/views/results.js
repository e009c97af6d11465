/** The listed IDs: to look through, to find in, to copy and to export. */
import { announce } from '../announcer.js';
import { copy } from '../clipboard.js';
import { h, onDraw, redraw } from '../dom.js';
import { idText } from '../id-text.js';
import { number, percent, t } from '../language.js';
import { listing } from '../listing.js';
import { save } from '../save.js';
import { store } from '../store.js';
import { VirtualList } from '../virtual-list.js';

export function resultsView() {
  let outcome; // of the last copy or export: { key, values, failed, detail }
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
  function find() {
    store.find(query.value, matchCase.checked);
  }
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
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') copySelected();
  });
  onDraw(() => list.show(store.shown, store.view));
  onDraw(() => {
    if (query.value !== store.query) query.value = store.query; // all was forgotten
    if (store.size === 0) outcome = undefined;
  });

  const isEmpty = () => store.shown === 0;
  const isFound = () => store.query !== '';

  function tell(key, values, failed = false, detail = '') {
    outcome = { key, values, failed, detail };
    if (!failed) announce(t(key, values));
    redraw();
  }
  async function copyRanges(ranges) {
    const { text, rows, broken } = await store.text(ranges);
    if (await copy(text)) tell(broken ? 'copiedBroken' : 'copied', { n: rows });
    else tell('copyFailed', {}, true);
  }
  const copySelected = () => list.selection.size > 0 && copyRanges(list.selection.ranges);
  async function exportAs(format) {
    if (store.written !== undefined) return;
    try {
      const saved = await save(format);
      if (saved) tell('exported', { n: saved.rows, file: saved.file });
    } catch (error) {
      tell('exportFailed', {}, true, String(error?.message ?? error));
    }
  }

  const row = h('bdi', { class: 'id', dir: 'ltr', translate: 'no' });
  let drawn;
  onDraw(() => {
    const now = list.activeRow;
    if (now === drawn) return;
    drawn = now;
    row.replaceChildren(...(now ? [idText(now.id)] : []));
  });

  const noteText = () => {
    if (store.written !== undefined) return t('exporting', { percent: percent(store.written) });
    return outcome && !outcome.failed ? t(outcome.key, outcome.values) : '';
  };

  const exportButton = (format) =>
    h('button', { onclick: () => exportAs(format), disabled: isEmpty }, format.toUpperCase());
  return h(
    'section',
    { class: 'card results', 'aria-labelledby': 'results' },
    h('h2', { id: 'results', tabindex: '-1' }, () => t('resultsHeading')),
    h(
      'div',
      { class: 'tools', hidden: () => store.size === 0 },
      h(
        'div',
        { class: 'find', role: 'search' },
        h('label', { for: 'find', class: 'unseen' }, () => t('find')),
        query,
        h(
          'label',
          { class: 'case' },
          matchCase,
          h('span', {}, () => t('matchCase')),
        ),
      ),
      h(
        'div',
        { class: 'take' },
        h('p', { id: 'found', class: 'found', role: 'status' }, foundText),
        h('button', { onclick: copySelected, hidden: () => list.selection.size === 0 }, () =>
          t('copySelected', { n: list.selection.size }),
        ),
        h('button', { onclick: () => copyRanges([[0, store.shown]]), disabled: isEmpty }, () =>
          t(isFound() ? 'copyMatches' : 'copyAll', { n: store.shown }),
        ),
        h(
          'div',
          { class: 'export', role: 'group', 'aria-labelledby': 'scope' },
          h('span', { id: 'scope', class: 'scope' }, () =>
            t(isFound() ? 'exportMatches' : 'exportAll', { n: store.shown }),
          ),
          exportButton('csv'),
          exportButton('ndjson'),
        ),
      ),
    ),
    h('p', { class: 'empty', hidden: () => !isEmpty() || isFound() }, () =>
      t(listing.state === 'done' ? 'listNone' : 'listEmpty'),
    ),
    h('div', { class: 'list', hidden: isEmpty }, list.element),
    h(
      'p',
      { class: 'detail', hidden: () => !list.activeRow },
      h('span', {}, () => (list.activeRow ? t('rowDetail', { n: list.activeRow.nth + 1 }) : '')),
      row,
    ),
    h('p', { class: 'problem', role: 'alert', hidden: () => !outcome?.failed }, () =>
      outcome?.failed ? `${t(outcome.key, outcome.values)} ${outcome.detail}` : '',
    ),
    h('p', { class: 'note', hidden: () => noteText() === '' }, noteText),
    h('p', { class: 'note', hidden: isEmpty }, () => t('csvCaution')),
  );
}

function foundText() {
  const { query, shown, size, searching } = store;
  if (size === 0) return '';
  if (query === '') return t('held', { n: size });
  if (searching) return t('matchesSoFar', { n: shown });
  if (shown > 0) return t('matches', { n: shown, of: number(size) });
  return t(listing.state === 'running' ? 'noMatchYet' : 'noMatch', { query });
}
