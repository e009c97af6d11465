/** How a listing gets on: a bar on a terminal, lines for a log, or nothing in a pipe. */
import { wordsOf } from '../errors.js';
import { duration, number, plural } from './figures.js';
import { nameIn } from './options.js';
import { colours, fitting, isScreen } from './style.js';
import { printable } from './visible.js';

/**
 * Chooses by what standard error is.
 * @param {import('node:stream').Writable} stream
 * @param {Record<string, string>} env
 * @param {object} [how]
 * @param {boolean} [how.verbose] lines, whatever the stream is
 * @param {boolean} [how.quiet] nothing, whatever the stream is
 * @param {{ isTerminal: boolean, isPipe: boolean }} [how.beside] where the groups go: a terminal, or a program that reads them, may
 *   write on the same screen
 * @param {(text: string) => string} [how.hide] removes secrets from a text of others
 */
export function progressOn(stream, env, { verbose, quiet, beside, hide } = {}) {
  if (quiet) return new NoProgress();
  if (verbose) return new ProgressLines(stream, { hide });
  return isScreen(stream, env)
    ? new ProgressBar(stream, colours(stream, env), { beside, hide })
    : new RetryLines(stream, hide);
}

class NoProgress {
  begin() {}
  page() {}
  counting() {}
  retry() {}
  clear() {}
  end() {}
}

const maxRetryLines = 20; // a cron job's mail need not hold more

/** For a pipe, or cron's mail: nothing as long as all goes well, and a line per failed try, so that a pause has a reason. */
class RetryLines extends NoProgress {
  #stream;
  #hide;
  #written = 0;

  constructor(stream, hide = asItIs) {
    super();
    this.#stream = stream;
    this.#hide = hide;
  }

  retry(retry) {
    this.#written++;
    if (this.#written > maxRetryLines) return;
    const more = this.#written === maxRetryLines ? ' Further retries are not reported.' : '';
    this.#stream.write(
      `Try ${retry.attempt} failed: ${failure(retry, this.#hide)} Trying again in ${duration(retry.waitMs)}.${more}\n`,
    );
  }
}

const failure = ({ error }, hide) => printable(hide(wordsOf(error, nameIn({})).message));

const asItIs = (text) => text;

/**
 * Where several group types are listed one after the other: which one, and what is not known yet, which is how many groups
 * there are of the type that is about to begin, and in all.
 */
function typeOf({ groupType, groupTypes, next }) {
  if (!groupTypes) return { label: '', begins: false, open: false };
  const nth = groupTypes.indexOf(groupType) + 1;
  const begins = next === '0';
  const label = printable(`${groupType} (${nth} of ${groupTypes.length})`);
  return { label, begins, open: begins || nth < groupTypes.length };
}

const soFar = (checkpoint, listed) =>
  `${number(listed)} of ${plural(checkpoint.totalCount, 'group')}${typeOf(checkpoint).open ? ' so far' : ''}`;

/** What a listing came to, in one line. */
const summary = ({ requests, retries, elapsedMs }, listed, file) =>
  `Listed ${plural(listed, 'group')}${file === undefined ? '' : ` into ${printable(file)}`} in ${duration(elapsedMs)} (${plural(requests, 'call')}` +
  `${retries > 0 ? `, ${plural(retries, 'repetition')} among them` : ''}).`;

// Of so many pages the pace is measured: it follows a service that becomes slower, and is calm enough to be read.
const remembered = 10;

const aTerminal = { isTerminal: true, isPipe: false };

/**
 * One line that is written over. A program that reads the groups from a pipe, such as less, writes on the same screen at any
 * moment after the first of them: the line is gone by then and does not return.
 */
export class ProgressBar {
  #stream;
  #colours;
  #now;
  #beside;
  #shown = false;
  #over = false; // a reader has the screen
  #hide;
  #countdown; // a timer, while a retry is waited for
  #pages = []; // the last few: { at (ms), listed }

  constructor(stream, colours, { beside = aTerminal, hide = asItIs, now = () => performance.now() } = {}) {
    this.#stream = stream;
    this.#colours = colours;
    this.#beside = beside;
    this.#hide = hide;
    this.#now = now;
  }

  /** Before the first call; a resumed listing has a checkpoint. */
  begin(checkpoint, listed) {
    if (checkpoint) this.#draw({ checkpoint, listed, note: 'going on' });
    else this.#write('Asking for the first page');
  }

  /** Several types are counted, of which nothing is told before the end. */
  counting() {
    this.#write('Counting type after type, one call a second');
  }

  page(checkpoint, listed) {
    this.#stopCountdown();
    this.#pages.push({ at: this.#now(), listed });
    if (this.#pages.length > remembered) this.#pages.shift();
    const [first] = this.#pages;
    const ms = this.#pages.at(-1).at - first.at;
    const perSecond = ms > 0 ? ((listed - first.listed) * 1000) / ms : undefined;
    this.#draw({ checkpoint, listed, perSecond });
  }

  retry(retry) {
    this.#stopCountdown();
    const until = this.#now() + retry.waitMs;
    const what = failure(retry, this.#hide);
    const tell = () => {
      const ms = until - this.#now();
      const then = ` Trying again ${ms > 0 ? `in ${duration(ms)}` : 'now'}`;
      if (this.#over) return this.#stream.write(`${what}${then}\n`);
      const room = this.#width - then.length;
      const cut = fitting(what, room) === what ? what : `${fitting(what, room - 3)}...`;
      this.#write(`${cut}${then}`);
      if (ms > 0) this.#countdown = setTimeout(tell, Math.min(ms, 1000)).unref();
    };
    tell();
  }

  /** Makes room for groups, where they are written to a screen. */
  clear() {
    if (!this.#beside.isTerminal && !this.#beside.isPipe) return;
    this.#remove();
    this.#over = this.#beside.isPipe;
  }

  #remove() {
    this.#stopCountdown();
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }

  /** Takes the line away for good, and says what it came to if there is something to say. */
  end(checkpoint, listed, file) {
    this.#remove();
    if (checkpoint && !this.#over) this.#stream.write(`${summary(checkpoint, listed, file)}\n`);
  }

  #draw({ checkpoint, listed, perSecond, note }) {
    const { totalCount } = checkpoint;
    const { label, begins, open } = typeOf(checkpoint);
    const width = this.#width;
    const rate = perSecond > 0 ? `${number(Math.round(perSecond))}/s` : note;
    if (!(totalCount > 0) || begins) {
      this.#write(join([label, plural(listed, 'group'), rate]));
      return;
    }
    const part = Math.min(1, listed / totalCount);
    const percent = `${String(Math.floor(part * 100)).padStart(3)} %`;
    const left =
      perSecond > 0 && listed < totalCount && !open
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
    const text = texts.find(({ length }) => length + room + 3 <= width); // its brackets, and a space behind them
    if (text === undefined) {
      this.#write((texts.find(({ length }) => length <= width) ?? percent).trim());
      return;
    }
    const full = Math.floor(part * room);
    const filled = part < 1 && full > 0 ? `${'='.repeat(full - 1)}>` : '='.repeat(full);
    this.#put(`[${this.#colours.green(filled)}${' '.repeat(room - full)}] ${text}`);
  }

  // The last column stays empty: a terminal may go to the next line when it is written.
  get #width() {
    return (this.#stream.columns || 80) - 1;
  }

  #write(text) {
    this.#put(fitting(text, this.#width));
  }

  #put(line) {
    if (this.#over) return;
    this.#stream.write(`\r\x1b[K${line}`);
    this.#shown = true;
  }

  #stopCountdown() {
    clearTimeout(this.#countdown);
  }
}

const join = (texts) => texts.filter(Boolean).join('  ');

/** A line for each thing that happens, with the time, for logs. */
export class ProgressLines {
  #stream;
  #hide;
  #now;
  #before = { pages: 0, requests: 0, elapsedMs: 0 };

  constructor(stream, { hide = asItIs, now = () => new Date() } = {}) {
    this.#stream = stream;
    this.#hide = hide;
    this.#now = now;
  }

  begin(checkpoint, listed) {
    if (!checkpoint) return;
    this.#before = checkpoint;
    this.#write(`going on with ${soFar(checkpoint, listed)}`);
  }

  counting() {}

  page(checkpoint, listed, { groupIds, groupType }) {
    const { pages, requests, elapsedMs, groupTypes } = checkpoint;
    const calls = plural(requests - this.#before.requests, 'call');
    const took = duration(elapsedMs - this.#before.elapsedMs);
    this.#before = checkpoint;
    const ids = `${plural(groupIds.length, 'ID')}${groupTypes ? ` of type ${printable(groupType)}` : ''}`;
    this.#write(`page ${pages}: ${ids} by ${calls} in ${took}, ${soFar(checkpoint, listed)}`);
  }

  retry(retry) {
    this.#write(`try ${retry.attempt} failed: ${failure(retry, this.#hide)} Trying again in ${duration(retry.waitMs)}`);
  }

  clear() {}

  end(checkpoint, listed, file) {
    if (checkpoint) this.#write(summary(checkpoint, listed, file));
  }

  #write(text) {
    this.#stream.write(`${this.#now().toISOString()} ${text}\n`);
  }
}
