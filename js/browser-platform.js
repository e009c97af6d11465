/** The browser's platform: modules are fetched, and nothing can sign. */
import { createApi } from './api.js';
import { describeError } from './cause.js';
import { isFrameworkSignal } from './framework-signal.js';
import { compile } from './load.js';
import { Unloadable } from './load-failure.js';
import { inNode } from './surroundings.js';

const origin = globalThis.location?.origin ?? '';

/** @param {() => unknown} groups returns the default source of groups.wasm */
export function browserApi(groups) {
  return createApi({
    runtime: inNode() ? 'browser entry' : 'browser',
    origin: /^https?:/.test(origin) ? origin : '', // 'null' where a page came from a file
    load: (wasm) => compile(wasm, open, { byDefault: groups, base: globalThis.location?.href }),
    sign: () => Promise.reject(new Error('a browser cannot sign')), // the core refuses secretKey before it comes to this
  });
}

/**
 * Gets what a URL names.
 * @param {URL} url
 * @returns {Promise<Response | ArrayBuffer>}
 */
async function open(url) {
  if (url.protocol === 'file:') {
    if (inNode()) {
      throw new Unloadable(
        "Node.js loaded the package's entry for browsers, which reads no file",
        "Resolve packages with the condition node (in Jest: testEnvironmentOptions: { customExportConditions: ['node'] }).",
      );
    }
    return readFile(url);
  }
  try {
    return await fetch(url);
  } catch (error) {
    if (isFrameworkSignal(error)) throw error;
    throw new Unloadable(
      describeError(error).text,
      'See that the URL can be reached from the page: another origin must allow it with CORS headers, and a ' +
        'Content-Security-Policy in its connect-src. Or import tencent-chat-groups/inline, which fetches nothing.',
      { cause: error },
    );
  }
}

/**
 * fetch refuses file:, but Electron lets XMLHttpRequest read what belongs to the program.
 * @param {URL} url
 * @returns {Promise<ArrayBuffer>}
 */
function readFile(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', url);
    request.responseType = 'arraybuffer';
    request.onload = () => resolve(request.response);
    request.onerror = () =>
      reject(
        new Unloadable(
          'a page may not read this file',
          'Import tencent-chat-groups/inline, which reads no file, or call init({ wasm }) first with the bytes of ' +
            'groups.wasm (in Electron, from the main process).',
        ),
      );
    request.send();
  });
}
