/** Signing with the vendor's library, wherever its WebAssembly module comes from. */
import * as util from 'node:util';
import { GoInstance } from './border.js';
import { startFailure } from './load-failure.js';

/** @typedef {{ sdkAppId: number, secretKey: string, identifier: string, expireSeconds: number }} SignRequest */
/** @typedef {{ load(wasm?: unknown): Promise<void>, sign(request: SignRequest): Promise<string> }} Signer */

/**
 * @param {(wasm?: unknown) => Promise<WebAssembly.Module>} compile compiles usersig.wasm, the default one or another
 * @returns {Signer}
 */
export function createSigner(compile) {
  /** @type {WebAssembly.Module | undefined} */
  let module;
  /** @type {Promise<GoInstance> | undefined} */
  let signer;

  /**
   * Loads the module; once there is one, it does nothing.
   * @param {unknown} [wasm]
   */
  async function load(wasm) {
    if (module) return;
    const compiled = await compile(wasm);
    module ??= compiled;
  }

  async function start() {
    await load();
    return GoInstance.start(/** @type {WebAssembly.Module} */ (module), util).catch((error) => {
      throw startFailure(error, 'signer');
    });
  }

  /**
   * @param {SignRequest} request
   * @returns {Promise<string>} a UserSig
   */
  async function sign(request) {
    signer ??= start();
    const starting = signer;
    try {
      const go = await starting;
      go.call('sign', go.write(JSON.stringify(request)));
      const { userSig, error } = JSON.parse(go.text());
      if (error) throw new Error(error);
      return userSig;
    } catch (error) {
      if (signer === starting) signer = undefined; // a failed load or a dead instance: the next call starts another
      throw error;
    }
  }

  return { load, sign };
}
