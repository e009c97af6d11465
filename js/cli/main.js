/** The command line tencent-chat-groups: runs one command and reports how it ended. */
import version from '../../dist/version.js';
import { check } from './check.js';
import { completion } from './completion.js';
import { count } from './count.js';
import { helpOn, quickStart } from './help.js';
import { list } from './list.js';
import { optionsFrom } from './options.js';
import { print } from './output.js';
import { parse } from './parse.js';
import { Interrupted, report } from './report.js';
import { signals } from './signals.js';
import { withoutToken } from './token.js';
import { environmentTunnel } from './tunnel.js';

/**
 * @import { GroupListOptions } from '../../index.js'
 * @import { CallingCommand, Values } from './flags.js'
 * @import { Names } from './options.js'
 * @import { Context } from './report.js'
 * @import { Signal } from './signals.js'
 * @import { OutputStream } from './style.js'
 * @import { Tunnel } from './tunnel.js'
 */

/** @typedef {GroupListOptions & { signal: AbortSignal }} CommandOptions */

/** @typedef {{ stdin: import('node:stream').Readable, stdout: OutputStream, stderr: OutputStream }} Streams */

/**
 * What a command has beside its options and flags.
 * @typedef {object} Surroundings
 * @property {OutputStream} stdout
 * @property {OutputStream} stderr
 * @property {NodeJS.ProcessEnv} env
 * @property {(text: string) => string} hide removes secrets from a text
 * @property {() => void} introduce writes a line about the sandbox, once the flags are known to be valid
 * @property {Names} names
 * @property {Tunnel | undefined} tunnel
 */

/**
 * Runs a command. It returns the exit status, 0 by default.
 * @typedef {(options: CommandOptions, values: Values, surroundings: Surroundings) => Promise<number | void>} Run
 */

/** @type {Record<CallingCommand, Run>} */
const run = { list, count, check };

/**
 * Runs one command and returns its exit status.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {Streams} streams
 */
export async function main(args, env, { stdin, stdout, stderr } = process) {
  // A reader of these streams may go away at any time. StreamOutput handles the error where it matters.
  const ignore = () => {};
  for (const stream of [stdout, stderr]) stream.on('error', ignore);
  /** @type {Context} */
  const context = {};
  try {
    if (args.length === 0) {
      stderr.write(quickStart);
      return 2;
    }
    const parsed = parse(args);
    switch (parsed.command) {
      case 'help':
        await print(stdout, helpOn(parsed.argument));
        return 0;
      case 'version':
        await print(stdout, `${version}\n`);
        return 0;
      case 'completion':
        await print(stdout, completion(parsed.argument));
        return 0;
    }
    const { command, values } = parsed;
    Object.assign(context, { command, resume: values.resume });
    const { options, names, token } = await optionsFrom(values, env, stdin);
    const hide = withoutToken(token);
    Object.assign(context, { names, hide });
    let introduce = () => {};
    let tunnel;
    if (values.sandbox) {
      const { openSandbox, rejectWrongOptions } = await import('./sandbox.js');
      await rejectWrongOptions(command, options);
      const sandbox = await openSandbox();
      Object.assign(options, sandbox.options);
      if (!values.quiet) introduce = () => void stderr.write(sandbox.introduction);
    } else {
      tunnel = environmentTunnel(env);
      if (tunnel) options.fetch = tunnel.fetch;
    }
    const surroundings = { stdout, stderr, env, hide, introduce, names, tunnel };
    const status = await untilInterrupted((signal) => run[command]({ ...options, signal }, values, surroundings));
    return status ?? 0;
  } catch (error) {
    return report(error, stderr, env, context);
  }
}

/**
 * Runs a function that ends cleanly, and soon, when its signal aborts. Before and after, a signal of the system ends
 * the process.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} run
 */
async function untilInterrupted(run) {
  const abort = new AbortController();
  /** @param {Signal} signal */
  const interrupt = (signal) => abort.abort(new Interrupted(signal)); // the first one counts
  for (const signal of signals) process.on(signal, interrupt); // a second one must not interrupt the clean-up
  try {
    return await run(abort.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
