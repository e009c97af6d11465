/** The console: a page on which people list the groups of an app, by way of the signing proxy that serves it. */
import { announce, announceProgress, announcer } from './announcer.js';
import { confirm, confirmation } from './confirm.js';
import { count, forgetCounts, stopCounting } from './counts.js';
import { h, onDraw, redraw } from './dom.js';
import { languageFor, number, percent, speak, t } from './language.js';
import { expected, forget, goOn, listing, lose, start, stop, suspend } from './listing.js';
import { keepForCaller, session, signOut } from './session.js';
import { closeStore, onStoreBreak, store } from './store.js';
import { countsView } from './views/counts.js';
import { formView } from './views/form.js';
import { headerView } from './views/header.js';
import { progressView, share, stateText } from './views/progress.js';
import { resultsView } from './views/results.js';
import { signInView } from './views/sign-in.js';

speak(languageFor(navigator.languages));

const gate = signInView(onIn);
const countsCard = countsView();

async function onIn(total) {
  announce(t('signedIn'));
  redraw();
  await 0; // drawn: what was hidden can have the focus
  countsCard.querySelector('h2').focus();
  if (listing.awaitsToken) await goOn();
  if (await count(total)) announceProgress(t('counted', { n: total }));
}

async function onList(what) {
  const n = store.unsaved;
  const sure =
    n === 0 || (await confirm({ title: t('discardHeading'), detail: t('discardText', { n }), action: t('discard') }));
  if (!sure) return;
  announce(t('announceStarted'));
  await start(what);
}

async function onSignOut() {
  const n = store.unsaved;
  const sure =
    n === 0 || (await confirm({ title: t('signOutHeading'), detail: t('signOutText', { n }), action: t('signOut') }));
  if (!sure) return;
  signOut();
  await discard();
}

async function discard() {
  await forget();
  forgetCounts();
}

keepForCaller({
  hide() {
    store.hide();
    stopCounting();
    suspend();
  },
  show: () => store.show(),
  discard,
});

document.body.append(
  headerView(onSignOut),
  h(
    'main',
    {},
    gate.element,
    h(
      'div',
      { class: 'work', hidden: () => session.phase !== 'in' },
      h('div', { class: 'side' }, countsCard, formView(onList)),
      h('div', { class: 'wide' }, progressView(), resultsView()),
    ),
  ),
  announcer,
  confirmation,
);

onDraw(() => {
  document.title = titleOf();
});

function titleOf() {
  const { state, listed: n } = listing;
  if (session.phase !== 'in' || state === 'idle') return t('title');
  if (state === 'running') {
    return expected().known ? t('titleProgress', { percent: percent(share()) }) : t('titleSoFar', { n });
  }
  return t(state === 'done' ? 'titleDone' : 'titleStopped', { n });
}

let said = 'idle';
onDraw(() => {
  const { state, listed } = listing;
  if (state === 'running') {
    const { total } = expected();
    if (listed > 0) announceProgress(t('announceProgress', { listed, total: Math.max(total, listed) }));
  } else if (state !== said) {
    if (state === 'done') announce(stateText());
    if (state === 'stopped') announce(t('announceStopped', { n: number(listed) }));
  }
  said = state;
});

onStoreBreak(lose);

let left = false; // the browser keeps the page, for Back and Forward

addEventListener('beforeunload', (event) => {
  if (!left && (listing.state === 'running' || store.unsaved > 0)) event.preventDefault();
});

// Whoever comes back to a page that the browser kept begins anew: it may be somebody else.
addEventListener('pagehide', ({ persisted }) => {
  if (!persisted) return;
  left = true;
  signOut();
  stop();
  stopCounting();
  closeStore();
  document.body.replaceChildren();
});
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

gate.begin();
