/**
 * Text from strangers, as elements: isolated from the direction of what is around it, with what cannot be seen shown by
 * its code.
 */
import { h } from './dom.js';
import { t } from './language.js';
import { visible } from './visible.js';

/**
 * @param {string} text
 * @param {'auto' | 'ltr'} [dir] the direction of the text itself
 */
export const foreignText = (text, dir = 'auto') =>
  h('bdi', { dir, translate: 'no' }, ...visible(text).map(foreignPart));

/** One part of what visible() returns. */
export const foreignPart = ({ text, odd, raw }) =>
  odd ? h('span', { class: 'odd', title: t('oddCharacter', { code: text }), 'data-raw': raw }, text) : text;

// Who selects a part of such a text and copies it gets the characters and not their codes.
document.addEventListener('copy', (event) => {
  const selection = getSelection();
  if (selection.rangeCount !== 1) return;
  const range = selection.getRangeAt(0);
  const { commonAncestorContainer: node } = range;
  const element = node instanceof Element ? node : node.parentElement;
  if (range.collapsed || !element.closest('bdi')) return;
  const odd = element.closest('.odd');
  const copied = range.cloneContents();
  for (const span of copied.querySelectorAll('.odd')) span.textContent = span.dataset.raw;
  event.clipboardData.setData('text/plain', odd ? odd.dataset.raw : copied.textContent);
  event.preventDefault();
});
