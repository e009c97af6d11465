/** The end of a command that failed: what happened and what to do, in two lines, and the exit status. */
import { GroupListError, ValidationError, wordsOf } from '../errors.js';
import { FormatError } from '../formats.js';
import { nameIn } from './options.js';
import { ReaderGone } from './output.js';
import { OutputError } from './outputerror.js';
import { statuses } from './signals.js';
import { colors } from './style.js';
import { messageOf } from './systemerror.js';
import { proxyHint } from './token.js';
import { quoted, UsageError } from './usageerror.js';
import { printable } from './visible.js';

/**
 * @import { Names } from './options.js'
 * @import { Signal } from './signals.js'
 * @import { OutputStream } from './style.js'
 */

/**
 * What the report knows of a command.
 * @typedef {object} Context
 * @property {string} [command] whose help is referred to
 * @property {Names} [names]
 * @property {string} [resume] the file of --resume
 * @property {(text: string) => string} [hide] removes secrets from a text
 */

const failed = 1;
const wrongUsage = 2;

/** A signal interrupted the command. */
export class Interrupted extends Error {
  /** @param {Signal} signal */
  constructor(signal) {
    super(signal);
    this.signal = signal;
  }
}

/** @param {Names} names */
const networkProxy = ({ proxy }) => `${proxy} is for a signing proxy, not for an HTTP proxy of the network.`;

const resumeHint = 'Run the same command again to resume.';

/**
 * Returns what happened and what to do, with the command line's names of the options.
 * @param {GroupListError} error
 * @param {Names} names
 */
export function explain(error, names) {
  const { message, hint } = wordsOf(error, nameIn(names));
  return { message, hint: proxyHint(error, names) ?? hint };
}

/**
 * Hides long quoted strings: each may be a key in a wrong place.
 * @param {string} message
 */
const withoutKeys = (message) => message.replace(/'([^'/\s]{40,})'/g, (_, text) => quoted(text));

/**
 * Reports an error on standard error and returns the exit status.
 * @param {unknown} error
 * @param {OutputStream} stderr
 * @param {NodeJS.ProcessEnv} env
 * @param {Context} context
 */
export function report(error, stderr, env, { command, names = {}, resume, hide = (text) => text }) {
  const { red } = colors(stderr, env);
  /**
   * @param {string} message
   * @param {string | undefined} hint
   */
  const write = (message, hint) => {
    const lines = [`${red('tencent-chat-groups:')} ${printable(hide(message))}`];
    if (hint) lines.push(printable(hide(hint)));
    stderr.write(`${lines.join('\n')}\n`);
  };
  /** @param {string | undefined} command */
  const helpHint = (command) => `See tencent-chat-groups ${command ? `${command} ` : ''}--help.`;

  if (error instanceof ReaderGone) return 0;
  if (error instanceof Interrupted) {
    write(
      'Interrupted.',
      resume ? resumeHint : 'To be able to resume an interrupted listing, give --output and --resume.',
    );
    return statuses[error.signal];
  }
  if (error instanceof UsageError) {
    write(error.message, error.hint ?? helpHint(command ?? error.command));
    return wrongUsage;
  }
  if (error instanceof ValidationError) {
    const { message } = explain(error, names);
    const isHttp = error.option === 'proxy' && /^proxy must be https/.test(error.message);
    write(`${withoutKeys(message)}${isHttp ? ` ${networkProxy(names)}` : ''}`, helpHint(command));
    return wrongUsage;
  }
  if (error instanceof GroupListError) {
    const { message, hint } = explain(error, names);
    write(message, error.retryable && resume ? `${hint} ${resumeHint}` : hint);
    return failed;
  }
  if (error instanceof FormatError) {
    write(error.message, undefined);
    return failed;
  }
  if (error instanceof OutputError) {
    write(error.message, error.hint);
    return failed;
  }
  write(`Internal error: ${messageOf(error)}.`, 'This is a fault of tencent-chat-groups: please report it.');
  return failed;
}
