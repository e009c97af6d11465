/** What a screen reader says by itself. */
import { h } from './dom.js';

// Progress is told so often at most.
const progressMs = 5000;

export const announcer = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });

let told = Number.NEGATIVE_INFINITY;

/**
 * Says something, now.
 * @param {...(string | Node)} text
 */
export function announce(...text) {
  announcer.replaceChildren(...text);
  told = performance.now();
}

/** Says how far something is, unless something was said just now. */
export function announceProgress(text) {
  if (performance.now() - told >= progressMs) announce(text);
}
