/** A question before something is lost. Escape is no. */
import { h } from './dom.js';
import { t } from './language.js';

const heading = h('h2', { id: 'confirm-heading' });
const text = h('p', { class: 'question' });
const yes = h('button', { class: 'danger', value: 'yes' });
const no = h('button', { value: 'no' });

export const confirmation = h(
  'dialog',
  { 'aria-labelledby': 'confirm-heading' },
  heading,
  text,
  h('div', { class: 'buttons' }, no, yes),
);
for (const button of [yes, no]) button.addEventListener('click', () => confirmation.close(button.value));

/**
 * Asks.
 * @returns {Promise<boolean>}
 */
export function confirm({ title, detail, action }) {
  heading.textContent = title;
  text.textContent = detail;
  yes.textContent = action;
  no.textContent = t('cancel');
  confirmation.returnValue = 'no';
  confirmation.showModal();
  no.focus();
  return new Promise((resolve) =>
    confirmation.addEventListener('close', () => resolve(confirmation.returnValue === 'yes'), { once: true }),
  );
}
