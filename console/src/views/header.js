/** The top of every screen: the title, the app and the caller, the language, and the way out. */
import { h, span } from '../dom.js';
import { foreignText } from '../foreign-text.js';
import { otherLanguage, speak, t } from '../language.js';
import { session } from '../session.js';
import { texts } from '../texts.js';
import { visible } from '../visible.js';

/** @param {() => void} onSignOut */
export function headerView(onSignOut) {
  return h(
    'header',
    {},
    h('h1', {}, () => t('title')),
    h('span', { class: 'host' }, location.host),
    identityView(),
    h(
      'div',
      { class: 'buttons' },
      h(
        'button',
        { class: 'plain', lang: otherLanguage, onclick: () => speak(otherLanguage()) },
        () => texts[otherLanguage()].languageName,
      ),
      h(
        'button',
        { class: 'plain', onclick: onSignOut, hidden: () => session.phase !== 'in' || !session.guarded },
        () => t('signOut'),
      ),
    ),
  );
}

function identityView() {
  const caller = () => session.identity?.caller;
  return h(
    'p',
    { class: 'identity', hidden: () => !session.identity },
    h('span', { class: 'app' }, () => (session.identity ? t('app', { id: String(session.identity.sdkAppId) }) : '')),
    h('span', { class: 'unseen', hidden: () => !caller() }, () => t('signedInAs')),
    h(
      'span',
      { class: 'caller', title: () => caller() && shownName(caller()), hidden: () => !caller() },
      span(() => (caller() ? [foreignText(caller())] : [])),
    ),
  );
}

// A name that is too long for the screen is cut off there.
const shownName = (name) =>
  visible(name)
    .map(({ text }) => text)
    .join('');
