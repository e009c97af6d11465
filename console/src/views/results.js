/** The listed IDs: to look through, to find in, to copy and to export. */
import { announce } from '../announcer.js';
import { copy } from '../clipboard.js';
import { h, onDraw, redraw, span } from '../dom.js';
import { foreignText } from '../foreign-text.js';
import { idText } from '../id-text.js';
import { number, percent, sentence, t } from '../language.js';
import { listing } from '../listing.js';
import { save } from '../save.js';
import { session } from '../session.js';
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
    // All was forgotten, or is hidden from whoever is at the sign-in form.
    const asked = session.phase === 'in' ? store.query : '';
    if (query.value !== asked) query.value = asked;
    matchCase.checked = store.matchCase;
    if (store.size === 0) outcome = undefined;
  });

  const isEmpty = () => store.shown === 0;
  const isFound = () => store.query !== '';

  function tell(key, values, failed = false) {
    outcome = { key, values, failed };
    if (!failed) announce(...outcomeText());
    redraw();
  }
  const outcomeText = () => {
    const { key, values } = outcome;
    return sentence(key, 'file' in values ? { ...values, file: foreignText(values.file) } : values);
  };
  async function copyRanges(ranges) {
    try {
      const { text, rows, broken } = await store.text(ranges);
      if (await copy(text)) tell(broken ? 'copiedBroken' : 'copied', { n: rows });
      else tell('copyFailed', {}, true);
    } catch {
      // The IDs are gone, which is told elsewhere.
    }
  }
  const copySelected = () => list.selection.size > 0 && copyRanges(list.selection.ranges);
  async function exportAs(format) {
    if (store.written !== undefined) return;
    try {
      const saved = await save(format);
      if (saved) tell('exported', { n: saved.rows, file: saved.file });
    } catch (error) {
      tell('exportFailed', { detail: String(error?.message ?? error) }, true);
    }
  }

  const row = h('span');
  let drawn;
  onDraw(() => {
    const now = list.activeRow;
    if (now === drawn) return;
    drawn = now;
    row.replaceChildren(...(now ? [idText(now.id)] : []));
  });

  const noteText = () => {
    if (store.written !== undefined) return [t('exporting', { percent: percent(store.written) })];
    return outcome && !outcome.failed ? outcomeText() : [];
  };

  const safe = h('input', { type: 'checkbox', 'aria-describedby': 'csv-caution' });
  const exportButton = (name, formatOf) =>
    h('button', { onclick: () => exportAs(formatOf()), disabled: isEmpty }, name);
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
          { class: 'option' },
          matchCase,
          h('span', {}, () => t('matchCase')),
        ),
      ),
      h(
        'div',
        { class: 'take' },
        h('p', { id: 'found', class: 'found', role: 'status' }, span(foundText)),
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
          exportButton('NDJSON', () => 'ndjson'),
          exportButton('CSV', () => (safe.checked ? 'csv-safe' : 'csv')),
          h(
            'label',
            { class: 'option' },
            safe,
            h('span', {}, () => t('csvSafe')),
          ),
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
    h(
      'p',
      { class: 'problem', role: 'alert', hidden: () => !outcome?.failed },
      span(() => (outcome?.failed ? [...outcomeText(), ' ', foreignText(outcome.values.detail ?? '')] : [])),
    ),
    h('p', { class: 'note', hidden: () => noteText().length === 0 }, span(noteText)),
    h('p', { id: 'csv-caution', class: 'note', hidden: isEmpty }, () => t('csvCaution')),
  );
}

function foundText() {
  const { query, shown, size, searching } = store;
  if (size === 0 || session.phase !== 'in') return [];
  if (query === '') return [t('held', { n: size })];
  if (searching) return [t('matchesSoFar', { n: shown })];
  if (shown > 0) return [t('matches', { n: shown, of: number(size) })];
  return sentence(listing.state === 'running' ? 'noMatchYet' : 'noMatch', { query: foreignText(query) });
}
