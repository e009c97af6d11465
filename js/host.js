/** The host of the engine: loads groups.wasm once, starts an engine, and another one after a panic. */
import { Engine } from './engine.js';
import { toError } from './errors.js';
import { startFailure } from './load-failure.js';
import { readOptions } from './options.js';

/**
 * @import { Coders } from './border.js'
 * @import { SignRequest } from './signer.js'
 */

/**
 * @typedef {object} Platform
 * @property {'server' | 'browser' | 'browser entry'} runtime the last in Node.js, as in tests with jsdom
 * @property {string} origin of the page, '' if there is none
 * @property {(request: SignRequest) => Promise<string>} sign makes a UserSig
 * @property {(wasm?: unknown) => Promise<WebAssembly.Module>} load compiles groups.wasm, the default one or another
 * @property {Coders} [coders] see GoInstance.start
 * @property {(wasm: unknown) => Promise<void>} [loadSigner] loads another usersig.wasm than the default one
 * @property {(url: string) => string} [unusedProxy] returns the variable of a proxy that fetch does not use for a URL
 */

/**
 * @typedef {Pick<Platform, 'runtime' | 'origin' | 'sign' | 'unusedProxy'> & { engine: () => Promise<Engine>, init:
 * (options?: unknown) => Promise<void> }} Host
 */

/**
 * Reads the options of init. The engine, which is not loaded yet, cannot.
 * @param {unknown} given
 * @param {Platform['runtime']} runtime
 * @returns {{ wasm?: unknown, signer?: unknown }}
 */
function readInit(given, runtime) {
  /**
   * @param {string} option
   * @param {string} message
   */
  const refusal = (option, message) => toError({ kind: 'validation', option, message, retryable: false });
  const options = readOptions(given);
  if (!options) throw refusal('options', 'init takes an object: { wasm, signer }.');
  const wrong = Object.keys(options).find((name) => name !== 'wasm' && name !== 'signer');
  if (wrong !== undefined) {
    throw refusal(wrong, `Unknown option '${wrong.slice(0, 100)}' of init. Valid options: wasm, signer.`);
  }
  if (options.signer !== undefined && runtime !== 'server') {
    const where = runtime === 'browser' ? 'in a browser' : 'by the entry for browsers';
    throw refusal('signer', `signer is refused ${where}, which never signs. Give proxy, the URL of a signing proxy.`);
  }
  return options;
}

/**
 * Not every promise that init is given is awaited: not once the engine is loaded, nor after another failure.
 * @param {unknown} source
 */
function ignoreRejection(source) {
  Promise.resolve(source).catch(() => {});
}

/**
 * @param {Platform} platform
 * @returns {Host}
 */
export function createHost(platform) {
  /** @type {Promise<WebAssembly.Module> | undefined} one compilation serves all engines */
  let module;
  /** @type {Promise<Engine> | undefined} one engine runs all listings, so that they share one pace */
  let engine;
  /** @type {Promise<void> | undefined} never rejects; calls that come while init is at work wait for it */
  let initializing;

  /** @param {unknown} [wasm] */
  const load = (wasm) => {
    const loading = platform.load(wasm).catch((error) => {
      if (module === loading) module = undefined; // a failed load can be tried again
      throw error;
    });
    return loading;
  };

  const start = async () => {
    await initializing;
    module ??= load();
    const compiled = await module;
    return Engine.start(compiled, platform.coders).catch((error) => {
      throw startFailure(error, 'wasm');
    });
  };

  const runningEngine = async () => {
    for (;;) {
      engine ??= start();
      const starting = engine;
      try {
        const started = await starting;
        if (!started.dead) return started;
        if (engine === starting) engine = undefined;
      } catch (error) {
        if (engine === starting) engine = undefined;
        throw error;
      }
    }
  };

  /**
   * @param {{ wasm?: unknown, signer?: unknown }} sources
   * @param {Promise<Engine> | undefined} before the engine that was starting when init was called
   */
  async function loadAll({ wasm, signer }, before) {
    if (signer !== undefined) await platform.loadSigner?.(signer);
    const started = before?.then(
      () => true,
      () => false,
    );
    if (await started) return;
    const loading = load(wasm);
    await loading;
    module = loading;
  }

  /** @param {unknown} [options] */
  async function init(options) {
    const given = readInit(options, platform.runtime);
    for (const source of Object.values(given)) ignoreRejection(source);
    const loading = loadAll(given, engine);
    initializing = loading.catch(() => {});
    await loading;
    await runningEngine();
  }

  const { runtime, origin, sign, unusedProxy } = platform;
  return { runtime, origin, sign, unusedProxy, engine: runningEngine, init };
}
