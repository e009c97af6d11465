/**
 * The public functions, the same for every platform. node.js and browser.js bind them to what differs: how groups.wasm is
 * loaded, and whether this process may sign.
 */
import { Engine } from './engine.js';
import { toError } from './failure.js';
import { list } from './listing.js';
import { startFailure } from './load-failure.js';
import { readOptions } from './options.js';

/** Reads what init takes. It is no matter of the engine, which is not loaded yet. */
function readInit(given, runtime) {
  const refuse = (option, message) => {
    throw toError({ kind: 'validation', option, message, retryable: false });
  };
  const options = readOptions(given);
  if (!options) refuse('options', 'init takes an object: { wasm, signer }.');
  const wrong = Object.keys(options).find((name) => name !== 'wasm' && name !== 'signer');
  if (wrong !== undefined)
    refuse(wrong, `There is no option '${wrong.slice(0, 100)}' of init. There are wasm and signer.`);
  if (options.signer !== undefined && runtime !== 'server') {
    const where = runtime === 'browser' ? 'in a browser' : 'by the entry for browsers';
    refuse('signer', `signer is refused ${where}, which never signs. Give proxy, the URL of a signing proxy.`);
  }
  return options;
}

/** Not every promise that init is given is waited for: not once the engine is loaded, nor after another failure. */
function ignoreRejection(source) {
  Promise.resolve(source).catch(() => {});
}

/** A Set holds 2^24 values in V8, and throws where there is one more. */
function tooManyGroups(groups, checkpoint) {
  return toError({
    kind: 'internal',
    message: `One Set holds no more than ${groups} group IDs here.`,
    hint: 'Use paginateGroups, which keeps none of them.',
    retryable: false,
    checkpoint,
  });
}

/**
 * @param {object} platform
 * @param {'server' | 'browser' | 'browser entry'} platform.runtime the last in Node.js, as in tests with jsdom
 * @param {string} platform.origin of the page, '' if there is none
 * @param {(request: object) => Promise<string>} platform.sign makes a UserSig
 * @param {(wasm?: unknown) => Promise<WebAssembly.Module>} platform.load compiles groups.wasm, the default one or another
 * @param {object} [platform.coders] see GoInstance.start
 * @param {(wasm: unknown) => Promise<void>} [platform.loadSigner] loads another usersig.wasm than the default one
 */
export function createApi(platform) {
  let module; // a promise; one compilation serves all engines
  let engine; // a promise; one engine runs all listings, so that they share one pace
  let initializing; // a promise that never fails; who comes while init is at work waits for it

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

  const host = {
    runtime: platform.runtime,
    origin: platform.origin,
    sign: platform.sign,
    unusedProxy: platform.unusedProxy,
    async engine() {
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
    },
  };

  async function loadAll({ wasm, signer }, before) {
    if (signer !== undefined) await platform.loadSigner(signer);
    const started = before?.then(
      () => true,
      () => false,
    );
    if (await started) return;
    const loading = load(wasm);
    await loading;
    module = loading;
  }

  async function init(options) {
    const given = readInit(options, platform.runtime);
    for (const source of Object.values(given)) ignoreRejection(source);
    const loading = loadAll(given, engine);
    initializing = loading.catch(() => {});
    await loading;
    await host.engine();
  }

  async function listGroups(options) {
    const listing = list(host, 'listGroups', options);
    const { value, done } = await listing.next();
    if (!done) {
      await listing.next();
      return value;
    }
    const { totalCount, checkpoint } = value; // of a listing that had ended
    return { groupIds: [], groupType: checkpoint.groupType, totalCount, next: null, checkpoint };
  }

  async function listAllGroups(options) {
    const unique = new Set();
    const starts = new Map(); // of several types: how many IDs there were before a type's first
    const found = () => {
      const groupIds = [...unique];
      if (starts.size === 0) return { groupIds };
      const types = [...starts].map(([groupType, from], i, all) => [groupType, groupIds.slice(from, all[i + 1]?.[1])]);
      return { groupIds, groupIdsByType: Object.fromEntries(types) };
    };
    const listing = list(host, 'listAllGroups', options, { found });
    let taken; // checkpoint of the last page that was
    let result = await listing.next();
    while (!result.done) {
      const { groupIds, groupType, checkpoint } = result.value;
      const before = unique.size;
      if (checkpoint.groupTypes && !starts.has(groupType)) starts.set(groupType, before);
      try {
        for (const id of groupIds) unique.add(id);
      } catch {
        return listing.throw(tooManyGroups(unique.size, taken));
      }
      taken = checkpoint;
      result = await listing.next(before + groupIds.length - unique.size);
    }
    const { totalCount, complete, checkpoint } = result.value;
    const { pages, requests, retries, duplicates, elapsedMs, next } = checkpoint;
    const counts = { pages, requests, retries, duplicates, elapsedMs };
    const none = checkpoint.groupTypes && { groupIdsByType: {} }; // of a listing that had ended
    return { ...none, ...found(), totalCount, ...counts, complete, next, checkpoint };
  }

  // Written by hand, since the return() of an async generator waits for a next() that is under way.
  function paginateGroups(options) {
    const left = new AbortController();
    const listing = list(host, 'paginateGroups', options, { stop: left.signal });
    const end = { done: true, value: undefined };
    return {
      async next() {
        try {
          const { done, value } = await listing.next();
          return done ? { ...end } : { done, value };
        } catch (error) {
          if (left.signal.aborted && error === left.signal.reason) return { ...end };
          throw error;
        }
      },
      async return(value) {
        left.abort();
        await listing.return();
        return { done: true, value };
      },
      async throw(error) {
        await this.return();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async function countGroups(options) {
    const totalCountByType = {};
    const listing = list(host, 'countGroups', options);
    let result = await listing.next();
    while (!result.done) {
      totalCountByType[result.value.groupType] = result.value.totalCount;
      result = await listing.next();
    }
    const { totalCount, checkpoint } = result.value;
    return checkpoint.groupTypes ? { totalCount, totalCountByType } : totalCount;
  }

  const functions = { listGroups, listAllGroups, paginateGroups, countGroups };

  function createClient(defaults) {
    const own = readOptions(defaults);
    // What cannot be options is left to the core to refuse.
    const merged = (options) => {
      const more = readOptions(options);
      if (!own) return defaults;
      return more ? { ...own, ...more } : options;
    };
    return Object.fromEntries(
      Object.entries(functions).map(([name, run]) => [name, (options) => run(merged(options))]),
    );
  }

  return { ...functions, createClient, init };
}
