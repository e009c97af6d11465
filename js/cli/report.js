/** How the command line ends: what happened and what to do, in two lines, and an exit status. */
import { GroupListError, ValidationError } from '../errors.js';
import { FormatError } from './formats.js';
import { hintInFlags, inFlags } from './options.js';
import { OutputError, ReaderGone } from './output.js';
import { colours, printable } from './style.js';
import { UsageError } from './usageerror.js';

const failed = 1;
const wrongUsage = 2;
const interrupted = 130;

/** A signal asked the process to end. */
export class Interrupted extends Error {
  hint = 'With --output and --resume, the next run would go on where this one stopped.';
}

/**
 * Says what went wrong on standard error and returns the exit status.
 * @param {object} context command: for which help is pointed at; names: where each option was given
 */
export function report(error, stderr, env, { command = error.command, names }) {
  const { red } = colours(stderr, env);
  const help = `See tencent-chat-groups ${command ? `${command} ` : ''}--help.`;
  const tell = (what, todo) =>
    stderr.write(`${red('tencent-chat-groups:')} ${printable(what)}\n${todo ? `${printable(todo)}\n` : ''}`);
  if (error instanceof ReaderGone) return 0;
  if (error instanceof Interrupted) {
    tell('Interrupted.', error.hint);
    return interrupted;
  }
  if (error instanceof UsageError) {
    tell(error.message, error.hint ?? help);
    return wrongUsage;
  }
  if (error instanceof ValidationError) {
    tell(inFlags(error.message, names), help);
    return wrongUsage;
  }
  if (error instanceof GroupListError) {
    const { message, hint } = error;
    tell(hint && message.endsWith(hint) ? message.slice(0, -hint.length) : message, hint && hintInFlags(hint));
    return failed;
  }
  if (error instanceof FormatError || error instanceof OutputError) {
    tell(error.message, error.hint);
    return failed;
  }
  tell(`It failed by a fault of its own: ${error?.message ?? error}.`, 'Please report this.');
  return failed;
}
