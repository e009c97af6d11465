/** How far a listing is, and its buttons. */
import { h, onDraw, redraw } from '../dom.js';
import { duration, number, percent, t } from '../language.js';
import { duplicates, expected, goOn, listing, stop } from '../listing.js';
import { whatHappened } from '../trouble.js';
import { isExportNext } from './results.js';

const canResume = () => listing.state === 'stopped' || listing.state === 'failed';
const canStart = () => listing.state === 'idle' || listing.state === 'done';

export function progressView() {
  const stopButton = h('button', { class: 'main', onclick: stop, hidden: () => listing.state !== 'running' }, () =>
    t('stop'),
  );
  const resumeButton = h('button', { class: 'main', onclick: () => goOn(), hidden: () => !canResume() }, () =>
    t('goOn'),
  );
  const startButton = h(
    'button',
    {
      id: 'start',
      class: () => (canStart() && !isExportNext() ? 'main' : ''),
      type: 'submit',
      form: 'what',
      disabled: () => listing.state === 'running',
      hidden: () => listing.state === 'running',
    },
    () => t(listing.state === 'idle' ? 'list' : listing.state === 'done' ? 'listAgain' : 'startOver'),
  );
  const bar = h('progress', { 'aria-label': () => t('progressLabel'), max: 1 });
  onDraw(() => {
    bar.value = share();
  });
  // A button that goes takes the focus with it: it moves to the one that comes.
  let state;
  onDraw(() => {
    if (listing.state === state) return;
    const lost = document.activeElement?.matches('body, :disabled, [hidden]');
    state = listing.state;
    if (!lost) return;
    if (state === 'running') stopButton.focus();
    else if (canResume()) resumeButton.focus();
    else if (state === 'done') heading.focus();
  });
  const heading = h('h2', { id: 'progress', tabindex: '-1' }, () => t('progressHeading'));
  // The countdown to a retry, and the time that a listing takes.
  setInterval(() => listing.state === 'running' && redraw(), 1000);
  return h(
    'section',
    { class: 'card progress', 'aria-labelledby': 'progress' },
    h('div', { class: 'head' }, heading, h('div', { class: 'buttons' }, startButton, stopButton, resumeButton)),
    h('p', { class: () => `state ${isIncomplete() ? 'incomplete' : listing.state}` }, stateText),
    h(
      'div',
      { hidden: () => listing.state === 'idle' },
      bar,
      h(
        'dl',
        {},
        ...[
          ['listed', listedText],
          ['rate', rateText],
          ['left', leftText],
          ['elapsed', () => duration(listing.checkpoint?.elapsedMs ?? 0)],
        ].map(([key, text]) =>
          h(
            'div',
            {},
            h('dt', {}, () => t(key)),
            h('dd', {}, text),
          ),
        ),
      ),
    ),
    h('p', { class: 'note', hidden: () => !listing.retry }, retryText),
    h('p', { class: 'note', hidden: () => remarks() === '' }, remarks),
  );
}

/** The share that is listed, in whole hundredths from 0 to 1: only the whole is 1. */
export function share() {
  const { total } = expected();
  if (total === 0 && listing.state === 'done') return 1;
  return total > 0 ? Math.min(1, Math.floor((listing.listed * 100) / total) / 100) : 0;
}

const isIncomplete = () => listing.state === 'done' && listing.listed < listing.checkpoint.totalCount;

/** What a listing is doing, or how it ended. */
export function stateText() {
  const { state, listed, checkpoint, types } = listing;
  if (state === 'running') {
    if (!checkpoint) return t('starting');
    if (!types) return t('running');
    const type = checkpoint.groupType;
    return t('runningType', { type, nth: types.indexOf(type) + 1, types: types.length });
  }
  if (state !== 'done') return t(state);
  if (isIncomplete()) return t('doneIncomplete', { n: listed, total: checkpoint.totalCount });
  return listed === 0 ? t('doneEmpty') : t('done', { n: listed });
}

function listedText() {
  const { total, known } = expected();
  const { listed } = listing;
  if (total === 0) return number(listed);
  const of = t(known ? 'progressOf' : 'progressSoFar', { listed, total });
  return known ? `${of} · ${percent(share())}` : of;
}

function rateText() {
  const { perSecond } = listing.rate;
  return perSecond === undefined ? t('unknown') : t('perSecond', { n: Math.round(perSecond) });
}

function leftText() {
  const { total, known } = expected();
  const { perSecond } = listing.rate;
  if (listing.state !== 'running' || !known || !perSecond) return t('unknown');
  return duration((Math.max(0, total - listing.listed) * 1000) / perSecond);
}

function retryText() {
  if (!listing.retry) return '';
  const { error, attempt, until } = listing.retry;
  const ms = until - performance.now();
  const what = whatHappened(error);
  return ms >= 1000 ? t('retrying', { attempt, what, wait: duration(ms) }) : t('retryingNow', { attempt, what });
}

/** What changed under the listing. */
function remarks() {
  const { checkpoint, firstTotal: from, types } = listing;
  if (!checkpoint) return '';
  const texts = [];
  if (!types && checkpoint.totalCount !== from) texts.push(t('totalChanged', { from, to: checkpoint.totalCount }));
  if (duplicates() > 0) texts.push(t('duplicates', { n: duplicates() }));
  return texts.join(' ');
}
