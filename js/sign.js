/** Signing with usersig.wasm, the vendor's library. Only node.js loads this file, and only when a secretKey is used. */
import { readFile } from 'node:fs/promises';
import { GoInstance } from './border.js';

let signer; // a promise

async function start() {
  return GoInstance.start(await WebAssembly.compile(await readFile(new URL('../dist/usersig.wasm', import.meta.url))));
}

/**
 * @param {{ sdkAppId: number, secretKey: string, identifier: string, expireSeconds: number }} request
 * @returns {Promise<string>} a UserSig
 */
export async function sign(request) {
  signer ??= start();
  const starting = signer;
  try {
    const go = await starting;
    go.call('sign', go.write(JSON.stringify(request)));
    const { userSig, error } = JSON.parse(go.text());
    if (error) throw new Error(error);
    return userSig;
  } catch (error) {
    if (signer === starting) signer = undefined; // a failed load or a dead instance: the next call starts anew
    throw error;
  }
}
