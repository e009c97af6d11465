/** What the entries for browsers have in common: there is no way to sign. */
import { createApi } from './api.js';
import { compile, Unreadable } from './load.js';
import { inNode } from './surroundings.js';

const origin = globalThis.location?.origin ?? '';

/** @param {() => unknown} groups where groups.wasm is */
export function pageApi(groups) {
  return createApi({
    runtime: inNode() ? 'browser entry' : 'browser',
    origin: /^https?:/.test(origin) ? origin : '', // 'null' where a page came from a file
    load: (wasm) => compile(wasm, open, { byDefault: groups, base: globalThis.location?.href }),
    sign: () => Promise.reject(new Error('a browser cannot sign')), // the core refuses secretKey before it comes to this
  });
}

async function open(url) {
  if (url.protocol === 'file:') {
    if (inNode()) {
      throw new Unreadable(
        "Node.js loaded the package's entry for browsers, which reads no file",
        "Resolve packages with the condition node (in Jest: testEnvironmentOptions: { customExportConditions: ['node'] }).",
      );
    }
    return readFile(url);
  }
  try {
    return await fetch(url);
  } catch (error) {
    throw new Unreadable(
      error.message,
      'See that the URL can be reached from the page: another origin must allow it with CORS headers, and a ' +
        'Content-Security-Policy in its connect-src. Or import tencent-chat-groups/inline, which fetches nothing.',
    );
  }
}

/** fetch refuses file:, but Electron lets XMLHttpRequest read what belongs to the program. */
function readFile(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', url);
    request.responseType = 'arraybuffer';
    request.onload = () => resolve(request.response);
    request.onerror = () =>
      reject(
        new Unreadable(
          'a page may not read this file',
          'Import tencent-chat-groups/inline, which reads no file, or call init({ wasm }) first with the bytes of ' +
            'groups.wasm (in Electron, from the main process).',
        ),
      );
    request.send();
  });
}
