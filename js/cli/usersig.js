/** The content of a UserSig: base64 (with * - _ for + / =) of zlib-compressed JSON. Reading it needs no key. */
import { inflateSync } from 'node:zlib';

const standard = new Map([
  ['*', '+'],
  ['-', '/'],
  ['_', '='],
]);
const maxBytes = 65536; // far more than a UserSig has

/**
 * Returns what a UserSig was made for, undefined if it cannot be read: it may be cut short.
 * @param {string} userSig
 * @returns {{ sdkAppId: number, identifier: string, madeMs: number, expiresMs: number } | undefined}
 */
export function readUserSig(userSig) {
  try {
    const base64 = userSig.replace(/[*_-]/g, (character) => standard.get(character) ?? character);
    const json = inflateSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxBytes }).toString();
    const fields = JSON.parse(json);
    const madeMs = Number(fields['TLS.time']) * 1000;
    const expiresMs = madeMs + Number(fields['TLS.expire']) * 1000;
    const sdkAppId = Number(fields['TLS.sdkappid']);
    const identifier = fields['TLS.identifier'];
    const valid =
      typeof identifier === 'string' && Number.isSafeInteger(sdkAppId) && isDate(madeMs) && isDate(expiresMs);
    return valid ? { sdkAppId, identifier, madeMs, expiresMs } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} ms */
const isDate = (ms) => !Number.isNaN(new Date(ms).getTime());
