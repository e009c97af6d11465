/**
 * The sandbox of --sandbox: a made-up app inside this process, in dist/sandbox.wasm, which only this file loads. It is
 * the sandbox of cmd/sandbox, compiled to WebAssembly: it verifies signatures, uses 64-bit cursors, and allows one
 * call per second.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilAborted } from '../abort.js';
import { GoInstance } from '../border.js';
import { LoadError, ValidationError } from '../errors.js';
import { countGroups, paginateGroups } from '../node.js';
import { number } from './figures.js';

/**
 * @import { FetchInit, GroupListOptions } from '../../index.js'
 * @import { CallingCommand } from './flags.js'
 */

const endpoint = 'https://sandbox.invalid'; // never resolves (RFC 6761), should anything but our fetch call it
const latencyMs = 30; // in each direction

/**
 * Rejects wrong options, and an engine that does not load, as a listing would. It makes no call: signing fails.
 * @param {CallingCommand} command
 * @param {GroupListOptions} options
 */
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
 * @returns {Promise<{ options: GroupListOptions, introduction: string }>} the options of its app, and a line about it
 */
export async function openSandbox() {
  const module = await WebAssembly.compile(await readFile(new URL('../../dist/sandbox.wasm', import.meta.url)));
  const go = await GoInstance.start(module);
  go.call('open');
  const { groups, ...identity } = JSON.parse(go.text());
  const introduction = `--sandbox: a made-up app with ${number(groups)} groups. Nothing is sent anywhere.\n`;

  /**
   * @param {string} url
   * @param {FetchInit} init
   */
  const exchange = async (url, { method, body }) => {
    const { pathname, search } = new URL(url);
    await sleep(latencyMs);
    const call = { method, path: pathname, query: search.slice(1), body };
    go.call('answer', go.write(JSON.stringify(call)));
    const answer = go.text();
    await sleep(latencyMs);
    return new Response(answer, { headers: { 'content-type': 'application/json' } });
  };
  /** @type {GroupListOptions['fetch']} */
  const fetch = async (url, init) => untilAborted(exchange(url, init), init.signal);
  return { options: { ...identity, endpoint, fetch }, introduction };
}
