// Runs the command line as its users do: with pipes, or in a real terminal.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const bin = fileURLToPath(new URL('../../bin/tencent-chat-groups.js', import.meta.url));

/** The environment variables that say what a sandbox's options say. */
export const environmentOf = ({ endpoint, sdkAppId, identifier, secretKey }) => ({
  TENCENT_CHAT_ENDPOINT: endpoint,
  TENCENT_CHAT_SDK_APP_ID: String(sdkAppId),
  TENCENT_CHAT_IDENTIFIER: identifier,
  TENCENT_CHAT_SECRET_KEY: secretKey,
});

/** A checkpoint file of a listing that has read no page, of which the output holds some text. */
export const emptyCheckpoint = (file, format, content) => {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const output = { path: file, file };
  return JSON.stringify({
    version: 2,
    format,
    output,
    bytes: Buffer.byteLength(content),
    sha256,
    text: '',
    checkpoint: null,
  });
};

/** Runs the command line to its end, with pipes for standard output and error. */
export async function run(args, env = {}, { onStdout, input } = {}) {
  const child = spawn(process.execPath, [bin, ...args.map(String)], {
    env: { PATH: process.env.PATH, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => {}); // it may not be read to its end
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    onStdout?.(child);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [status, signal] = await once(child, 'close');
  return { status, signal, stdout, stderr };
}

/** Runs a shell's line, in which $CLI is the command line: { status, stdout, stderr }. */
export async function shell(line, env = {}) {
  const child = spawn('bash', ['-c', line], {
    env: { PATH: process.env.PATH, CLI: `${process.execPath} ${bin}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

/**
 * Runs a shell's line in a pseudo-terminal of so many columns. Returns the exit status, all that was written, and the
 * lines as the user has them on the screen in the end: what was written over is gone.
 * @param {{ columns?: number, onText?: (written: string, type: (text: string) => void) => void }} [more] onText is called
 *   with what was written so far; type types on the terminal's keyboard
 */
export async function inTerminal(line, env = {}, { columns = 80, onText } = {}) {
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 24; ${line}`, '/dev/null'], {
    env: { PATH: process.env.PATH, SHELL: '/bin/bash', TERM: 'xterm', CLI: `${process.execPath} ${bin}`, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    written += text;
    onText?.(written, (keys) => child.stdin.write(keys));
  });
  const [status] = await once(child, 'close');
  return { status, written, screen: screenOf(written) };
}

/** What remains of a text on a screen that knows carriage returns and the end of a line being cleared. */
export const screenOf = (written) => linesOf(written).map((line) => line.split(overwrite).at(-1));

/** The lines that were written over one another, each as it was. */
export const frames = (written) =>
  linesOf(written)
    .flatMap((line) => line.split(overwrite))
    .filter(Boolean);

const overwrite = '\r\x1b[K';
const linesOf = (written) => written.replaceAll('\r\n', '\n').split('\n');

/** A text with its colors as <red>, <green> and </>. */
export const withColors = (written) =>
  written
    .replaceAll('\x1b[1;31m', '<red>')
    .replaceAll('\x1b[32m', '<green>')
    .replaceAll('\x1b[0m', '</>')
    .replaceAll('\x1b[39m', '</>');
