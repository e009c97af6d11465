/** A listing: page by page, can be stopped and resumed. */
import { paginateGroups } from '../../js/browser.js';
import { counts, learn } from './counts.js';
import { redraw } from './dom.js';
import { Rate } from './rate.js';
import { asCaller, expire, isRefusal } from './session.js';
import { store } from './store.js';

/**
 * - `idle`: none was begun
 * - `running`
 * - `stopped`: by the user, or for want of a token
 * - `failed`: by `error`
 * - `done`
 */
export const listing = {
  state: 'idle',
  /** Types that are listed one after the other; undefined where all are listed at once. */
  types: undefined,
  /** IDs per call. */
  limit: undefined,
  checkpoint: undefined,
  /** IDs listed, each counted once. */
  listed: 0,
  /** The TotalCount of the first page: it may change. Of types one after the other it only grows, and says nothing. */
  firstTotal: undefined,
  error: undefined,
  /** What `onRetry` got last, while it is waited for, with `until` (ms, as performance.now() has it). */
  retry: undefined,
  /** It ended because the token was rejected. It resumes after the next sign-in. */
  awaitsToken: false,
  rate: new Rate(),
};

let controller;
let running = Promise.resolve();

/** Begins a new listing; what an earlier one found is forgotten. */
export async function start({ types, limit }) {
  await stop();
  try {
    await store.clear(types !== undefined);
  } catch {
    return; // the store broke, which lose() handles, or everything was discarded meanwhile
  }
  Object.assign(listing, { types, limit, checkpoint: undefined, listed: 0, firstTotal: undefined });
  await goOn();
}

/** Goes on from the checkpoint. */
export function goOn() {
  controller = new AbortController();
  running = run(controller.signal);
  return running;
}

/** Stops at once. */
export async function stop() {
  controller?.abort();
  await running;
}

/** Stops because the token was rejected. Resumes after the next sign-in. */
export async function suspend() {
  if (listing.state !== 'running') return;
  await stop();
  listing.awaitsToken = listing.state === 'stopped';
}

/** Stops and forgets. It waits for no answer of the store, which may never come. */
export async function forget() {
  controller?.abort();
  store.discard();
  await running;
  begin({ error: undefined });
}

/** Stops for an error of the store: what it held is lost. */
export async function lose(error) {
  await stop();
  begin({ error });
}

function begin({ error }) {
  Object.assign(listing, { state: 'idle', checkpoint: undefined, listed: 0, error, awaitsToken: false });
  redraw();
}

async function run(signal) {
  const { types, limit } = listing;
  Object.assign(listing, { state: 'running', error: undefined, retry: undefined, awaitsToken: false });
  listing.rate.begin(listing.listed);
  redraw();
  try {
    const pages = paginateGroups({
      ...asCaller(),
      groupType: types,
      limit,
      resume: listing.checkpoint,
      signal,
      onRetry,
    });
    for await (const page of pages) await take(page);
    listing.state = 'done';
  } catch (error) {
    if (signal.aborted && error === signal.reason) listing.state = 'stopped';
    else if (isRefusal(error)) {
      listing.state = 'stopped';
      listing.awaitsToken = true;
      expire();
    } else {
      listing.state = 'failed';
      listing.error = error;
    }
  } finally {
    listing.retry = undefined;
    redraw();
  }
}

// A page counts once its IDs are in the store: so stopping, and going on from the checkpoint, loses none.
async function take({ groupIds, groupType, totalCount, checkpoint }) {
  listing.listed = await store.add(groupIds, groupType);
  listing.checkpoint = checkpoint;
  listing.firstTotal ??= checkpoint.totalCount;
  listing.retry = undefined;
  listing.rate.at(listing.listed);
  learn(groupType, totalCount);
}

function onRetry({ error, attempt, waitMs }) {
  listing.retry = { error, attempt, until: performance.now() + waitMs };
  redraw();
}

/** IDs that came again and were left out. */
export const duplicates = () => (listing.checkpoint?.groups ?? 0) - listing.listed;

/**
 * How many groups there will be. Of types one after the other, those to come are known if they were counted.
 * @returns {{ total: number, known: boolean }}
 */
export function expected() {
  const { types, checkpoint } = listing;
  const all = checkpoint?.totalCount ?? counts.total;
  if (!types) return { total: all ?? 0, known: all !== undefined };
  const each = types.map((type) => counts.byType[type]);
  if (each.every((n) => n !== undefined)) return { total: each.reduce((sum, n) => sum + n, 0), known: true };
  return { total: checkpoint?.totalCount ?? 0, known: checkpoint?.next === null };
}
