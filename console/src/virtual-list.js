/**
 * A list of any length of which the page holds only the rows in sight. It is a listbox in which several rows can be
 * selected, by pointer and by keyboard; where the focus is, is said by aria-activedescendant.
 */
import { freshId, h } from './dom.js';
import { Selection } from './selection.js';

/** In px, as style.css has it. */
const rowHeight = 28;
// Browsers end an element at some height: Firefox at 17.9 million px, others at 33 million. Longer lists scroll at a
// scale.
const mostHeight = 8_000_000;
// Rows above and below those in sight, and how many are asked for at once.
const spare = 10;
const block = 200;
// A pause in which the scroll bar is put where it belongs.
const restMs = 150;

export class VirtualList {
  #source;
  #rowOf;
  #onChange;
  #id = freshId();
  #spacer = h('div', { class: 'spacer', role: 'none' });
  #count = 0;
  #top = 0; // px from the first row's top to that of the view, at the rows' own scale
  #scrolled = 0; // the element's scrollTop when it was looked at last
  #block = { from: 0, rows: [] };
  #elements = new Map(); // of rows in sight, by their place
  #asking = false;
  #view = 0;
  #rest;
  #anchor = -1; // where a range begins; -1 for the active row
  active = -1;
  selection = new Selection();

  /**
   * @param {object} options
   * @param {() => string} options.label
   * @param {(from: number, to: number) => Promise<{ view: number, rows: object[] }>} options.source
   * @param {(row: object) => Node[]} options.rowOf what a row shows
   * @param {() => void} options.onChange is told when another row is active or selected
   */
  constructor({ label, source, rowOf, onChange }) {
    this.#source = source;
    this.#rowOf = rowOf;
    this.#onChange = onChange;
    this.element = h(
      'div',
      {
        class: 'rows',
        role: 'listbox',
        'aria-multiselectable': 'true',
        'aria-label': label,
        tabindex: '0',
        onscroll: () => this.#onScroll(),
        onkeydown: (event) => this.#onKey(event),
        onmousedown: (event) => this.#onMouseDown(event),
        onclick: (event) => this.#onClick(event),
        onfocus: () => this.#activate(this.active < 0 ? Math.ceil(this.#top / rowHeight) : this.active, false),
      },
      this.#spacer,
    );
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** How many rows there are, of which view: with another view, the list starts again. */
  show(count, view) {
    const isNew = view !== this.#view;
    if (!isNew && count === this.#count) return;
    this.#count = count;
    if (isNew) {
      this.#view = view;
      this.#block = { from: 0, rows: [] };
      this.#elements.clear();
      this.#spacer.replaceChildren();
      this.#top = 0;
      this.active = -1;
      this.#anchor = -1;
      this.selection.clear();
    }
    this.#spacer.style.height = `${Math.min(this.#fullHeight, mostHeight)}px`;
    this.#place();
    this.#draw();
    if (isNew) this.#onChange();
  }

  get #fullHeight() {
    return this.#count * rowHeight;
  }

  get #mostTop() {
    return Math.max(0, this.#fullHeight - this.element.clientHeight);
  }

  get #mostScrolled() {
    return Math.max(0, Math.min(this.#fullHeight, mostHeight) - this.element.clientHeight);
  }

  // At a scale, what moves less than two screens is a wheel, a finger or a key, and moves as far as it would elsewhere;
  // what moves further is the scroll bar, and leads to that part of the list.
  #onScroll() {
    const { scrollTop, clientHeight } = this.element;
    const moved = scrollTop - this.#scrolled;
    if (moved === 0) return;
    this.#scrolled = scrollTop;
    if (this.#fullHeight <= mostHeight) this.#top = scrollTop;
    else if (Math.abs(moved) > 2 * clientHeight) this.#top = (scrollTop / this.#mostScrolled) * this.#mostTop;
    else this.#top = Math.min(Math.max(0, this.#top + moved), this.#mostTop);
    clearTimeout(this.#rest);
    const atEnd = scrollTop <= 0 || scrollTop >= this.#mostScrolled - 1;
    if (atEnd) this.#place();
    else this.#rest = setTimeout(() => this.#place(), restMs);
    this.#draw();
  }

  /** Puts the scroll bar where the rows are. Short of an end it leaves a pixel to scroll by. */
  #place() {
    this.#top = Math.min(this.#top, this.#mostTop);
    const most = this.#mostScrolled;
    let to = this.#top;
    if (this.#fullHeight > mostHeight) {
      to = Math.round((this.#top / this.#mostTop) * most);
      if (this.#top > 0) to = Math.max(to, 1);
      if (this.#top < this.#mostTop) to = Math.min(to, Math.floor(most) - 1);
    }
    if (Math.abs(this.element.scrollTop - to) >= 1) this.element.scrollTop = to;
    this.#scrolled = this.element.scrollTop;
    this.#draw();
  }

  #inSight() {
    const first = Math.floor(this.#top / rowHeight);
    const last = Math.ceil((this.#top + this.element.clientHeight) / rowHeight);
    return { from: Math.max(0, first - spare), to: Math.min(this.#count, last + spare) };
  }

  #has({ from, to }) {
    return this.#block.from <= from && to <= this.#block.from + this.#block.rows.length;
  }

  #draw() {
    const sight = this.#inSight();
    if (!this.#has(sight)) {
      this.#ask(sight);
      return;
    }
    for (const [i, element] of this.#elements) {
      if (i >= sight.from && i < sight.to) continue;
      element.remove();
      this.#elements.delete(i);
    }
    // A row that stays is the same element: a click on one that was replaced since the button went down would be lost.
    let place = this.#spacer.firstChild;
    for (let i = sight.from; i < sight.to; i++) {
      const element = this.#row(i);
      if (element === place) place = place.nextSibling;
      else this.#spacer.insertBefore(element, place);
    }
    this.#tellActive();
  }

  async #ask({ from, to }) {
    if (this.#asking) return; // what has come into sight meanwhile is asked for after that
    this.#asking = true;
    const start = Math.max(0, Math.floor((from + to) / 2 - block / 2));
    const answer = await this.#source(start, Math.max(to, start + block)).catch(() => undefined);
    this.#asking = false;
    if (!answer) return; // the rows are gone: show() will be called with another view
    const { view, rows } = answer;
    if (view === this.#view) this.#block = { from: start, rows };
    // Of a view that has not been shown yet, show() will ask again.
    if (view <= this.#view) this.#draw();
  }

  #row(i) {
    let element = this.#elements.get(i);
    if (!element) {
      const row = this.#block.rows[i - this.#block.from];
      element = h(
        'div',
        { id: `${this.#id}-${i}`, class: 'row', role: 'option', 'aria-posinset': i + 1 },
        ...this.#rowOf(row),
      );
      this.#elements.set(i, element);
    }
    element.classList.toggle('active', i === this.active);
    element.ariaSelected = String(this.selection.has(i));
    element.ariaSetSize = String(this.#count);
    element.style.transform = `translateY(${this.#scrolled + i * rowHeight - this.#top}px)`;
    return element;
  }

  /** The row that is active, if it is at hand. */
  get activeRow() {
    return this.#block.rows[this.active - this.#block.from];
  }

  #tellActive() {
    const id = `${this.#id}-${this.active}`;
    if (document.getElementById(id)) this.element.setAttribute('aria-activedescendant', id);
    else this.element.removeAttribute('aria-activedescendant');
  }

  #activate(i, scroll = true) {
    if (this.#count === 0) return;
    this.active = Math.min(Math.max(0, i), this.#count - 1);
    if (scroll) {
      const top = this.active * rowHeight;
      const { clientHeight } = this.element;
      if (top < this.#top) this.#top = top;
      else if (top + rowHeight > this.#top + clientHeight) this.#top = top + rowHeight - clientHeight;
      this.#place();
    } else this.#draw();
    this.#onChange();
  }

  // With Shift, browsers would extend the selection of text from wherever it begins on the page to the row.
  #onMouseDown(event) {
    if (!event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    getSelection().removeAllRanges();
    this.element.focus({ preventScroll: true });
  }

  #onClick(event) {
    const element = event.target.closest('.row');
    if (!element) return;
    const i = Number(element.ariaPosInSet) - 1;
    const control = event.ctrlKey || event.metaKey;
    if (event.shiftKey) this.#extend(i, control);
    else {
      if (control) this.selection.toggle(i);
      else this.selection.only(i);
      this.#anchor = i;
    }
    this.#activate(i, false);
  }

  // Selects from the anchor to a row: only these, or these too.
  #extend(to, more = false) {
    if (this.#anchor < 0) this.#anchor = Math.max(this.active, 0);
    if (more) this.selection.add(this.#anchor, to);
    else this.selection.only(this.#anchor, to);
  }

  #onKey(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 1);
    const moves = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.#count - 1,
    };
    const control = event.ctrlKey || event.metaKey;
    if (event.key in moves) {
      const from = this.active;
      this.#activate(moves[event.key]);
      if (event.shiftKey) {
        if (this.selection.size === 0) this.#anchor = from;
        this.#extend(this.active);
      }
    } else if (event.key === ' ') {
      this.selection.toggle(this.active);
      this.#anchor = this.active;
    } else if (control && event.key.toLowerCase() === 'a') {
      this.selection.only(0, this.#count - 1);
    } else if (event.key === 'Escape' && this.selection.size > 0) {
      this.selection.clear();
    } else return;
    event.preventDefault();
    this.#draw();
    this.#onChange();
  }
}
