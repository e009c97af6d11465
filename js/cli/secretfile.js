/** Secrets from a file or from standard input. */
import { createReadStream } from 'node:fs';
import { reasonOf } from './systemerror.js';
import { UsageError } from './usageerror.js';

const maxBytes = 65536; // a key has 64, a token a few thousand

/**
 * Reads a secret.
 * @param {string} flag whose value is the file
 * @param {string} file '-' is standard input
 * @param {string} secretName with its article, for messages
 * @param {import('node:stream').Readable} stdin
 */
export async function readSecretFile(flag, file, secretName, stdin) {
  // Messages do not repeat the file's name: it may be the secret itself, given by mistake.
  const name = `The file of --${flag}`;
  let secret = '';
  try {
    const stream = file === '-' ? stdin : createReadStream(file);
    for await (const chunk of stream) {
      secret += chunk.toString();
      if (secret.length > maxBytes) throw new UsageError(`${name} is too long to hold ${secretName}.`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name} cannot be read: ${reasonOf(error)}.`);
  }
  if (secret.trim() === '') throw new UsageError(`${name} is empty.`);
  return secret.trim();
}
