/** The public functions, the same on every platform. */
import { toError } from './errors.js';
import { createHost } from './host.js';
import { list } from './listing.js';
import { readOptions } from './options.js';

/**
 * @import { Checkpoint, EndpointGroupType, GroupCounts, GroupListing, GroupPage } from '../index.js'
 * @import { Platform } from './host.js'
 */

/**
 * @typedef {Pick<typeof import('../index.js'), 'listGroups' | 'listAllGroups' | 'paginateGroups' | 'countGroups' |
 * 'createClient' | 'init'>} Api
 */

/**
 * A Set holds 2^24 values in V8, and throws at the next one.
 * @param {number} groups
 * @param {Checkpoint | undefined} checkpoint
 */
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
 * @param {Platform} platform
 * @returns {Api}
 */
export function createApi(platform) {
  const host = createHost(platform);

  /**
   * @param {unknown} options
   * @returns {Promise<GroupPage>}
   */
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

  /**
   * @param {unknown} options
   * @returns {Promise<GroupListing>}
   */
  async function listAllGroups(options) {
    /** @type {Set<string>} */
    const unique = new Set();
    /** @type {Map<EndpointGroupType | null, number>} of several types: how many IDs there were before a type's first */
    const starts = new Map();
    const found = () => {
      const groupIds = [...unique];
      if (starts.size === 0) return { groupIds };
      const types = [...starts].map(([groupType, from], i, all) => [groupType, groupIds.slice(from, all[i + 1]?.[1])]);
      return { groupIds, groupIdsByType: Object.fromEntries(types) };
    };
    const listing = list(host, 'listAllGroups', options, { found });
    /** @type {Checkpoint | undefined} of the last page that was taken */
    let taken;
    let result = await listing.next();
    while (!result.done) {
      const { groupIds, groupType, checkpoint } = result.value;
      const before = unique.size;
      if (checkpoint.groupTypes && !starts.has(groupType)) starts.set(groupType, before);
      try {
        for (const id of groupIds) unique.add(id);
      } catch {
        throw await listing.throw(tooManyGroups(unique.size, taken));
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

  /**
   * Written by hand, since the return() of an async generator waits for a next() that is under way.
   * @param {unknown} options
   * @returns {AsyncIterableIterator<GroupPage>}
   */
  function paginateGroups(options) {
    const left = new AbortController();
    const listing = list(host, 'paginateGroups', options, { stop: left.signal });
    return {
      async next() {
        try {
          const { done, value } = await listing.next();
          return done ? { done, value: undefined } : { done: false, value };
        } catch (error) {
          if (left.signal.aborted && error === left.signal.reason) return { done: true, value: undefined };
          throw error;
        }
      },
      async return(value) {
        left.abort();
        await listing.return(/** @type {any} */ (undefined));
        return { done: true, value };
      },
      async throw(error) {
        await this.return?.();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /**
   * @param {unknown} options
   * @returns {Promise<number | GroupCounts>}
   */
  async function countGroups(options) {
    /** @type {{ [type in EndpointGroupType]?: number }} */
    const totalCountByType = {};
    const listing = list(host, 'countGroups', options);
    let result = await listing.next();
    while (!result.done) {
      const { groupType, totalCount } = result.value;
      if (groupType) totalCountByType[groupType] = totalCount;
      result = await listing.next();
    }
    const { totalCount, checkpoint } = result.value;
    return checkpoint.groupTypes ? { totalCount, totalCountByType } : totalCount;
  }

  const functions = { listGroups, listAllGroups, paginateGroups, countGroups };

  /** @param {unknown} defaults */
  function createClient(defaults) {
    const own = readOptions(defaults);
    /**
     * The engine refuses what cannot be options.
     * @param {unknown} options
     */
    const merged = (options) => {
      const more = readOptions(options);
      if (!own) return defaults;
      return more ? { ...own, ...more } : options;
    };
    return Object.fromEntries(
      Object.entries(functions).map(([name, run]) => [name, (/** @type {unknown} */ options) => run(merged(options))]),
    );
  }

  // What a function returns depends on the options, as the overloads in index.d.ts say.
  const { init } = host;
  return /** @type {Api} */ (/** @type {unknown} */ ({ ...functions, createClient, init }));
}
