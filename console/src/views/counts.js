/** How many groups there are of each type: a table in which each row has its bar. */
import { groupTypes } from '../../../js/facts.js';
import { count, counts, isCounting } from '../counts.js';
import { h, onDraw } from '../dom.js';
import { number, percent, t } from '../language.js';

export function countsView() {
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'counts' },
    h(
      'div',
      { class: 'head' },
      h('h2', { id: 'counts', tabindex: '-1' }, () => t('countsHeading')),
      h(
        'button',
        { class: 'plain', onclick: () => isCounting() || count(), 'aria-disabled': () => String(isCounting()) },
        () => t(isCounting() ? 'counting' : 'countAgain'),
      ),
    ),
    h(
      'table',
      { class: 'counts' },
      h('caption', { class: 'unseen' }, () => t('countsCaption')),
      h(
        'thead',
        { class: 'unseen' },
        h('tr', {}, ...['type', 'groups', 'share'].map((key) => h('th', { scope: 'col' }, () => t(key)))),
      ),
      h('tbody', {}, ...groupTypes.map(row)),
      h(
        'tfoot',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, () => t('total')),
          h('td', { class: 'n' }, () => figure(counts.total, null)),
          h('td', { class: 'n' }, ''),
        ),
      ),
    ),
  );
}

/** Returns the row of a type: its number, its share of the total, and a bar of which that share is filled. */
function row(type) {
  const n = () => counts.byType[type];
  const share = () => (n() ? n() / total() : 0);
  const bar = h('div', { class: 'bar', 'aria-hidden': 'true' });
  onDraw(() => bar.style.setProperty('--part', share()));
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      type,
      ' ',
      h('span', { class: 'gloss' }, () => t(`gloss${type}`)),
      bar,
    ),
    h('td', { class: 'n' }, () => figure(n(), type)),
    h('td', { class: 'n share' }, () => (n() === undefined ? '' : percent(share()))),
  );
}

const figure = (n, type) => (n === undefined ? (counts.now === type && isCounting() ? '…' : t('unknown')) : number(n));

// Groups may be created between the count of all and that of the types: no share exceeds the whole.
function total() {
  const sum = Object.values(counts.byType).reduce((all, n) => all + n, 0);
  return Math.max(counts.total ?? 0, sum);
}
