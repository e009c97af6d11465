/** Compiling a WebAssembly module from wherever it comes. */
import { checkBuildId } from './build-id.js';
import { describeError } from './cause.js';
import { toError } from './errors.js';
import { isFrameworkSignal } from './framework-signal.js';
import { isInstance } from './instance.js';
import { files, loadFailure, Unloadable } from './load-failure.js';
import { inNode } from './surroundings.js';

/**
 * @typedef {{ URL: URL, Response: Response, ArrayBuffer: ArrayBuffer, 'WebAssembly.Module': WebAssembly.Module }}
 * PlatformClasses
 */
/** @import { ModuleOption } from './load-failure.js' */

/**
 * @param {unknown} given a URL (string or URL), bytes, a Response, a promise of one of these, or a WebAssembly.Module
 * @param {(url: URL) => Promise<Response | ArrayBuffer | Uint8Array>} open gets what a URL names
 * @param {object} [more]
 * @param {ModuleOption} [more.option] the option of init that can give the module
 * @param {() => unknown} [more.byDefault] returns the default source
 * @param {string} [more.base] what a relative URL is relative to
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(given, open, { option = 'wasm', byDefault, base } = {}) {
  let from = given === undefined ? files[option] : `what init was given as ${option}`;
  try {
    if (typeof WebAssembly === 'undefined') throw noWebAssembly();
    let source = await (given === undefined ? defaultOf(byDefault) : given);
    if (typeof source === 'string' || isA('URL', source)) {
      const url = new URL(source, base);
      from = placeOf(url);
      source = await open(url);
    }
    if (isA('Response', source) && source.url) from = placeOf(new URL(source.url));
    const compiling = compileSource(source);
    if (compiling) {
      const module = await compiling;
      checkBuildId(module, option);
      return module;
    }
  } catch (error) {
    throw isFrameworkSignal(error) ? error : loadFailure(error, from, option);
  }
  throw toError({
    kind: 'validation',
    option,
    message: `${option} must be a URL, an ArrayBuffer or a view of one, a Response, or a WebAssembly.Module.`,
    retryable: false,
  });
}

function noWebAssembly() {
  return new Unloadable(
    'There is no WebAssembly here',
    'Start Node.js without --jitless. Browsers turn WebAssembly off in Lockdown Mode: list the groups on a server.',
    { retryable: false },
  );
}

/**
 * Returns the default source. What fails before it returns a promise is a URL; only the inline entries return promises.
 * @param {(() => unknown) | undefined} byDefault
 */
async function defaultOf(byDefault) {
  let source;
  try {
    source = byDefault?.();
  } catch {
    throw new Error('import.meta.url is not known here, as in a bundle that is a CommonJS module or a classic script');
  }
  try {
    return await source;
  } catch (error) {
    if (isInstance(error, Unloadable)) throw error;
    throw new Unloadable(
      describeError(error).text,
      "See that the bundle contains the files of the package's folder dist/inline unchanged.",
      { cause: error },
    );
  }
}

/**
 * Returns a module or a promise of one, undefined if the source is nothing that can be compiled.
 * @param {unknown} source
 */
function compileSource(source) {
  if (isA('WebAssembly.Module', source)) return source;
  if (isA('Response', source)) return compileResponse(source);
  if (!isA('ArrayBuffer', source) && !ArrayBuffer.isView(source)) return undefined;
  if (inNode()) new WebAssembly.Memory({ initial: 1 }); // throws if there is too little address space, see loadFetch
  const compiling = WebAssembly.compile(source); // in other threads
  if (inNode()) loadFetch();
  return compiling;
}

/**
 * Lets Node.js load all of its fetch, which it does as soon as one looks: better while a module is compiled than after.
 * Node.js 20 and 22 end the process if there is no address space for a module of fetch.
 */
function loadFetch() {
  void globalThis.Headers;
}

/**
 * Reports whether a value is of a class of the platform. Not instanceof: it may come from another frame, or from the
 * program around a test runner's.
 * @template {keyof PlatformClasses} Name
 * @param {Name} name
 * @param {unknown} value
 * @returns {value is PlatformClasses[Name]}
 */
function isA(name, value) {
  return Object.prototype.toString.call(value) === `[object ${name}]`;
}

/**
 * Returns a URL as it may be shown: a query may hold a token, and inline data says nothing.
 * @param {URL} url
 */
function placeOf(url) {
  if (url.protocol === 'data:') return 'a data: URL';
  return url.origin === 'null' ? url.href : url.origin + url.pathname;
}

/** @param {Response} response */
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
