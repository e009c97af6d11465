/** The form for the token, and what is shown before it is known whether one is needed. */
import { h, onDraw } from '../dom.js';
import { duration, t } from '../language.js';
import { listing } from '../listing.js';
import { connect, session, signIn } from '../session.js';
import { whatHappened } from '../trouble.js';

/** @param {(total: number) => void} onIn is told when calls are answered */
export function signInView(onIn) {
  const enter = (total) => {
    if (total !== undefined) onIn(total);
  };
  const begin = async () => enter(await connect());
  const token = h('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    required: true,
    'aria-describedby': 'token-problem token-kept',
    'aria-invalid': () => session.refusal !== undefined && 'true',
  });
  const onsubmit = async (event) => {
    event.preventDefault();
    if (session.trying) return;
    const total = await signIn(token.value);
    if (total === undefined) token.focus();
    else token.value = '';
    enter(total);
  };
  const retrying = () => (session.retry ? retryText(session.retry) : '');
  const element = h(
    'div',
    { class: 'gate', hidden: () => session.phase === 'in' },
    h(
      'section',
      {
        class: 'card',
        hidden: () => session.phase === 'signIn',
        'aria-busy': () => String(session.phase === 'connecting'),
      },
      h('h2', { tabindex: '-1' }, () => t(session.phase === 'unreachable' ? 'connectionFailed' : 'connecting')),
      h('p', { class: 'note', hidden: () => !session.retry }, retrying),
      h('button', { class: 'main', onclick: begin, hidden: () => session.phase !== 'unreachable' }, () =>
        t('tryAgain'),
      ),
    ),
    h(
      'form',
      {
        class: 'card',
        onsubmit,
        novalidate: true,
        hidden: () => session.phase !== 'signIn',
        'aria-labelledby': 'sign-in',
      },
      h('h2', { id: 'sign-in' }, () => t(session.expired ? 'signInAgainHeading' : 'signInHeading')),
      h('p', {}, () => t(session.expired ? 'signInAgainWhy' : 'signInWhy')),
      h('p', { hidden: () => !session.expired || listing.listed === 0 }, () =>
        t(session.knowsUser ? 'keptForUser' : 'keptForToken', { n: listing.listed }),
      ),
      h('label', { for: 'token' }, () => t('token')),
      token,
      h('p', { id: 'token-problem', class: 'problem', role: 'alert', hidden: () => !session.refusal }, () =>
        session.refusal ? t(session.refusal) : '',
      ),
      h('p', { id: 'token-kept', class: 'note' }, () => t('tokenKept')),
      h('p', { class: 'note', hidden: () => !session.retry }, retrying),
      h('button', { class: 'main', type: 'submit', 'aria-disabled': () => String(session.trying) }, () =>
        t(session.trying ? 'signingIn' : 'signIn'),
      ),
    ),
  );
  let phase;
  onDraw(() => {
    if (session.phase === 'signIn' && phase !== 'signIn') token.focus();
    phase = session.phase;
  });
  return { element, begin };
}

const retryText = ({ error, attempt, waitMs }) =>
  waitMs >= 1000
    ? t('retrying', { attempt, what: whatHappened(error), wait: duration(waitMs) })
    : t('retryingNow', { attempt, what: whatHappened(error) });
