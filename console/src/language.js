/** The language that the console speaks, and how it writes numbers, shares and times. */
import { redraw } from './dom.js';
import { texts } from './texts.js';

/** The first language of the browser's that there are texts in. Every Chinese gets the simplified one. */
export function languageFor(wanted) {
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return 'zh-Hans';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

let language;
let numbers;
let shares;
let plurals;

/** Speaks another language, from the next drawing on. */
export function speak(name) {
  language = name;
  numbers = new Intl.NumberFormat(name);
  shares = new Intl.NumberFormat(name, { style: 'percent', maximumFractionDigits: 0 });
  plurals = new Intl.PluralRules(name);
  document.documentElement.lang = name;
  redraw();
}

/** The language to switch to. */
export const otherLanguage = () => Object.keys(texts).find((name) => name !== language);

export const number = (n) => numbers.format(n);

/** A share from 0 to 1. */
export const percent = (share) => shares.format(share);

/** Milliseconds in at most two units. */
export function duration(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  const min = Math.floor(s / 60);
  const h = Math.floor(min / 60);
  if (s < 60) return units([s, 'second']);
  if (min < 60) return units([min, 'minute'], [s % 60, 'second']);
  return units([h, 'hour'], [min % 60, 'minute']);
}

// The browsers' own short units differ from one another, and in Chinese from those that people write.
const units = (first, second = [0]) =>
  [first, second]
    .filter((part) => part === first || part[0] > 0)
    .map(([n, unit]) => `${number(n)} ${texts[language].unit[unit]}`)
    .join(' ');

/** A text, with what is to be filled in. */
export const t = (key, values) => sentence(key, values).join('');

/** The same in parts, where what is filled in may also be an element. */
export function sentence(key, values = {}) {
  const text = texts[language][key];
  const form = typeof text === 'string' ? text : (text[plurals.select(values.n)] ?? text.other);
  return form.split(/\{(\w+)\}/).map((part, i) => {
    const value = i % 2 ? values[part] : part;
    return typeof value === 'number' ? number(value) : value;
  });
}
