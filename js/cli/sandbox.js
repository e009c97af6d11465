/**
 * The sandbox of --sandbox: a made-up app inside this process, by dist/sandbox.wasm, which is loaded only here. It is the
 * one of cmd/sandbox, in WebAssembly: signatures are checked, cursors have 64 bits, and one call a second is allowed.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilAborted } from '../abort.js';
import { GoInstance } from '../border.js';
import { LoadError, ValidationError } from '../errors.js';
import { countGroups, paginateGroups } from '../node.js';
import { number } from './figures.js';

// A name that leads nowhere, should anything but our fetch ever look it up (RFC 6761).
const endpoint = 'https://sandbox.invalid';
// How long a call is on its way, in each direction.
const wayMs = 30;

/** Rejects wrong options, and an engine that does not load, as a listing would. No call is made: its UserSig is refused. */
export async function rejectWrongOptions(command, options) {
  const userSig = () => Promise.reject(new Error('no call is made'));
  const unsigned = { ...options, sdkAppId: 1, identifier: 'nobody', userSig };
  try {
    await (command === 'list' ? paginateGroups(unsigned).next() : countGroups(unsigned));
  } catch (error) {
    if (error instanceof ValidationError || error instanceof LoadError) throw error;
  }
}

/**
 * Starts a sandbox.
 * @returns {Promise<{ options: object, introduction: string }>} the options for listing its groups, and a line about it for the
 *   user, which is to be shown when nothing is wrong with what was given
 */
export async function openSandbox() {
  const module = await WebAssembly.compile(await readFile(new URL('../../dist/sandbox.wasm', import.meta.url)));
  const go = await GoInstance.start(module);
  go.call('open');
  const { groups, ...who } = JSON.parse(go.text());
  const introduction = `--sandbox: a made-up app with ${number(groups)} groups. Nothing is sent anywhere.\n`;

  const exchange = async (url, { method, body }) => {
    const { pathname, search } = new URL(url);
    await sleep(wayMs);
    const call = { method, path: pathname, query: search.slice(1), body };
    go.call('answer', go.write(JSON.stringify(call)));
    const answer = go.text();
    await sleep(wayMs);
    return new Response(answer, { headers: { 'content-type': 'application/json' } });
  };
  const fetch = (url, init) => untilAborted(exchange(url, init), init.signal);
  return { options: { ...who, endpoint, fetch }, introduction };
}
