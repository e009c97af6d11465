/**
 * The platform of Node.js, Electron's main process, Bun and Deno: modules are read from files, and a secretKey can
 * sign.
 */
import * as util from 'node:util';
import { createApi } from './api.js';
import { describeError } from './cause.js';
import { unusedProxy } from './environment-proxy.js';
import { compile } from './load.js';
import { files, loadFailure, Unloadable } from './load-failure.js';
import { open } from './open.js';
import { inBrowser } from './surroundings.js';

/** @import { Signer } from './signer.js' */

/**
 * @param {() => unknown} groups returns the default source of groups.wasm
 * @param {() => Promise<Signer>} importSigner called when a secretKey is used for the first time
 */
export function nodeApi(groups, importSigner) {
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

/** @param {unknown} cause */
function withoutSigner(cause) {
  return new Unloadable(
    describeError(cause).text,
    'See that the bundle or the deployment contains all files of node_modules/tencent-chat-groups/dist that it needs to sign.',
    { cause },
  );
}
