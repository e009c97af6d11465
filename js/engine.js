/**
 * The engine, groups.wasm, as the rest of the wrapper sees it: listings that are opened, stepped and closed, with plain
 * objects going in and out.
 */
import { onAbort } from './abort.js';
import { GoInstance } from './border.js';

/**
 * @import { Action, Checkpoint, Event } from './protocol.js'
 * @import { Coders } from './border.js'
 */

/** @typedef {Action & { do: 'page' }} PageAction */
/**
 * @typedef {Exclude<Action, { do: 'page' }> | (PageAction & { groupIds: string[] })} EngineAction an action with a
 * page's IDs
 */

export class Engine {
  #go;
  /** @type {Map<number, () => void>} listing ID → wakes it */
  #sleepers = new Map();
  /** @type {Set<number>} listings that were woken just before they went to sleep */
  #woken = new Set();

  /** @param {GoInstance} go */
  constructor(go) {
    this.#go = go;
    // Nobody would wake the sleepers any more: wake them all, to find the engine dead.
    go.onPanic = () => {
      for (const wake of this.#sleepers.values()) wake();
    };
  }

  /**
   * @param {WebAssembly.Module} module
   * @param {Coders} [coders] see GoInstance.start
   */
  static async start(module, coders) {
    return new Engine(await GoInstance.start(module, coders));
  }

  /** True after a panic: start another one. */
  get dead() {
    return this.#go.dead;
  }

  /**
   * Opens a listing.
   * @param {string} description of the call, see describeOptions
   * @returns {{ id: number, action: EngineAction }} its ID, 0 if the options were refused, and the first action
   */
  open(description) {
    this.#go.call('open', this.#go.write(description), performance.now());
    return { id: this.#go.number('listingId'), action: this.#action() };
  }

  /**
   * Reports an event to a listing and returns the next action.
   * @param {number} id
   * @param {Event} event
   * @param {Uint8Array} [body] of an answer
   */
  step(id, event, body) {
    const random = Math.floor(Math.random() * 2 ** 32); // for the jitter of retries, and a parameter that the service requires
    if (body) this.#go.copyTo(this.#go.call('body', body.length), body);
    this.#go.call('step', id, performance.now(), random, this.#go.write(JSON.stringify(event)));
    return this.#action();
  }

  /**
   * Ends a listing that its caller abandoned.
   * @param {number} id
   * @returns {Checkpoint | undefined}
   */
  close(id) {
    this.#woken.delete(id);
    if (id === 0 || this.dead) return undefined;
    try {
      this.#go.call('close', id, performance.now());
      const text = this.#go.text();
      this.#wake();
      return text ? JSON.parse(text) : undefined;
    } catch {
      return undefined; // a panic, which must not replace the reason that ended the listing
    }
  }

  /**
   * Removes a listing's signatures from a text.
   * @param {number} id
   * @param {string} text
   */
  redact(id, text) {
    if (this.dead) return '[redacted]';
    this.#go.call('redact', id, this.#go.write(text));
    return this.#go.text();
  }

  /**
   * Sleeps until the time is over, the listing is woken, or the signal aborts.
   * @param {number} id
   * @param {number | undefined} ms undefined: until woken
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  sleep(id, ms, signal) {
    return new Promise((resolve, reject) => {
      /** @param {() => void} settle */
      const end = (settle) => () => {
        clearTimeout(timer);
        this.#sleepers.delete(id);
        off?.();
        settle();
      };
      const abort = end(() => reject(signal.reason));
      const wake = end(resolve);
      /** @type {(() => void) | undefined} */
      let off;
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      this.#sleepers.set(id, wake);
      if (signal.aborted) abort();
      else if (this.#woken.delete(id) || this.dead) wake();
      else off = onAbort(signal, abort);
    });
  }

  /** @returns {EngineAction} */
  #action() {
    /** @type {Action} */
    const action = JSON.parse(this.#go.text());
    const withIds = action.do === 'page' ? { ...action, groupIds: this.#groupIds(action) } : action;
    this.#wake();
    return withIds;
  }

  /**
   * @param {PageAction} page
   * @returns {string[]}
   */
  #groupIds({ json, count }) {
    const run = this.#go.ids();
    if (!json) return splitIds(run, count, (bytes) => this.#go.decode(bytes));
    /** @type {{ GroupId: string }[]} */
    const groups = JSON.parse(this.#go.decode(run));
    return groups.map((group) => group.GroupId);
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

/**
 * Splits a run of IDs, piece by piece.
 * @param {Uint8Array} run
 * @param {number} count of the IDs
 * @param {(bytes: Uint8Array) => string} decode
 * @returns {string[]}
 */
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
