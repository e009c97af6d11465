/** The command line: tencent-chat-groups. It runs one command and says how that ended. */
import version from '../../dist/version.js';
import { check } from './check.js';
import { completion } from './completion.js';
import { count } from './count.js';
import { beginning, helpOn } from './help.js';
import { list } from './list.js';
import { optionsFrom } from './options.js';
import { say } from './output.js';
import { parse } from './parse.js';
import { Interrupted, report } from './report.js';
import { statuses } from './signals.js';
import { withoutToken } from './token.js';
import { environmentTunnel } from './tunnel.js';

const run = { list, count, check };

/** Runs one command and returns its exit status. */
export async function main(args, env, { stdin, stdout, stderr } = process) {
  // Whoever read what is written here may go away at any time. StreamOutput looks at it where it matters.
  const ignore = () => {};
  for (const stream of [stdout, stderr]) stream.on('error', ignore);
  const context = {}; // for the report
  try {
    if (args.length === 0) {
      stderr.write(beginning);
      return 2;
    }
    const { command, argument, values } = parse(args);
    if (command === 'help') await say(stdout, helpOn(argument));
    else if (command === 'version') await say(stdout, `${version}\n`);
    else if (command === 'completion') await say(stdout, completion(argument));
    else {
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
        if (!values.quiet) introduce = () => stderr.write(sandbox.introduction);
      } else {
        tunnel = environmentTunnel(env);
        if (tunnel) options.fetch = tunnel.fetch;
      }
      const surroundings = { stdout, stderr, env, hide, introduce, names, tunnel };
      const status = await untilInterrupted((signal) => run[command]({ ...options, signal }, values, surroundings));
      return status ?? 0;
    }
    return 0;
  } catch (error) {
    return report(error, stderr, env, context);
  }
}

/** Runs something that ends cleanly, and soon, when its signal aborts; before and after, a signal just ends the process. */
async function untilInterrupted(run) {
  const abort = new AbortController();
  const interrupt = (signal) => abort.abort(new Interrupted(signal)); // the first one counts
  const signals = Object.keys(statuses);
  for (const signal of signals) process.on(signal, interrupt); // a second one must not cut the cleaning up short
  try {
    return await run(abort.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
