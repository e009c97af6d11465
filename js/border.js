/**
 * A running Go module, and how text crosses its border; wasm/border is the other side. Go's runtime support,
 * wasm_exec.js, writes globals: it gets a stand-in for globalThis that keeps them to itself.
 */
import loadGo from '../dist/wasm_exec.js';

/** @typedef {{ TextEncoder: new () => TextEncoder, TextDecoder: new (label?: string, options?: any) => any }} Coders */

// The places of the mailbox, in the order of wasm/border/border.go.
const places = /** @type {const} */ (['textAddress', 'textLength', 'idsAddress', 'idsLength', 'listingId', 'wokenId']);

const maxWritten = 4096; // characters of a panic's message

/** Go panicked. The instance is dead; what Go wrote about it is in the message. */
export class Panic extends Error {}

export class GoInstance {
  #go;
  /** @type {{ [name: string]: any }} of the instance, once it has started */
  #exports = {};
  #encoder;
  #decoder;
  /** @type {number | undefined} its address */
  #mailbox;
  /** Called when the instance is found dead. */
  onPanic = () => {};
  #written = ''; // what Go wrote to its standard output and error: nothing, unless it panics

  /**
   * @param {WebAssembly.Module} module
   * @param {Coders} [coders] others than the global ones, which may be missing, as in jsdom
   */
  static async start(module, coders = globalThis) {
    const self = new GoInstance(coders);
    const instance = await WebAssembly.instantiate(module, self.#go.importObject);
    self.#exports = instance.exports;
    // Runs main up to its select. The promise settles when Go exits, or now if it fails at once.
    await Promise.race([self.#go.run(instance), undefined]);
    if (self.dead) throw self.#panic();
    return self;
  }

  /** @param {Coders} coders */
  constructor(coders) {
    this.#encoder = new coders.TextEncoder();
    this.#decoder = new coders.TextDecoder('utf-8', { ignoreBOM: true }); // else it swallows a U+FEFF that an ID begins with
    const Go = loadGo(privateGlobals((bytes) => this.#write(bytes), coders));
    this.#go = new Go();
    this.#go.exit = () => {};
  }

  get dead() {
    return this.#go.exited;
  }

  /** @param {Uint8Array} bytes that Go wrote to its standard output or error */
  #write(bytes) {
    this.#written = (this.#written + this.decode(bytes)).slice(0, maxWritten);
  }

  /**
   * Calls an export. A panic in it kills the instance: this and every later call throws a Panic.
   * @param {string} name
   * @param {...number} args
   */
  call(name, ...args) {
    let result;
    let trap;
    if (!this.dead) {
      try {
        result = this.#exports[name](...args);
      } catch (error) {
        this.#go.exited = true; // a trap that Go did not see coming leaves the instance as useless as a panic does
        trap = error;
      }
    }
    if (!this.dead) return result;
    this.onPanic();
    throw this.#panic(trap);
  }

  /** @param {unknown} [trap] */
  #panic(trap) {
    return new Panic(this.#written.split('\n', 1)[0] || 'the Go module stopped', trap ? { cause: trap } : undefined);
  }

  /**
   * Writes a text where Go finds it and returns its length in bytes.
   * @param {string} text
   */
  write(text) {
    const room = text.length * 3; // a UTF-16 unit needs three bytes of UTF-8 at most
    const address = this.call('input', room);
    return this.#encoder.encodeInto(text, this.#bytes(address, room)).written;
  }

  /**
   * Copies bytes to an address of Go's memory.
   * @param {number} address
   * @param {Uint8Array} bytes
   */
  copyTo(address, bytes) {
    this.#bytes(address, bytes.length).set(bytes);
  }

  /**
   * Reads a number from the mailbox.
   * @param {typeof places[number]} place
   * @returns {number}
   */
  number(place) {
    this.#mailbox ??= this.call('mailbox');
    const numbers = new Uint32Array(this.#exports.mem.buffer, this.#mailbox, places.length);
    return numbers[places.indexOf(place)];
  }

  /**
   * Decodes UTF-8.
   * @param {Uint8Array} bytes
   * @returns {string}
   */
  decode(bytes) {
    return this.#decoder.decode(bytes);
  }

  /** Reads the text that the last call left. */
  text() {
    return this.decode(this.#bytes(this.number('textAddress'), this.number('textLength')));
  }

  /** The run of group IDs that the last call left, as bytes in Go's memory: valid until the next call. */
  ids() {
    return this.#bytes(this.number('idsAddress'), this.number('idsLength'));
  }

  /**
   * Always a new view: a call may have made the memory grow, which detaches the old buffer.
   * @param {number} address
   * @param {number} length
   */
  #bytes(address, length) {
    return new Uint8Array(this.#exports.mem.buffer, address, length);
  }
}

/**
 * A globalThis for wasm_exec.js that reads through to the real one but keeps what is written. Its fs has just what a Go
 * program without files needs: constants that package syscall reads as it starts, and a place to write a panic's
 * message.
 * @param {(bytes: Uint8Array) => void} write
 * @param {Coders} coders
 */
function privateGlobals(write, { TextEncoder, TextDecoder }) {
  /** @type {{ [name: PropertyKey]: unknown }} */
  const own = {
    TextEncoder,
    TextDecoder,
    fs: {
      constants: { O_WRONLY: -1, O_RDWR: -1, O_CREAT: -1, O_TRUNC: -1, O_APPEND: -1, O_EXCL: -1, O_DIRECTORY: -1 },
      /**
       * @param {number} _descriptor
       * @param {Uint8Array} bytes
       */
      writeSync(_descriptor, bytes) {
        write(bytes);
        return bytes.length;
      },
    },
    process: {},
    path: {},
  };
  const real = /** @type {{ [name: PropertyKey]: unknown }} */ (globalThis);
  return new Proxy(own, {
    get: (target, name) => (name in target ? target[name] : real[name]),
    has: (target, name) => name in target || name in globalThis,
  });
}
