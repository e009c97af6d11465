/** Compiling a WebAssembly module from wherever it comes, with errors that say what to do when it does not come. */
import { cleanCause, describeError } from './cause.js';
import { toError } from './failure.js';
import { isInstance } from './instance.js';

const files = { wasm: 'groups.wasm', signer: 'usersig.wasm' };

/** What could not be read, with what to do about it. */
export class Unreadable extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/**
 * @param {unknown} given a URL (string or URL), bytes, a Response, a promise of one of these, or a WebAssembly.Module
 * @param {(url: URL) => Promise<Response | ArrayBuffer | Uint8Array>} open gets what a URL names
 * @param {object} [more]
 * @param {'wasm' | 'signer'} [more.option] the option of init that can give the module
 * @param {() => unknown} [more.byDefault] makes what is taken where nothing was given
 * @param {string} [more.base] what a relative URL is relative to
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(given, open, { option = 'wasm', byDefault, base } = {}) {
  const file = files[option];
  let from = given === undefined ? file : `what init was given as ${option}`;
  try {
    let source = await (given === undefined ? defaultOf(byDefault) : given);
    if (typeof source === 'string' || isA('URL', source)) {
      const url = new URL(source, base);
      from = placeOf(url);
      source = await open(url);
    }
    if (isA('WebAssembly.Module', source)) return source;
    if (isA('Response', source)) {
      if (source.url) from = placeOf(new URL(source.url));
      return await compileResponse(source);
    }
    if (isA('ArrayBuffer', source) || ArrayBuffer.isView(source)) {
      const compiling = WebAssembly.compile(source); // in other threads
      void globalThis.Headers; // Node.js loads all of its fetch as soon as one looks: better now than after
      return await compiling;
    }
  } catch (error) {
    throw loadFailed(error, from, option);
  }
  throw toError({
    kind: 'validation',
    option,
    message: `${option} must be a URL, an ArrayBuffer or a view of one, a Response, or a WebAssembly.Module.`,
    retryable: false,
  });
}

function defaultOf(byDefault) {
  try {
    return byDefault();
  } catch {
    throw new Error('import.meta.url is not known here, as in a bundle that is a CommonJS module or a classic script');
  }
}

// Not instanceof: what comes from another frame, or from the program around a test runner's, is as good.
function isA(name, value) {
  return Object.prototype.toString.call(value) === `[object ${name}]`;
}

/** A URL as it may be shown: a query may hold a token, and inline data says nothing. */
function placeOf(url) {
  if (url.protocol === 'data:') return 'a data: URL';
  return url.origin === 'null' ? url.href : url.origin + url.pathname;
}

async function compileResponse(response) {
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  const type = response.headers.get('content-type')?.toLowerCase() ?? '';
  if (type.startsWith('text/html'))
    throw new Error('the answer is a page (text/html), as servers send for what they lack');
  // Compiling while the bytes arrive needs exactly this Content-Type, which many servers do not send.
  if (type === 'application/wasm' && WebAssembly.compileStreaming) {
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      if (response.bodyUsed) throw error; // else it was the answer's looks that displeased, as capital letters do in Node.js
    }
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

const maxCharacters = 300; // of what an error says

function loadFailed(cause, from, option) {
  const withoutQuery = (text) => text.replace(/\b(https?:\/\/[^\s?#]*)[?#]\S*/g, '$1'); // which may hold a token
  const text = withoutQuery(describeError(cause).text).slice(0, maxCharacters).replace(/\.$/, '');
  return toError(
    {
      kind: 'load',
      message: `The WebAssembly module could not be loaded from ${from}${text && `: ${text}`}.`,
      hint: `${hintOf(cause, text, from, option)} A failed load can be tried again.`,
      retryable: true,
    },
    { cause: cleanCause(cause, withoutQuery) },
  );
}

function hintOf(cause, text, from, option) {
  if (isInstance(cause, Unreadable)) return cause.hint;
  if (/unsafe-eval|Content Security Policy/i.test(text)) {
    return "The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.";
  }
  if (from.includes('/.vite/')) {
    return "Vite's dependency optimizer moved the code away from the module: add optimizeDeps: { exclude: ['tencent-chat-groups'] } to vite.config.";
  }
  return (
    `If a bundler moved or left out the file, copy node_modules/tencent-chat-groups/dist/${files[option]} to the bundle and call ` +
    `init({ ${option} }) first with its URL or bytes, or import tencent-chat-groups/inline, which needs no file.`
  );
}
