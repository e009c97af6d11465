/**
 * A running Go module and the way texts go in and out of it; wasm/border is the other side. Go's runtime support,
 * wasm_exec.js, wants to write globals: it is handed a stand-in for globalThis that keeps them to itself.
 */
import loadGo from '../dist/wasm_exec.js';

// The places of the mailbox, in the order of wasm/border/border.go.
const places = ['textAddress', 'textLength', 'idsAddress', 'idsLength', 'listingId', 'wokenId'];

/** Go panicked. The instance is dead; what Go wrote about it is in the message. */
export class Panic extends Error {}

export class GoInstance {
  #go;
  #exports;
  #encoder;
  #decoder;
  #mailbox;
  /** Called when the instance is found dead. */
  onPanic = () => {};
  #written = ''; // what Go wrote to its standard output and error: nothing, unless it panics

  /**
   * @param {WebAssembly.Module} module
   * @param {{ TextEncoder: typeof TextEncoder, TextDecoder: typeof TextDecoder }} [coders] others than the global ones, which may be
   *   missing, as in jsdom
   */
  static async start(module, coders = globalThis) {
    const self = new GoInstance();
    self.#encoder = new coders.TextEncoder();
    self.#decoder = new coders.TextDecoder('utf-8', { ignoreBOM: true }); // else it swallows a U+FEFF that an ID begins with
    const write = (bytes) => {
      self.#written = (self.#written + self.decode(bytes)).slice(0, 4096);
    };
    const Go = loadGo(privateGlobals(write, coders));
    const go = new Go();
    go.exit = () => {};
    const instance = await WebAssembly.instantiate(module, go.importObject);
    self.#go = go;
    self.#exports = instance.exports;
    // Runs main up to its select. The promise settles when Go exits, or now if it fails at once.
    await Promise.race([go.run(instance), undefined]);
    if (self.dead) throw self.#panic();
    return self;
  }

  get dead() {
    return this.#go.exited;
  }

  /** Calls an export. A panic in it kills the instance: this and every later call throws a Panic. */
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

  #panic(trap) {
    return new Panic(this.#written.split('\n', 1)[0] || 'the Go module stopped', trap && { cause: trap });
  }

  /** Writes a text where Go finds it and returns its length in bytes. */
  write(text) {
    const room = text.length * 3; // a UTF-16 unit needs three bytes of UTF-8 at most
    const address = this.call('input', room);
    return this.#encoder.encodeInto(text, this.#bytes(address, room)).written;
  }

  /** Copies bytes to an address of Go's memory. */
  copyTo(address, bytes) {
    this.#bytes(address, bytes.length).set(bytes);
  }

  /** Reads a number from the mailbox. */
  number(place) {
    this.#mailbox ??= this.call('mailbox');
    const { buffer } = this.#exports.mem;
    return new Uint32Array(buffer, this.#mailbox, places.length)[places.indexOf(place)];
  }

  /** The text that some bytes are the UTF-8 of. */
  decode(bytes) {
    return this.#decoder.decode(bytes);
  }

  /** Reads the text that the last call left. */
  text() {
    return this.decode(this.#bytes(this.number('textAddress'), this.number('textLength')));
  }

  /** The run of group IDs that the last call left, as bytes in Go's memory: good until the next call. */
  ids() {
    return this.#bytes(this.number('idsAddress'), this.number('idsLength'));
  }

  // Always anew: a call may have made the memory grow, which detaches the old buffer.
  #bytes(address, length) {
    return new Uint8Array(this.#exports.mem.buffer, address, length);
  }
}

/**
 * A globalThis for wasm_exec.js that reads through to the real one but keeps what is written. Its fs has just what a Go
 * program without files needs: constants that package syscall reads as it starts, and a place to write a panic's message.
 */
function privateGlobals(write, { TextEncoder, TextDecoder }) {
  const own = {
    TextEncoder,
    TextDecoder,
    fs: {
      constants: { O_WRONLY: -1, O_RDWR: -1, O_CREAT: -1, O_TRUNC: -1, O_APPEND: -1, O_EXCL: -1, O_DIRECTORY: -1 },
      writeSync(_descriptor, bytes) {
        write(bytes);
        return bytes.length;
      },
    },
    process: {},
    path: {},
  };
  return new Proxy(own, {
    get: (target, name) => (name in target ? target[name] : globalThis[name]),
    has: (target, name) => name in target || name in globalThis,
  });
}
