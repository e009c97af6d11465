// Finds secrets in what the proxy wrote or answered.
import { open } from 'node:fs/promises';
import { secretIn } from '../../programs/proxy.mjs';

// Tokens of the proxy and JWTs, valid or forged: none belongs in a log or an answer.
const tokens = /tcg_[\w-]{8,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}/;

// A secret may cross the end of a chunk, so each chunk is searched together with the end of the one before it.
const overlap = 2048; // characters

/** Returns a secret as it is, encoded for a URL, and truncated. */
const forms = (secret) => [secret, encodeURIComponent(secret), secret.slice(0, 40)];

/**
 * Returns a function that searches the chunks of one stream for secrets, and returns the first characters of one, or
 * undefined.
 * @param {string[]} known the secrets themselves
 * @param {{ byPattern?: boolean }} [how] false searches for the known secrets only, for binary data. Default true: anything shaped like a UserSig, a key or a
 *   token is found as well
 */
export function secretSearch(known, { byPattern = true } = {}) {
  const wanted = [...new Set(known.flatMap(forms))];
  let tail = '';
  return (chunk) => {
    const text = tail + chunk.toString('latin1');
    tail = text.slice(-overlap);
    const found =
      wanted.find((secret) => text.includes(secret)) ??
      (byPattern ? (secretIn(text) ?? tokens.exec(text)?.[0]) : undefined);
    return found?.slice(0, 6);
  };
}

/** Searches a file. Returns its size in bytes, and the first characters of each secret in it. */
export async function searchFile(path, known) {
  const file = await open(path);
  const found = new Set();
  const search = secretSearch(known);
  let bytes = 0;
  for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
    bytes += chunk.length;
    const secret = search(chunk);
    if (secret) found.add(secret);
  }
  return { bytes, found: [...found] };
}
