/**
 * What went wrong, in the language of who has to deal with it, and what to do; the package's own words are the details.
 */
import { h, span } from './dom.js';
import { foreignText } from './foreign-text.js';
import { sentence, t } from './language.js';

// Codes of the service that lead to something else to do; the package's errors know which others may pass by
// themselves.
const ofCodes = {
  throttled: [10006, 60007, 60011, 60018, 60019],
  notAdmin: [10007, 60010, 70403],
  signature: [
    10008, 10012, 60004, 60005, 60006, 60012, 60015, 70001, 70002, 70003, 70005, 70009, 70013, 70014, 70016, 70020,
    70050, 70052, 70107,
  ],
  plan: [10026, 60016, 60017, 60020, 70051, 70114, 70398],
  address: [60021],
};

const ofStatuses = {
  403: 'forbidden',
  421: 'forbidden',
  429: 'busy',
  502: 'upstream',
  503: 'upstream',
  504: 'upstream',
};

// Kinds of errors that are the names of their texts.
const ownKinds = ['network', 'timeout', 'protocol', 'load', 'store', 'copy', 'export', 'lineBreak'];

/** The key of the texts for an error. */
export function troubleOf({ kind, code, status, retryable }) {
  if (kind === 'api') {
    const named = Object.keys(ofCodes).find((name) => ofCodes[name].includes(code));
    return named ?? (retryable ? 'service' : 'api');
  }
  if (kind === 'http') return ofStatuses[status] ?? 'http';
  return ownKinds.includes(kind) ? kind : 'fault';
}

/** What happened, in one sentence. */
export const whatHappened = (error) => t(troubleOf(error));

/**
 * The box that tells of errors. It is always in the page, so that a screen reader notices what comes into it.
 * @param {() => (object | undefined)[]} errors those that there are now, among others
 */
export function troubleBox(errors) {
  const now = () => distinct(errors());
  const detailed = () => now().filter(({ message }) => message);
  return h(
    'div',
    { class: 'trouble', hidden: () => now().length === 0 },
    span(() => now().map((error) => h('p', {}, whatToDo(error))), h('div', { class: 'what', role: 'alert' })),
    h(
      'details',
      { hidden: () => detailed().length === 0 },
      h('summary', {}, () => t('troubleDetail')),
      span(() => detailed().flatMap(detailsOf), h('div')),
    ),
  );
}

/** Errors that say the same are shown once. */
const distinct = (errors) => [
  ...new Map(errors.filter((error) => error).map((error) => [troubleOf(error), error])).values(),
];

const whatToDo = (error) => `${t(troubleOf(error))} ${t(`${troubleOf(error)}Todo`)}`;

const detailsOf = (error) => [
  h('p', { lang: 'en', dir: 'ltr' }, ...messageOf(error)),
  ...(error.kind === 'api' ? [h('p', {}, ...codeAndRequest(error))] : []),
];

// A message may quote who answered; the hint at its end is the package's own.
function messageOf({ message, hint }) {
  if (!hint || !message.endsWith(` ${hint}`)) return [foreignText(message, 'ltr')];
  return [foreignText(message.slice(0, -hint.length - 1), 'ltr'), ` ${hint}`];
}

const codeAndRequest = ({ code, requestId }) => [
  t('troubleCode', { code: String(code) }),
  ...(requestId ? [' · ', ...sentence('troubleRequest', { id: foreignText(requestId) })] : []),
];
