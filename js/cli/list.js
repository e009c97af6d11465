/** tencent-chat-groups list */

import { formats, formatsByType } from '../formats.js';
import { paginateGroups } from '../node.js';
import { number, plural } from './figures.js';
import { isByType } from './options.js';
import { openOutput } from './output.js';
import { progressOn } from './progress.js';
import { printable, visible, visibleJson } from './visible.js';

export async function list(options, values, { stdout, stderr, env, hide, introduce }) {
  const { format = 'ids', output, resume } = values;
  const byType = isByType(options);
  const is = (byType ? formatsByType : formats)[format];
  const unique = new Set();
  const groupIdsByType = {}; // where they are written in the end only
  const out = await openOutput({ output, resume, format: is.name ?? format }, stdout, options.signal);
  introduce();
  const progress = progressOn(stderr, env, { ...values, beside: out, hide });
  const write = async (text, checkpoint) => {
    if (text) progress.clear();
    await out.write(text, checkpoint);
  };
  try {
    for (const path of values.quiet ? [] : out.removed)
      stderr.write(`Removed ${printable(path)}, left by a run that was killed.\n`);
    // Only a terminal takes characters for commands: all else gets the exact IDs.
    const show = out.isTerminal ? (/json/.test(format) ? visibleJson : visible) : (line) => line;
    const row = (id, groupType) => lineOf(is.row(id, groupType), show);
    if (out.checkpoint) options = { ...options, resume: out.checkpoint, next: undefined };
    if (out.earlier) for (const id of is.read(out.earlier)) unique.add(id);
    else if (is.head) await write(is.head);
    let at = out.checkpoint;
    const finished = at?.next === null;
    if (!finished) progress.begin(at, unique.size);
    for await (const page of paginateGroups({ ...options, onRetry: (retry) => progress.retry(retry) })) {
      const fresh = page.groupIds.filter((id) => !unique.has(id) && unique.add(id));
      await write(fresh.map((id) => row(id, page.groupType)).join(''), page.checkpoint);
      if (byType && is.whole) {
        groupIdsByType[page.groupType] ??= [];
        groupIdsByType[page.groupType].push(...fresh);
      }
      at = page.checkpoint;
      progress.page(at, unique.size, page);
    }
    const { totalCount = 0, next = null } = at ?? {};
    if (is.whole) {
      const found = byType ? { groupIdsByType } : { groupIds: [...unique] };
      const complete = next === null && unique.size >= totalCount;
      await write(lineOf(is.whole({ ...found, totalCount, complete, next }), show));
    }
    await out.finish();
    progress.end(finished ? undefined : at, unique.size, output === '-' ? undefined : output);
    const listed = unique.size;
    const remarks = [missing({ at, finished, listed }), !values.quiet && remarkOn({ at, finished, output, resume })];
    for (const remark of remarks.filter(Boolean)) stderr.write(`${printable(remark)}\n`);
  } catch (error) {
    progress.end();
    await out.abandon();
    throw error;
  }
}

/** Puts a line, all but its end, in another form. */
const lineOf = (line, show) => (line ? `${show(line.slice(0, -1))}\n` : '');

/** What the exit status does not tell of a listing that went well. */
function remarkOn({ at, finished, output, resume }) {
  const { next = null, pages, groupTypes } = at ?? {};
  if (next !== null) {
    const stopped = `Stopped after ${plural(pages, 'page')}, as asked`;
    if (resume) return `${stopped}: the same command goes on there.`;
    // A cursor does not tell of which type it is.
    if (groupTypes) return `${stopped}. With --output and --resume, the next run would go on there.`;
    return `${stopped}; the next one is --next ${next}.`;
  }
  if (finished) {
    return `${resume} is of a listing that has ended: there was nothing to do. Remove it and ${output} to list anew.`;
  }
  return undefined;
}

/** What whoever wants to hear of errors alone wants to hear as well. */
function missing({ at, finished, listed }) {
  const { totalCount = 0, next = null } = at ?? {};
  if (next !== null || finished || listed >= totalCount) return undefined;
  return `${number(listed)} groups were listed, but the service counts ${number(totalCount)}: some may have been dismissed meanwhile.`;
}
