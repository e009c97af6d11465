/** Secrets that come from a file or from standard input. */
import { createReadStream } from 'node:fs';
import { words } from './systemerror.js';
import { UsageError } from './usageerror.js';

const maxBytes = 65536; // keys have 64, tokens a few thousand; a file that never ends has neither

/**
 * Reads a secret.
 * @param {string} flag whose value the file is
 * @param {string} file '-' is standard input
 * @param {string} what the secret is, with its article, for messages
 * @param {import('node:stream').Readable} stdin
 */
export async function readSecretFile(flag, file, what, stdin) {
  // The file's name is not repeated: it may be the secret itself, given by mistake.
  const name = `The file of --${flag}`;
  let secret = '';
  try {
    const stream = file === '-' ? stdin : createReadStream(file);
    for await (const chunk of stream) {
      secret += chunk.toString();
      if (secret.length > maxBytes) throw new UsageError(`${name} is too long to hold ${what}.`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name} cannot be read: ${words(error)}.`);
  }
  if (secret.trim() === '') throw new UsageError(`${name} is empty.`);
  return secret.trim();
}
