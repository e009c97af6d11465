/** Takes the command line apart. */
import { parseArgs } from 'node:util';
import { commands } from './commands.js';
import { belongs, flagOf, flags } from './flags.js';
import { closest } from './suggest.js';
import { shown, UsageError } from './usageerror.js';

const config = Object.fromEntries(
  Object.entries(flags).map(([name, { value, short }]) => [
    name,
    { type: value ? 'string' : 'boolean', ...(short && { short }) },
  ]),
);

/**
 * @param {string[]} args
 * @returns {{ command?: string, argument?: string, values: Record<string, string | string[] | true> }} flags by their names;
 *   where help or the version is asked for, what else is wrong does not matter
 */
export function parse(args) {
  const { tokens } = parseArgs({ args, options: config, strict: false, allowPositionals: true, tokens: true });
  const given = tokens.filter(({ kind }) => kind === 'option');
  const words = tokens.filter(({ kind }) => kind === 'positional').map(({ value }) => value);
  const command = words[0];
  try {
    return check(args, given, words);
  } catch (error) {
    if (Object.hasOwn(commands, command ?? '')) error.command = command; // whose help tells more
    throw error;
  }
}

function check(args, given, [command, ...rest]) {
  const values = {};
  for (const asked of ['help', 'version']) {
    if (given.some(({ name }) => name === asked)) {
      return { command: asked, argument: Object.hasOwn(commands, command ?? '') ? command : undefined, values };
    }
  }
  const secret = given.find(({ name }) => /^(secret-?key|user-?sig|secret|key|(proxy-?)?token)$/i.test(name));
  if (secret) {
    throw new UsageError(
      'A secret is never given as a flag, which other users of the machine could see.',
      /token/i.test(secret.name)
        ? 'Set TENCENT_CHAT_PROXY_TOKEN, or give --proxy-token-file FILE.'
        : 'Set TENCENT_CHAT_SECRET_KEY or TENCENT_CHAT_USER_SIG, or give --secret-key-file FILE.',
    );
  }
  for (const token of given) {
    const raw = args[token.index];
    if (!Object.hasOwn(flags, token.name) || /^-[^-]./.test(raw)) throw unknownFlag(raw, command);
    const value = givenTo(token);
    if (flags[token.name].several) {
      values[token.name] ??= [];
      values[token.name].push(value);
      continue;
    }
    if (Object.hasOwn(values, token.name)) throw new UsageError(`--${token.name} is given twice.`);
    values[token.name] = value;
  }
  checkCommand(command, rest);
  for (const flag of Object.keys(values)) {
    if (belongs(flag, command)) continue;
    const where = Object.keys(commands).filter((other) => belongs(flag, other));
    throw new UsageError(`--${flag} is a flag of ${listed(where, 'and')}, not of ${command}.`);
  }
  checkValues(values, command);
  return { command, argument: rest[0], values };
}

/** Checks what the library does not: values that are the command line's own, and which flags go together. */
function checkValues(values, command) {
  const { format, output, resume, quiet, verbose } = values;
  if (format !== undefined) {
    const { choices } = flagOf('format', command);
    if (!choices.includes(format)) {
      const near = closest(format, choices);
      throw new UsageError(
        `--format must be one of ${choices.join(', ')}; got ${shown(format)}${near ? `: did you mean ${near}?` : '.'}`,
      );
    }
  }
  if (quiet && verbose) throw new UsageError('--quiet and --verbose are both given: give one of them.');
  if (resume !== undefined && (output === undefined || output === '-')) {
    throw new UsageError('--resume needs --output FILE.');
  }
  if (resume !== undefined && format === 'json') {
    throw new UsageError('--resume needs a format that grows: not json.');
  }
}

function givenTo({ name, value, inlineValue }) {
  const takes = flags[name].value;
  if (!takes) {
    if (inlineValue) throw new UsageError(`--${name} takes no value.`);
    return true;
  }
  if (value === undefined || (!inlineValue && /^--?[a-z]/i.test(value))) {
    throw new UsageError(`--${name} needs a value: --${name} ${takes}.`);
  }
  if (value.trim() === '') throw new UsageError(`--${name} is empty: give --${name} ${takes}.`);
  return value;
}

function checkCommand(command, rest) {
  const names = Object.keys(commands);
  if (command === undefined) throw new UsageError('There is no command: give list, count or check.');
  if (!Object.hasOwn(commands, command)) {
    const near = closest(command, names);
    throw new UsageError(
      `There is no command ${shown(command)}: ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}.`}`,
    );
  }
  const { argument, optional } = commands[command];
  if (argument && rest.length === 0 && !optional) throw new UsageError(`${command} needs ${listed(argument, 'or')}.`);
  if (argument && rest.length > 0 && !argument.includes(rest[0])) {
    throw new UsageError(`${command} takes ${listed(argument, 'or')}, not ${shown(rest[0])}.`);
  }
  const extra = rest[argument ? 1 : 0];
  if (extra !== undefined) throw new UsageError(`${shown(extra)} is not expected behind ${command}.`);
}

/** a, b and c: a single name is itself. */
const listed = (names, word) =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;

function unknownFlag(raw, command) {
  const name = raw.split('=', 1)[0];
  const what = name.length < 40 ? name : shown(name);
  const meant = flagMeant(name.replace(/^-+/, ''), command) ?? shortMeant(raw);
  return new UsageError(`There is no flag ${what}${meant ? `: did you mean ${meant}?` : '.'}`);
}

/** Returns the flag that a word stands for: a misspelt or common other name of one, or a value of one, as --json. */
function flagMeant(word, command) {
  const known = Object.keys(flags);
  const other = known.find((flag) => flags[flag].also?.includes(word.toLowerCase()));
  if (other) return `--${other}`;
  for (const flag of known.filter((flag) => command === undefined || belongs(flag, command))) {
    const choice = flagOf(flag, command).choices?.find((choice) => choice.toLowerCase() === word.toLowerCase());
    if (choice) return `--${flag} ${choice}`;
  }
  const near = closest(word, known);
  return near && `--${near}`;
}

/** Returns what -fcsv should be: a short form takes its value after a space, so that -output is not -o with the value utput. */
function shortMeant(raw) {
  const [, letter, value] = /^-([a-z])(.+)$/.exec(raw) ?? [];
  const flag = letter && Object.keys(flags).find((flag) => flags[flag].short === letter);
  return flag && flags[flag].value && value.length < 40 ? `-${letter} ${value.replace(/^=/, '')}` : undefined;
}
