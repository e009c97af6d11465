/** An ID as it is shown: text from a stranger, with what was found marked. */
import { h } from './dom.js';
import { foreignPart } from './foreign-text.js';
import { placesOf } from './matcher.js';
import { visible } from './visible.js';

export function idText(id, query = '', matchCase = false) {
  const isolated = h('bdi', { dir: 'ltr', class: 'id', translate: 'no' });
  const places = placesOf(query, matchCase, id);
  const edges = [...places.flat(), id.length];
  let place = 0; // the one that is next, or that `at` is in
  let edge = 0; // the one that is next
  let at = 0;
  let mark;
  for (const part of visible(id)) {
    const end = at + part.raw.length;
    while (at < end) {
      while (edges[edge] <= at) edge++;
      const to = part.odd ? end : Math.min(end, edges[edge]);
      while (places[place]?.[1] <= at) {
        place++;
        mark = undefined;
      }
      const isFound = places[place]?.[0] <= at;
      if (isFound && !mark) {
        mark = h('mark', {});
        isolated.append(mark);
      }
      (isFound ? mark : isolated).append(part.odd ? foreignPart(part) : id.slice(at, to));
      at = to;
    }
  }
  return isolated;
}
