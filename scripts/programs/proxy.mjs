// Starts the signing proxy, for `make console` and the tests.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const binary = fileURLToPath(new URL('../../build/proxy', import.meta.url));

/**
 * Starts build/proxy in front of a sandbox, on a free port, for one caller with a token.
 * @param {object} options the sandbox's
 * @param {{ flags?: string[], caller?: string, listen?: string, tokensFile?: string | null, outputFile?: string }} [how]
 *   tokensFile gets another token; null lets everybody call. Default: a fresh one. outputFile receives every byte that the
 *   proxy writes; log and output then end with the first line, so that a long run does not fill the memory
 * @returns {Promise<{ url: string, token: string, tokensFile: string, log: object[], output: string[], events: EventEmitter,
 *   pid: number, signal: (name: string) => void, stallLog: () => void, resumeLog: () => void, logBytes: () =>
 *   number, exited: Promise<[number]>, written: Promise<void>, stop: () => Promise<number> }>}
 *   log grows by an entry for each line of the proxy's, and events has a 'line' for each; output has the lines as they came,
 *   which stop searches for secrets; between stallLog and resumeLog standard error is not read;
 *   logBytes returns the bytes of it that were read so far; written resolves when outputFile is complete
 */
export async function startProxy({ endpoint, sdkAppId, identifier, secretKey }, how = {}) {
  const { flags = [], caller = 'ops@console', listen = '127.0.0.1:0' } = how;
  const folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-proxy-'));
  const keyFile = join(folder, 'secret-key');
  const tokensFile = how.tokensFile === undefined ? join(folder, 'tokens') : how.tokensFile;
  await writeFile(keyFile, secretKey, { mode: 0o600 });
  const token = tokensFile === null ? undefined : await newToken(tokensFile, caller);
  const child = spawn(
    binary,
    ['--listen', listen, '--sdk-app-id', sdkAppId, '--identifier', identifier, '--endpoint', endpoint]
      .concat(
        ['--secret-key-file', keyFile, '--drain-time', '0s'],
        tokensFile === null ? '--no-auth' : ['--tokens-file', tokensFile],
        flags,
      )
      .map(String),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  const written = how.outputFile ? copyOutput(child, how.outputFile) : Promise.resolve();
  const log = [];
  const output = [];
  let started = false;
  const events = new EventEmitter().setMaxListeners(0);
  const read = (line) => {
    const kept = !(started && how.outputFile);
    if (kept) output.push(line);
    if (!line.startsWith('{')) return;
    const entry = JSON.parse(line);
    if (kept) log.push(entry);
    events.emit('line', entry);
  };
  createInterface({ input: child.stdout }).on('line', read);
  createInterface({ input: child.stderr }).on('line', read);
  const url = await Promise.race([
    lineOf({ log, events }, 'listening').then((line) => line.url),
    exited.then(async ([status]) => {
      await rm(folder, { recursive: true });
      throw new Error(`the proxy did not start (exit status ${status}): ${output.join('\n')}`);
    }),
  ]);
  started = true;
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    const [status] = await exited;
    await rm(folder, { recursive: true, force: true });
    const secret =
      secretIn(output.join('\n')) ?? [secretKey, token].find((secret) => secret && output.join('\n').includes(secret));
    if (secret) throw new Error(`the proxy wrote a secret that begins with ${secret.slice(0, 4)}`);
    return status;
  };
  return {
    url,
    token,
    tokensFile,
    log,
    output,
    events,
    pid: child.pid,
    signal: (name) => child.kill(name),
    stallLog: () => child.stderr.pause(),
    resumeLog: () => child.stderr.resume(),
    logBytes: () => child.stderr.bytesRead,
    exited,
    written,
    stop,
  };
}

/** Copies all output of a process to a file. Resolves when the file is complete. */
async function copyOutput(child, path) {
  const file = createWriteStream(path);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => file.write(chunk));
  await once(child, 'close');
  await promisify(file.end.bind(file))();
}

/** What looks like a UserSig (base64 of zlib) or a secret key (64 hexadecimal digits) in a text. */
export function secretIn(text) {
  return /e[AFJN][\w*\-%]{38,}|(?<![\da-f])[\da-f]{64}(?![\da-f])/.exec(text)?.[0];
}

/** Waits for a line of a proxy's log with this msg, past or to come. */
export async function lineOf({ log, events }, msg, fits = () => true) {
  for (;;) {
    const line = log.find((line) => line.msg === msg && fits(line)); // several may come with one event
    if (line) return line;
    await once(events, 'line');
  }
}

/** Makes a token, and adds its hash to a file. */
export async function newToken(tokensFile, name) {
  const child = spawn(binary, ['token', name, '--tokens-file', tokensFile], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [[status], token] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  if (status !== 0) throw new Error(`no token was made (exit status ${status})`);
  return token.trim();
}

async function text(stream) {
  let whole = '';
  for await (const chunk of stream) whole += chunk;
  return whole;
}
