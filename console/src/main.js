/** The console: a page on which people list the groups of an app, by way of the signing proxy that serves it. */
import { announce, announceProgress, announcer } from './announcer.js';
import { confirm, confirmation } from './confirm.js';
import { count, counts, forgetCounts, stopCounting } from './counts.js';
import { h, onDraw, redraw } from './dom.js';
import { languageFor, number, percent, speak, t } from './language.js';
import { expected, forget, goOn, listing, lose, start, stop, suspend } from './listing.js';
import { keepForCaller, session, signOut } from './session.js';
import { closeStore, onStoreBreak, store } from './store.js';
import { troubleBox } from './trouble.js';
import { countsView } from './views/counts.js';
import { formView } from './views/form.js';
import { headerView } from './views/header.js';
import { progressView, share, stateText } from './views/progress.js';
import { resultsError, resultsView } from './views/results.js';
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
  if (!(await mayLose({ title: t('discardHeading'), action: t('discard') }))) return;
  announce(t('announceStarted'));
  await start(what);
}

async function onSignOut() {
  if (!(await mayLose({ title: t('signOutHeading'), action: t('signOut') }))) return;
  signOut();
  await discard();
}

/** Asks before IDs are discarded that no file has. */
async function mayLose(question) {
  const { unsaved: n, exported, size: of } = store;
  if (n === 0) return true;
  const detail = exported === 0 ? t('unsaved', { n }) : t('unsavedSome', { n, exported, of: number(of) });
  return confirm({ ...question, detail });
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

/** Every current error. The sign-in form shows none of a listing. */
const errors = () => (session.phase === 'in' ? [listing.error, counts.error, resultsError()] : [session.error]);

document.body.append(
  headerView(onSignOut),
  h(
    'main',
    { class: () => (session.phase === 'in' ? '' : 'narrow') },
    troubleBox(errors),
    gate.element,
    h(
      'div',
      { class: 'work', hidden: () => session.phase !== 'in' },
      progressView(),
      resultsView(),
      h('div', { class: 'side' }, formView(onList), countsCard),
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

// A reload, or closing the tab, forgets the listing: the browser asks first.
addEventListener('beforeunload', (event) => {
  const isAtRisk = listing.state === 'running' || store.unsaved > 0 || store.written !== undefined;
  if (!left && isAtRisk) event.preventDefault();
});

// A page that the browser kept starts again when the user returns: it may be another user.
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
