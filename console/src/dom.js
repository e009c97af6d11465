/**
 * Elements, and drawing them again. What of an element may change is given as a function; redraw() calls all of these
 * once more and touches only what came out different. So nothing here knows what depends on what, and a change of
 * language is a drawing like any other. Elements that come and go, as rows of a list do, take plain values only: what
 * is drawn stays for good.
 */
const draws = [];
let due = false;

/** Draws, once all that is happening now has happened. */
export function redraw() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    for (const draw of draws) draw();
  });
}

/** Does something at each drawing, beginning now. */
export function onDraw(draw) {
  draws.push(draw);
  draw();
}

const svg = new Set(['svg', 'path', 'rect', 'circle']);

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `on...` is a listener; true is an empty attribute, false and undefined none
 * @param {...(Node | string | (() => string))} children texts are texts, never HTML
 */
export function h(tag, attributes, ...children) {
  const element = svg.has(tag)
    ? document.createElementNS('http://www.w3.org/2000/svg', tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (typeof value === 'function') onDraw(() => setAttribute(element, name, value()));
    else setAttribute(element, name, value);
  }
  for (const child of children) {
    if (typeof child === 'function') {
      const text = document.createTextNode('');
      onDraw(() => {
        const now = child();
        if (text.data !== now) text.data = now;
      });
      element.append(text);
    } else element.append(child);
  }
  return element;
}

/** A span, or another element, whose strings and elements come out of a function at each drawing. */
export function span(make, element = h('span')) {
  onDraw(() => {
    const fresh = element.cloneNode(false);
    fresh.append(...make());
    if (!fresh.isEqualNode(element)) element.replaceChildren(...fresh.childNodes);
  });
  return element;
}

function setAttribute(element, name, value) {
  if (value === false || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

let ids = 0;

/** An id for an element that another one refers to. */
export const freshId = () => `e${++ids}`;
