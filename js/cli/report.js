/** How the command line ends: what happened and what to do, in two lines, and an exit status. */
import { GroupListError, ValidationError, wordsOf } from '../errors.js';
import { FormatError } from '../formats.js';
import { nameIn } from './options.js';
import { ReaderGone } from './output.js';
import { OutputError } from './outputerror.js';
import { statuses } from './signals.js';
import { colours } from './style.js';
import { proxyHint } from './token.js';
import { shown, UsageError } from './usageerror.js';
import { printable } from './visible.js';

const failed = 1;
const wrongUsage = 2;

/** A signal asked the process to end. */
export class Interrupted extends Error {
  constructor(signal) {
    super(signal);
    this.signal = signal;
  }
}

const networkProxy = ({ proxy }) => `${proxy} is for a signing proxy, not for an HTTP proxy of the network.`;

const goesOn = 'The same command goes on where this one stopped.';

/** Returns what happened and what to do, in the words of the command line. @param {GroupListError} error */
export function explain(error, names) {
  const { message, hint } = wordsOf(error, nameIn(names));
  return { what: message, todo: proxyHint(error, names) ?? hint };
}

/** Hides long quoted strings: each may be a key in a wrong place. */
const withoutKeys = (message) => message.replace(/'([^'/\s]{40,})'/g, (_, text) => shown(text));

/**
 * Says what went wrong on standard error and returns the exit status.
 * @param {{ command?: string, names?: object, resume?: string, hide?: (text: string) => string }} context whose help tells
 *   more, where each option was given, the file of --resume, and what removes secrets from a text
 */
export function report(error, stderr, env, { command = error.command, names = {}, resume, hide = (text) => text }) {
  const { red } = colours(stderr, env);
  const help = `See tencent-chat-groups ${command ? `${command} ` : ''}--help.`;
  const tell = (what, todo) =>
    stderr.write(
      `${red('tencent-chat-groups:')} ${printable(hide(what))}\n${todo ? `${printable(hide(todo))}\n` : ''}`,
    );
  if (error instanceof ReaderGone) return 0;
  if (error instanceof Interrupted) {
    tell(
      'Interrupted.',
      resume ? goesOn : 'With --output and --resume, the next run would go on where this one stopped.',
    );
    return statuses[error.signal];
  }
  if (error instanceof UsageError) {
    tell(error.message, error.hint ?? help);
    return wrongUsage;
  }
  if (error instanceof ValidationError) {
    const { what } = explain(error, names);
    const isHttp = error.option === 'proxy' && /^proxy must be https/.test(error.message);
    tell(`${withoutKeys(what)}${isHttp ? ` ${networkProxy(names)}` : ''}`, help);
    return wrongUsage;
  }
  if (error instanceof GroupListError) {
    const { what, todo } = explain(error, names);
    tell(what, error.retryable && resume ? `${todo} ${goesOn}` : todo);
    return failed;
  }
  if (error instanceof FormatError || error instanceof OutputError) {
    tell(error.message, error.hint);
    return failed;
  }
  tell(`It failed by a fault of its own: ${error?.message ?? error}.`, 'Please report this.');
  return failed;
}
