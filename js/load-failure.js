/** The error of a WebAssembly module that cannot be loaded or started, with what to do about it. */
import { cleanCause, describeError } from './cause.js';
import { toError } from './errors.js';
import { isInstance } from './instance.js';

/** @typedef {'wasm' | 'signer'} ModuleOption an option of init */

/**
 * The modules' files, by the option of init that can give each.
 * @type {Record<ModuleOption, string>}
 */
export const files = { wasm: 'groups.wasm', signer: 'usersig.wasm' };

/** A reason that comes with what to do about it. */
export class Unloadable extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   * @param {{ retryable?: boolean, cause?: unknown }} [more]
   */
  constructor(message, hint, { retryable = true, cause } = {}) {
    super(message, { cause });
    this.hint = hint;
    this.retryable = retryable;
  }
}

/**
 * Returns the LoadError of a module that could not be loaded from some place.
 * @param {unknown} cause
 * @param {string} from
 * @param {ModuleOption} option
 */
export function loadFailure(cause, from, option) {
  return failure(cause, `The WebAssembly module could not be loaded from ${from}`, {
    hint: from.includes('/.vite/') ? viteHint : hintOfMissing(option),
    retryable: true,
  });
}

/**
 * Returns the LoadError of a module that was loaded and could not be started.
 * @param {unknown} cause
 * @param {ModuleOption} option
 */
export function startFailure(cause, option) {
  return failure(cause, `${files[option]} could not be started`, {
    hint: 'The cause holds the error of the runtime. If this runtime is supported, please report it.',
    retryable: true,
  });
}

const viteHint =
  "Vite's dependency optimizer moved the code away from the module: add optimizeDeps: { exclude: ['tencent-chat-groups'] } to vite.config.";

/** @param {ModuleOption} option */
function hintOfMissing(option) {
  return (
    `If a bundler moved or left out the file, copy node_modules/tencent-chat-groups/dist/${files[option]} to the bundle and call ` +
    `init({ ${option} }) first with its URL or bytes, or import tencent-chat-groups/inline, which needs no file.`
  );
}

// What the engines' own words mean, in compiling as in instantiating.
const known = [
  {
    // Chromium and WebKit quote the directive, in changing words.
    words: /unsafe-eval|wasm-eval|Content Security Policy|blocked by CSP/i,
    hint: "The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.",
    retryable: false,
  },
  {
    words: /disallowed by embedder/i,
    hint:
      'This runtime compiles no WebAssembly from bytes. In Cloudflare Workers, ' +
      "import wasm from 'tencent-chat-groups/groups.wasm' and call init({ wasm }) first.",
    retryable: false,
  },
  {
    words: /out of memory|allocat/i,
    hint:
      'There is not enough memory or address space. If ulimit -v limits the address space, start Node.js with ' +
      '--disable-wasm-trap-handler.',
    retryable: true,
  },
];

const maxCharacters = 300; // of what an error says

/**
 * @param {unknown} cause
 * @param {string} what
 * @param {{ hint: string, retryable: boolean }} otherwise
 */
function failure(cause, what, otherwise) {
  /** @param {string} text */
  const withoutQuery = (text) => text.replace(/\b(https?:\/\/[^\s?#]*)[?#]\S*/g, '$1'); // which may hold a token
  const text = withoutQuery(describeError(cause).text).slice(0, maxCharacters).replace(/\.$/, '');
  const { hint, retryable } = isInstance(cause, Unloadable)
    ? cause
    : (known.find(({ words }) => words.test(text)) ?? otherwise);
  return toError(
    {
      kind: 'load',
      message: `${what}${text && `: ${text}`}.`,
      hint: retryable ? `${hint} A failed load can be tried again.` : hint,
      retryable,
    },
    { cause: cleanCause(cause, withoutQuery) },
  );
}
