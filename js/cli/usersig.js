/** What a UserSig says of itself. It is base64 (with * - _ for + / =) of zlib-compressed JSON; no key is needed to read it. */
import { inflateSync } from 'node:zlib';

const standard = { '*': '+', '-': '/', _: '=' };
const maxBytes = 65536; // far more than a UserSig has

/**
 * Returns what a UserSig was made for, undefined if it cannot be read, as when it was cut short.
 * @returns {{ sdkAppId: number, identifier: string, madeMs: number, expiresMs: number } | undefined}
 */
export function readUserSig(userSig) {
  try {
    const compressed = Buffer.from(
      userSig.replace(/[*_-]/g, (c) => standard[c]),
      'base64',
    );
    const fields = JSON.parse(inflateSync(compressed, { maxOutputLength: maxBytes }).toString());
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

const isDate = (ms) => !Number.isNaN(new Date(ms).getTime());
