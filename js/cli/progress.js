/** The progress of a listing: a bar on a terminal, lines in a log, or nothing in a pipe. */
import { wordsOf } from '../errors.js';
import { duration, number, plural } from './figures.js';
import { nameIn } from './options.js';
import { colors, fitting, isScreen } from './style.js';
import { printable } from './visible.js';

/**
 * @import { Checkpoint, GroupPage, Retry } from '../../index.js'
 * @import { GroupListError } from '../errors.js'
 * @import { Colors, OutputStream } from './style.js'
 */

/**
 * @typedef {object} Progress
 * @property {(checkpoint: Checkpoint | undefined, listed: number) => void} begin before the first call
 * @property {() => void} counting before several types are counted, which shows nothing until the end
 * @property {(checkpoint: Checkpoint, listed: number, page: GroupPage) => void} page after a page
 * @property {(retry: Retry) => void} retry before a retry
 * @property {() => void} clear before groups are written to a screen
 * @property {(checkpoint?: Checkpoint, listed?: number, file?: string) => void} end with a checkpoint, writes a summary
 */

/**
 * Where the groups go. A terminal, and a program that reads them from a pipe, may be on the same screen.
 * @typedef {{ isTerminal: boolean, isPipe: boolean }} Destination
 */

/**
 * Returns the progress that fits standard error.
 * @param {OutputStream} stream
 * @param {NodeJS.ProcessEnv} env
 * @param {object} [how]
 * @param {boolean} [how.verbose] lines, whatever the stream is
 * @param {boolean} [how.quiet] nothing, whatever the stream is
 * @param {Destination} [how.output]
 * @param {(text: string) => string} [how.hide] removes secrets from foreign text
 * @returns {Progress}
 */
export function progressOn(stream, env, { verbose, quiet, output, hide } = {}) {
  if (quiet) return new NoProgress();
  if (verbose) return new ProgressLines(stream, { hide });
  return isScreen(stream, env)
    ? new ProgressBar(stream, colors(stream, env), { output, hide })
    : new RetryLines(stream, hide);
}

class NoProgress {
  begin() {}
  page() {}
  counting() {}
  /** @param {Retry} _retry */
  retry(_retry) {}
  clear() {}
  end() {}
}

const maxRetryLines = 20; // enough for a cron job's mail

/** For a pipe or cron's mail: a line per failed attempt, so that a pause has a reason, and nothing else. */
class RetryLines extends NoProgress {
  #stream;
  #hide;
  #written = 0;

  /**
   * @param {OutputStream} stream
   * @param {(text: string) => string} [hide]
   */
  constructor(stream, hide = unchanged) {
    super();
    this.#stream = stream;
    this.#hide = hide;
  }

  /**
   * @override
   * @param {Retry} retry
   */
  retry(retry) {
    this.#written++;
    if (this.#written > maxRetryLines) return;
    const more = this.#written === maxRetryLines ? ' Further retries are not reported.' : '';
    const { attempt, waitMs } = retry;
    const reason = retryReason(retry, this.#hide);
    this.#stream.write(`Attempt ${attempt} failed: ${reason} Retrying in ${duration(waitMs)}.${more}\n`);
  }
}

/**
 * Returns the reason of a retry.
 * @param {Retry} retry
 * @param {(text: string) => string} hide
 */
function retryReason({ error }, hide) {
  return printable(hide(wordsOf(/** @type {GroupListError} */ (error), nameIn({})).message));
}

/** @param {string} text */
const unchanged = (text) => text;

/**
 * Describes the current one of several group types. The number of groups is incomplete before the last type, and it
 * does not include a type that is about to begin.
 * @param {Checkpoint} checkpoint
 */
function typeOf({ groupType, groupTypes, next }) {
  if (!groupTypes || !groupType) return { label: '', begins: false, incomplete: false };
  const nth = groupTypes.indexOf(groupType) + 1;
  const begins = next === '0';
  const label = printable(`${groupType} (${nth} of ${groupTypes.length})`);
  return { label, begins, incomplete: begins || nth < groupTypes.length };
}

/**
 * @param {Checkpoint} checkpoint
 * @param {number} listed
 */
const soFar = (checkpoint, listed) =>
  `${number(listed)} of ${plural(checkpoint.totalCount, 'group')}${typeOf(checkpoint).incomplete ? ' so far' : ''}`;

/**
 * Returns a finished listing's summary in one line.
 * @param {Checkpoint} checkpoint
 * @param {number} listed
 * @param {string} [file]
 */
function summary({ requests, retries, elapsedMs }, listed, file) {
  const into = file === undefined ? '' : ` into ${printable(file)}`;
  const calls = plural(requests, 'call') + (retries > 0 ? `, ${plural(retries, 'retry', 'retries')}` : '');
  return `Listed ${plural(listed, 'group')}${into} in ${duration(elapsedMs)} (${calls}).`;
}

const measuredPages = 10; // enough for a steady rate that still follows a service that slows down

const terminal = { isTerminal: true, isPipe: false };

/**
 * A line that is overwritten. A program that reads the groups from a pipe, such as less, writes on the same screen at
 * any moment after the first group: before that the line is removed for good.
 */
export class ProgressBar {
  #stream;
  #colors;
  #now;
  #output;
  #shown = false;
  #over = false; // a reader writes on the screen
  #hide;
  /** @type {NodeJS.Timeout | undefined} until a retry */
  #countdown;
  /** @type {{ atMs: number, listed: number }[]} the last pages */
  #pages = [];

  /**
   * @param {OutputStream} stream
   * @param {Colors} colors
   * @param {{ output?: Destination, hide?: (text: string) => string, now?: () => number }} [more]
   */
  constructor(stream, colors, { output = terminal, hide = unchanged, now = () => performance.now() } = {}) {
    this.#stream = stream;
    this.#colors = colors;
    this.#output = output;
    this.#hide = hide;
    this.#now = now;
  }

  /**
   * @param {Checkpoint} [checkpoint]
   * @param {number} [listed]
   */
  begin(checkpoint, listed = 0) {
    if (checkpoint) this.#draw({ checkpoint, listed, note: 'resuming' });
    else this.#write('Fetching the first page');
  }

  counting() {
    this.#write('Counting each type, one call per second');
  }

  /**
   * @param {Checkpoint} checkpoint
   * @param {number} listed
   */
  page(checkpoint, listed) {
    this.#stopCountdown();
    const atMs = this.#now();
    this.#pages.push({ atMs, listed });
    if (this.#pages.length > measuredPages) this.#pages.shift();
    const [first] = this.#pages;
    const ms = atMs - first.atMs;
    const perSecond = ms > 0 ? ((listed - first.listed) * 1000) / ms : 0;
    this.#draw({ checkpoint, listed, perSecond });
  }

  /** @param {Retry} retry */
  retry(retry) {
    this.#stopCountdown();
    const until = this.#now() + retry.waitMs;
    const reason = retryReason(retry, this.#hide);
    const show = () => {
      const ms = until - this.#now();
      const then = ` Retrying ${ms > 0 ? `in ${duration(ms)}` : 'now'}`;
      if (this.#over) {
        this.#stream.write(`${reason}${then}\n`);
        return;
      }
      const room = this.#width - then.length;
      const cut = fitting(reason, room) === reason ? reason : `${fitting(reason, room - 3)}...`;
      this.#write(`${cut}${then}`);
      if (ms > 0) this.#countdown = setTimeout(show, Math.min(ms, 1000)).unref();
    };
    show();
  }

  clear() {
    if (!this.#output.isTerminal && !this.#output.isPipe) return;
    this.#remove();
    this.#over = this.#output.isPipe;
  }

  #remove() {
    this.#stopCountdown();
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }

  /**
   * @param {Checkpoint} [checkpoint]
   * @param {number} [listed]
   * @param {string} [file]
   */
  end(checkpoint, listed = 0, file) {
    this.#remove();
    if (checkpoint && !this.#over) this.#stream.write(`${summary(checkpoint, listed, file)}\n`);
  }

  /** @param {{ checkpoint: Checkpoint, listed: number, perSecond?: number, note?: string }} state */
  #draw({ checkpoint, listed, perSecond = 0, note = '' }) {
    const { totalCount } = checkpoint;
    const { label, begins, incomplete } = typeOf(checkpoint);
    const width = this.#width;
    const rate = perSecond > 0 ? `${number(Math.round(perSecond))}/s` : note;
    if (!(totalCount > 0) || begins) {
      this.#write(join([label, plural(listed, 'group'), rate]));
      return;
    }
    const part = Math.min(1, listed / totalCount);
    const percent = `${String(Math.floor(part * 100)).padStart(3)} %`;
    const left =
      perSecond > 0 && listed < totalCount && !incomplete
        ? `${duration(((totalCount - listed) * 1000) / perSecond)} left`
        : '';
    const of = `${number(listed)} of ${number(totalCount)}`;
    const texts = [
      join([percent, label, `${of} groups`, rate, left]),
      join([percent, label, of, left || note]),
      join([percent, label || left || note]),
      percent,
    ];
    const room = Math.min(30, Math.max(8, Math.floor(width / 4))); // the same for every page, whatever the text
    const text = texts.find(({ length }) => length + room + 3 <= width); // brackets and a space
    if (text === undefined) {
      this.#write((texts.find(({ length }) => length <= width) ?? percent).trim());
      return;
    }
    const full = Math.floor(part * room);
    const filled = part < 1 && full > 0 ? `${'='.repeat(full - 1)}>` : '='.repeat(full);
    this.#put(`[${this.#colors.green(filled)}${' '.repeat(room - full)}] ${text}`);
  }

  // Without the last column: a terminal may wrap the line when it is written.
  get #width() {
    return (this.#stream.columns || 80) - 1;
  }

  /** @param {string} text */
  #write(text) {
    this.#put(fitting(text, this.#width));
  }

  /** @param {string} line */
  #put(line) {
    if (this.#over) return;
    this.#stream.write(`\r\x1b[K${line}`);
    this.#shown = true;
  }

  #stopCountdown() {
    clearTimeout(this.#countdown);
  }
}

/** @param {string[]} texts */
const join = (texts) => texts.filter(Boolean).join('  ');

/** A line with the time per event, for logs. */
export class ProgressLines {
  #stream;
  #hide;
  #now;
  /** @type {Pick<Checkpoint, 'requests' | 'elapsedMs'>} */
  #before = { requests: 0, elapsedMs: 0 };

  /**
   * @param {OutputStream} stream
   * @param {{ hide?: (text: string) => string, now?: () => Date }} [more]
   */
  constructor(stream, { hide = unchanged, now = () => new Date() } = {}) {
    this.#stream = stream;
    this.#hide = hide;
    this.#now = now;
  }

  /**
   * @param {Checkpoint | undefined} checkpoint
   * @param {number} listed
   */
  begin(checkpoint, listed) {
    if (!checkpoint) return;
    this.#before = checkpoint;
    this.#write(`resuming at ${soFar(checkpoint, listed)}`);
  }

  counting() {}

  /**
   * @param {Checkpoint} checkpoint
   * @param {number} listed
   * @param {GroupPage} page
   */
  page(checkpoint, listed, { groupIds, groupType }) {
    const { pages, requests, elapsedMs, groupTypes } = checkpoint;
    const calls = plural(requests - this.#before.requests, 'call');
    const took = duration(elapsedMs - this.#before.elapsedMs);
    this.#before = checkpoint;
    const ids = `${plural(groupIds.length, 'ID')}${groupTypes ? ` of type ${printable(`${groupType}`)}` : ''}`;
    this.#write(`page ${pages}: ${ids} by ${calls} in ${took}, ${soFar(checkpoint, listed)}`);
  }

  /** @param {Retry} retry */
  retry(retry) {
    const { attempt, waitMs } = retry;
    this.#write(`attempt ${attempt} failed: ${retryReason(retry, this.#hide)} Retrying in ${duration(waitMs)}`);
  }

  clear() {}

  /**
   * @param {Checkpoint} [checkpoint]
   * @param {number} [listed]
   * @param {string} [file]
   */
  end(checkpoint, listed = 0, file) {
    if (checkpoint) this.#write(summary(checkpoint, listed, file));
  }

  /** @param {string} text */
  #write(text) {
    this.#stream.write(`${this.#now().toISOString()} ${text}\n`);
  }
}
