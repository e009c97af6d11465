/** An ID as it is shown: as text, apart from the direction of what is around it, with what is odd and what was found marked. */
import { h } from './dom.js';
import { t } from './language.js';
import { placesOf } from './matcher.js';
import { visible } from './visible.js';

export function idText(id, query = '', matchCase = false) {
  const isolated = h('bdi', { dir: 'ltr', class: 'id', translate: 'no' });
  let from = 0;
  for (const [start, end] of placesOf(query, matchCase, id)) {
    isolated.append(...parts(id.slice(from, start)), h('mark', {}, ...parts(id.slice(start, end))));
    from = end;
  }
  isolated.append(...parts(id.slice(from)));
  return isolated;
}

const parts = (text) =>
  visible(text).map((part) =>
    part.odd ? h('span', { class: 'odd', title: t('oddCharacter', { code: part.text }) }, part.text) : part.text,
  );
