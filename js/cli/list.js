/** tencent-chat-groups list */

import { formats, formatsByType } from '../formats.js';
import { paginateGroups } from '../node.js';
import { number, plural } from './figures.js';
import { isByType } from './options.js';
import { openOutput } from './output.js';
import { progressOn } from './progress.js';
import { printable, visible, visibleJson } from './visible.js';

/**
 * @import { Checkpoint, EndpointGroupType } from '../../index.js'
 * @import { Format } from '../formats.js'
 * @import { Values } from './flags.js'
 * @import { CommandOptions, Surroundings } from './main.js'
 */

/** @type {Format} JSON is written at the end */
const nothing = { head: '', row: () => '', read: () => [] };

/**
 * @param {CommandOptions} options
 * @param {Values} values
 * @param {Surroundings} surroundings
 */
export async function list(options, values, { stdout, stderr, env, hide, introduce }) {
  const { output, resume, quiet, verbose } = values;
  const format = /** @type {keyof typeof formats | 'json'} */ (values.format ?? 'ids');
  const byType = isByType(options);
  const { head, row, read, name = format } = format === 'json' ? nothing : (byType ? formatsByType : formats)[format];
  /** @type {Set<string>} */
  const unique = new Set();
  /** @type {{ [type in EndpointGroupType]?: string[] }} for JSON only */
  const groupIdsByType = {};
  const out = await openOutput({ output, resume, format: name }, stdout, options.signal);
  introduce();
  const progress = progressOn(stderr, env, { verbose, quiet, output: out, hide });
  // Only a terminal interprets characters as commands: any other output gets the exact IDs.
  const show = out.isTerminal ? (/json/.test(format) ? visibleJson : visible) : undefined;
  /**
   * @param {string} text
   * @param {Checkpoint} [checkpoint]
   */
  const write = async (text, checkpoint) => {
    if (text) progress.clear();
    await out.write(text, checkpoint);
  };
  try {
    for (const path of quiet ? [] : out.removed) {
      stderr.write(`Removed ${printable(path)}, left by a run that was killed.\n`);
    }
    if (out.checkpoint) options = { ...options, resume: out.checkpoint, next: undefined };
    if (out.earlier) for (const id of read(out.earlier)) unique.add(id);
    else if (head) await write(head);
    let at = out.checkpoint ?? undefined;
    const finished = at?.next === null;
    if (!finished) progress.begin(at, unique.size);
    for await (const page of paginateGroups({ ...options, onRetry: (retry) => progress.retry(retry) })) {
      const { groupType, checkpoint } = page;
      const fresh = page.groupIds.filter((id) => !unique.has(id) && unique.add(id));
      const lines = fresh.map((id) => shownLine(row(id, groupType ?? ''), show));
      await write(lines.join(''), checkpoint);
      if (format === 'json' && byType && groupType) {
        groupIdsByType[groupType] ??= [];
        groupIdsByType[groupType].push(...fresh);
      }
      at = checkpoint;
      progress.page(at, unique.size, page);
    }
    const { totalCount = 0, next = null } = at ?? {};
    if (format === 'json') {
      const found = byType ? { groupIdsByType } : { groupIds: [...unique] };
      const complete = next === null && unique.size >= totalCount;
      await write(shownLine(`${JSON.stringify({ ...found, totalCount, complete, next })}\n`, show));
    }
    await out.finish();
    progress.end(finished ? undefined : at, unique.size, output === '-' ? undefined : output);
    /** @param {string} remark */
    const remark = (remark) => stderr.write(`${printable(remark)}\n`);
    if (at && next !== null) {
      if (!quiet) remark(stoppedRemark(at, resume));
    } else if (finished) {
      if (!quiet)
        remark(
          `The listing of ${resume} is complete: there is nothing to do. ` +
            `To list again, remove ${resume} and ${output}.`,
        );
    } else if (unique.size < totalCount) {
      remark(missingRemark(unique.size, totalCount));
    }
  } catch (error) {
    progress.end();
    await out.abandon();
    throw error;
  }
}

/**
 * Shows a line, without its end, in another form.
 * @param {string} line
 * @param {((text: string) => string) | undefined} show
 */
const shownLine = (line, show) => (show && line ? `${show(line.slice(0, -1))}\n` : line);

/**
 * @param {Checkpoint} checkpoint
 * @param {string | undefined} resume
 */
function stoppedRemark({ next, pages, groupTypes }, resume) {
  const stopped = `Stopped after ${plural(pages, 'page')} (--max-pages).`;
  if (resume) return `${stopped} Run the same command again to resume.`;
  // A cursor does not contain its group type.
  if (groupTypes) return `${stopped} To be able to resume, give --output and --resume.`;
  return `${stopped} To continue, give --next ${next}.`;
}

/**
 * @param {number} listed
 * @param {number} totalCount
 */
function missingRemark(listed, totalCount) {
  return (
    `${number(listed)} groups were listed, but the service counts ${number(totalCount)}: ` +
    'some may have been dismissed during the listing. To be sure, list again.'
  );
}
