/** Compiling a WebAssembly module from wherever it comes, with errors that say what to do when it does not come. */
import { cleanCause } from './cause.js';
import { toError } from './failure.js';

/**
 * @param {unknown} wasm a URL (string or URL), bytes, a Response, a promise of one of these, or a WebAssembly.Module
 * @param {(url: URL) => Promise<Response | Uint8Array>} open gets what a URL names
 * @param {string | URL} [base] what a relative URL is relative to
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(wasm, open, base) {
  let source = await wasm;
  let from = 'what init was given';
  try {
    if (typeof source === 'string' || source instanceof URL) {
      const url = new URL(source, base);
      from = url.origin === 'null' ? url.href : url.origin + url.pathname; // a query may hold a token
      source = await open(url);
    }
    if (source instanceof WebAssembly.Module) return source;
    if (typeof Response !== 'undefined' && source instanceof Response) {
      if (source.url) from = source.url.split('?', 1)[0];
      return await compileResponse(source);
    }
    if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return await WebAssembly.compile(source);
  } catch (error) {
    throw loadFailed(from, error);
  }
  throw toError({
    kind: 'validation',
    option: 'wasm',
    message: 'wasm must be a URL, an ArrayBuffer or a view of one, a Response, or a WebAssembly.Module.',
    retryable: false,
  });
}

// Compiling while the bytes arrive needs exactly this Content-Type, which many servers do not send.
async function compileResponse(response) {
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  if (response.headers.get('content-type')?.toLowerCase() === 'application/wasm' && WebAssembly.compileStreaming) {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

function loadFailed(from, cause) {
  const blocked = /unsafe-eval|Content Security Policy/i.test(cause?.message);
  return toError(
    {
      kind: 'load',
      message: `The WebAssembly module could not be loaded from ${from}: ${String(cause?.message ?? cause).replace(/\.$/, '')}.`,
      hint: blocked
        ? "The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src."
        : 'If a bundler moved the file, call init({ wasm }) with its URL or bytes first. A failed load can be tried again.',
      retryable: true,
    },
    { cause: cleanCause(cause, (text) => text.replace(/\b(https?:\/\/[^\s?#]*)[?#]\S*/g, '$1')) },
  );
}
