/**
 * The engine, groups.wasm, as the rest of the wrapper sees it: listings that are opened, stepped and closed, with plain
 * objects going in and out.
 */
import { onAbort } from './abort.js';
import { GoInstance } from './border.js';

export class Engine {
  #go;
  #sleepers = new Map(); // listing ID → wakes it
  #woken = new Set(); // listings that were woken just before they went to sleep

  constructor(go) {
    this.#go = go;
    // Nobody would wake the sleepers any more: wake them all, to find the engine dead.
    go.onPanic = () => {
      for (const wake of this.#sleepers.values()) wake();
    };
  }

  /**
   * @param {WebAssembly.Module} module
   * @param {object} [coders] see GoInstance.start
   */
  static async start(module, coders) {
    return new Engine(await GoInstance.start(module, coders));
  }

  /** True after a panic: start another one. */
  get dead() {
    return this.#go.dead;
  }

  /** Opens a listing: its ID (0 if the options were refused) and the first action. */
  open(description) {
    this.#go.call('open', this.#go.write(description), performance.now());
    return { id: this.#go.number('listingId'), action: this.#action() };
  }

  /**
   * Tells a listing what happened and returns the next action; see Event and Action in core/action.go.
   * @param {number} id
   * @param {object} event
   * @param {Uint8Array} [body] of an answer
   */
  step(id, event, body) {
    const random = Math.floor(Math.random() * 2 ** 32); // for the jitter of retries, and a parameter that the service asks for
    if (body) this.#go.copyTo(this.#go.call('body', body.length), body);
    this.#go.call('step', id, performance.now(), random, this.#go.write(JSON.stringify(event)));
    return this.#action();
  }

  /** Ends a listing whose caller gave up and returns its checkpoint. */
  close(id) {
    this.#woken.delete(id);
    if (id === 0 || this.dead) return undefined;
    try {
      this.#go.call('close', id, performance.now());
      const text = this.#go.text();
      this.#wake();
      return text ? JSON.parse(text) : undefined;
    } catch {
      return undefined; // a panic, which must not take the place of what ended the listing
    }
  }

  /** Takes a listing's signatures out of a text. */
  redact(id, text) {
    if (this.dead) return '[redacted]';
    this.#go.call('redact', id, this.#go.write(text));
    return this.#go.text();
  }

  /** Sleeps for some milliseconds (without a number: until woken), or until the signal aborts. */
  sleep(id, ms, signal) {
    return new Promise((resolve, reject) => {
      const end = (settle) => () => {
        clearTimeout(timer);
        this.#sleepers.delete(id);
        off?.();
        settle();
      };
      const abort = end(() => reject(signal.reason));
      const wake = end(resolve);
      let off;
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      this.#sleepers.set(id, wake);
      if (signal.aborted) abort();
      else if (this.#woken.delete(id) || this.dead) wake();
      else off = onAbort(signal, abort);
    });
  }

  #action() {
    const action = JSON.parse(this.#go.text());
    if (action.do === 'page') {
      const run = this.#go.ids();
      action.groupIds = action.json
        ? JSON.parse(this.#go.decode(run)).map((group) => group.GroupId)
        : splitIds(run, action.count, (bytes) => this.#go.decode(bytes));
    }
    this.#wake();
    return action;
  }

  #wake() {
    const id = this.#go.number('wokenId');
    if (id === 0) return;
    const wake = this.#sleepers.get(id);
    if (wake) wake();
    else this.#woken.add(id);
  }
}

// V8 keeps strings of more than 128 KB apart from the others, and to make one takes longer than all the rest of a page.
const pieceBytes = 32 * 1024;
const separator = 0x0a;

/** Takes a run of so many IDs apart, piece by piece. */
function splitIds(run, count, decode) {
  const groupIds = new Array(count);
  let at = 0;
  for (let start = 0; at < count; ) {
    let end = run.indexOf(separator, start + pieceBytes);
    if (end < 0) end = run.length;
    const text = decode(run.subarray(start, end));
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      groupIds[at++] = text.slice(from, to);
      from = to + 1;
    }
    groupIds[at++] = text.slice(from);
    start = end + 1;
  }
  return groupIds;
}
