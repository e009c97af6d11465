/** The command line: tencent-chat-groups list, tencent-chat-groups count. */
import { readFile } from 'node:fs/promises';
import { countGroups, GroupListError, paginateGroups, ValidationError } from '../node.js';
import { FormatError, formats } from './formats.js';
import { FileOutput, ReaderGone, ResumableOutput, StreamOutput } from './output.js';
import { ProgressLine } from './progress.js';
import { help, inFlags, optionsFrom, parse, UsageError } from './usage.js';

const failed = 1;
const wrongUsage = 2;
const interrupted = 130;

/** Runs one command and returns its exit status. */
export async function main(args, env, { stdout, stderr } = process) {
  const abort = new AbortController();
  const interrupt = () => abort.abort(new Interrupted());
  process.on('SIGINT', interrupt); // again and again: a second signal must not cut the cleaning up short
  process.on('SIGTERM', interrupt);
  // Whoever read what is written here may go away at any time. StreamOutput looks at it where it matters.
  const ignore = () => {};
  for (const stream of [stdout, stderr]) stream.on('error', ignore);
  try {
    const { command, values } = parse(args);
    if (values.help) {
      await say(stdout, help);
    } else if (values.version) {
      const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
      await say(stdout, `${version}\n`);
    } else {
      const options = { ...(await optionsFrom(values, env)), signal: abort.signal };
      if (command === 'count') await count(options, values, stdout);
      else await list(options, values, stdout, stderr);
    }
    return 0;
  } catch (error) {
    return report(error, stderr);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

class Interrupted extends Error {
  hint = 'With --output and --resume, the next run would go on where this one stopped.';
}

async function say(stdout, text, signal) {
  const out = new StreamOutput(stdout, signal);
  await out.write(text);
  await out.finish();
}

async function count(options, values, stdout) {
  for (const flag of ['format', 'output', 'resume']) {
    if (values[flag] !== undefined) throw new UsageError(`--${flag} is a flag of list.`);
  }
  await say(stdout, `${await countGroups(options)}\n`, options.signal);
}

async function list(options, { format = 'ids', output, resume }, stdout, stderr) {
  const is = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (!is) throw new UsageError(`--format must be one of ${Object.keys(formats).join(', ')}; got '${format}'.`);
  if (resume !== undefined && (output === undefined || output === '-'))
    throw new UsageError('--resume needs --output.');
  if (resume !== undefined && is.whole) throw new UsageError(`--resume needs a format that grows: not ${format}.`);
  const progress = new ProgressLine(stderr);
  const unique = new Set();
  const out = await openOutput(output, resume, format, stdout, options.signal);
  try {
    if (out.checkpoint) {
      options = { ...options, resume: out.checkpoint, next: undefined };
      for (const id of is.read(await out.text())) unique.add(id);
    } else if (is.head && !out.bytes) {
      await out.write(is.head);
    }
    let at = out.checkpoint;
    const finished = at?.next === null;
    for await (const page of paginateGroups({ ...options, onRetry: (retry) => progress.retry(retry) })) {
      const fresh = page.groupIds.filter((id) => !unique.has(id) && unique.add(id));
      await out.write(fresh.map(is.row).join(''), page.checkpoint);
      at = page.checkpoint;
      progress.show(at, unique.size);
    }
    const { totalCount = 0, next = null } = at ?? {};
    if (is.whole) {
      await out.write(
        is.whole({ groupIds: [...unique], totalCount, complete: next === null && unique.size >= totalCount, next }),
      );
    }
    await out.finish();
    progress.end();
    if (next !== null) {
      stderr.write(`Stopped after ${at.pages} pages, as asked; the next one is --next ${next}.\n`);
    } else if (finished) {
      stderr.write(
        `${resume} is of a listing that has ended: there was nothing to do. Remove it and ${output} to list anew.\n`,
      );
    } else if (unique.size < totalCount) {
      stderr.write(
        `${unique.size} groups were listed, but the service counts ${totalCount}: some may have been dismissed meanwhile.\n`,
      );
    }
  } catch (error) {
    progress.end();
    await out.abandon();
    if (error instanceof Interrupted && resume) error.hint = 'The same command goes on where this one stopped.';
    throw error;
  }
}

async function openOutput(output, resume, format, stdout, signal) {
  if (output === undefined || output === '-') return new StreamOutput(stdout, signal);
  try {
    return await (resume === undefined ? FileOutput.open(output) : ResumableOutput.open(output, resume, format));
  } catch (error) {
    const what = error.path?.startsWith(resume) ? 'checkpoint' : 'output';
    throw error instanceof UsageError ? error : new Error(`The ${what} cannot be opened: ${error.message}`);
  }
}

/** Says in two lines what happened and what to do, and returns the exit status. */
function report(error, stderr) {
  const tell = (what, todo) => stderr.write(`tencent-chat-groups: ${what}\n${todo ? `${todo}\n` : ''}`);
  if (error instanceof Interrupted) {
    tell('Interrupted.', error.hint);
    return interrupted;
  }
  if (error instanceof ReaderGone) return 0;
  if (error instanceof UsageError) {
    tell(error.message, 'See tencent-chat-groups --help.');
    return wrongUsage;
  }
  if (error instanceof ValidationError) {
    tell(inFlags(error.message), 'See tencent-chat-groups --help.');
    return wrongUsage;
  }
  if (error instanceof GroupListError) {
    const { message, hint } = error;
    tell(hint && message.endsWith(hint) ? message.slice(0, -hint.length).trim() : message, inFlags(hint));
    return failed;
  }
  if (error instanceof FormatError) tell(error.message);
  else tell(`${error.message}.`, 'Look at the output: can it be written, and is there room?');
  return failed;
}
