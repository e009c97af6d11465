/** What the entries for Node.js, Electron's main process, Bun and Deno have in common: they may sign. */
import * as util from 'node:util';
import { createApi } from './api.js';
import { describeError } from './cause.js';
import { unusedProxy } from './environment-proxy.js';
import { compile } from './load.js';
import { files, loadFailure, Unloadable } from './load-failure.js';
import { open } from './open.js';
import { inBrowser } from './surroundings.js';

/**
 * @param {() => unknown} groups where groups.wasm is
 * @param {() => Promise<{ sign: Function, load: Function }>} importSigner called when it is needed: most users of a process
 *   never sign
 */
export function serverApi(groups, importSigner) {
  const signer = () =>
    importSigner().catch((error) => {
      throw loadFailure(withoutSigner(error), files.signer, 'signer');
    });
  return createApi({
    runtime: inBrowser() ? 'browser' : 'server', // Electron's renderer can be allowed to load these entries
    origin: '',
    unusedProxy,
    coders: util,
    load: (wasm) => compile(wasm, open, { byDefault: groups }),
    loadSigner: async (wasm) => (await signer()).load(wasm),
    sign: async (request) => (await signer()).sign(request),
  });
}

function withoutSigner(cause) {
  return new Unloadable(
    describeError(cause).text,
    'See that the bundle or the deployment contains all files of node_modules/tencent-chat-groups/dist that it needs to sign.',
    { cause },
  );
}
