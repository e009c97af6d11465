/** Parses the command line. */
import { parseArgs } from 'node:util';
import { commandNames, commands, isCommand } from './commands.js';
import { belongs, flagNames, flagOf, flags, isFlag } from './flags.js';
import { closest } from './suggest.js';
import { quoted, UsageError } from './usageerror.js';

/**
 * @import { CommandName } from './commands.js'
 * @import { CallingCommand, FlagName, Values } from './flags.js'
 * @import { Shell } from './completion.js'
 */

/**
 * @typedef {{ command: CallingCommand, values: Values } | { command: 'completion', argument: Shell } |
 *   { command: 'help', argument?: CommandName } | { command: 'version' }} Parsed
 */

/**
 * A flag on the command line.
 * @typedef {{ name: string, value?: string, inlineValue?: boolean, index: number }} Given
 */

/** @type {import('node:util').ParseArgsConfig['options']} */
const config = Object.fromEntries(
  flagNames.map((name) => {
    const { value, short } = flags[name];
    return [name, { type: value ? 'string' : 'boolean', ...(short && { short }) }];
  }),
);

/**
 * Parses arguments. With --help or --version, other mistakes do not matter.
 * @param {string[]} args
 * @returns {Parsed}
 */
export function parse(args) {
  const { tokens } = parseArgs({ args, options: config, strict: false, allowPositionals: true, tokens: true });
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const command = isCommand(words[0]) ? words[0] : undefined;
  if (given.some(({ name }) => name === 'help')) return { command: 'help', argument: command };
  if (given.some(({ name }) => name === 'version')) return { command: 'version' };
  try {
    return checked(words, readFlags(args, given, command));
  } catch (error) {
    if (error instanceof UsageError) error.command = command;
    throw error;
  }
}

/**
 * Returns the flags' values.
 * @param {string[]} args
 * @param {Given[]} given
 * @param {CommandName | undefined} command
 * @returns {Values}
 */
function readFlags(args, given, command) {
  const secret = given.find(({ name }) => /^(secret-?key|user-?sig|secret|key|(proxy-?)?token)$/i.test(name));
  if (secret) {
    throw new UsageError(
      'Secrets cannot be given as flags, which other users of the machine could see.',
      /token/i.test(secret.name)
        ? 'Set TENCENT_CHAT_PROXY_TOKEN, or give --proxy-token-file FILE.'
        : 'Set TENCENT_CHAT_SECRET_KEY or TENCENT_CHAT_USER_SIG, or give --secret-key-file FILE.',
    );
  }
  /** @type {Map<FlagName, string | string[] | true>} */
  const values = new Map();
  for (const token of given) {
    const raw = args[token.index];
    const { name } = token;
    if (!isFlag(name) || /^-[^-]./.test(raw)) throw unknownFlag(raw, command);
    const value = readValue(name, token);
    const before = values.get(name);
    if (flags[name].repeatable) values.set(name, [...(Array.isArray(before) ? before : []), String(value)]);
    else if (before === undefined) values.set(name, value);
    else throw new UsageError(`--${name} is given twice.`);
  }
  return Object.fromEntries(values);
}

/**
 * Checks the command, its argument, and the flags' values that the library does not check.
 * @param {string[]} words
 * @param {Values} values
 * @returns {Parsed}
 */
function checked([command, ...rest], values) {
  if (command === undefined) throw new UsageError('No command is given: give list, count or check.');
  if (!isCommand(command)) {
    const near = closest(command, commandNames);
    const remedy = near ? `: did you mean ${near}?` : `. Valid commands: ${commandNames.join(', ')}.`;
    throw new UsageError(`Unknown command ${quoted(command)}${remedy}`);
  }
  checkArguments(command, rest);
  for (const name of flagNames) {
    if (values[name] === undefined || belongs(name, command)) continue;
    const where = commandNames.filter((other) => belongs(name, other));
    throw new UsageError(`--${name} is a flag of ${enumerated(where, 'and')}, not of ${command}.`);
  }
  checkValues(values, command);
  // The tables of commands and flags say the same as this type.
  return /** @type {Parsed} */ ({ command, argument: rest[0], values });
}

/**
 * @param {CommandName} command
 * @param {string[]} rest
 */
function checkArguments(command, rest) {
  const { argument, optional } = commands[command];
  if (argument && rest.length === 0 && !optional) {
    throw new UsageError(`${command} needs an argument: ${enumerated(argument, 'or')}.`);
  }
  if (argument && rest.length > 0 && !argument.includes(rest[0])) {
    throw new UsageError(`The argument of ${command} must be ${enumerated(argument, 'or')}; got ${quoted(rest[0])}.`);
  }
  const extra = rest[argument ? 1 : 0];
  if (extra !== undefined) throw new UsageError(`Unexpected argument ${quoted(extra)} after ${command}.`);
}

/**
 * @param {Values} values
 * @param {CommandName} command
 */
function checkValues({ format, output, resume, quiet, verbose }, command) {
  const { choices = [] } = flagOf('format', command);
  if (format !== undefined && !choices.includes(format)) {
    const near = closest(format, choices);
    throw new UsageError(
      `--format must be one of ${choices.join(', ')}; got ${quoted(format)}${near ? `: did you mean ${near}?` : '.'}`,
    );
  }
  if (quiet && verbose) throw new UsageError('--quiet and --verbose are both given: give one of them.');
  if (resume !== undefined && (output === undefined || output === '-')) {
    throw new UsageError('--resume needs --output FILE.');
  }
  if (resume !== undefined && format === 'json') {
    throw new UsageError('--resume cannot append to json: give another --format.');
  }
}

/**
 * Returns a flag's value, true if it takes none.
 * @param {FlagName} name
 * @param {Given} given
 */
function readValue(name, { value, inlineValue }) {
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

/**
 * Enumerates names: a, b and c.
 * @param {string[]} names
 * @param {'and' | 'or'} word
 */
const enumerated = (names, word) =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;

/**
 * @param {string} raw
 * @param {CommandName | undefined} command
 */
function unknownFlag(raw, command) {
  const name = raw.split('=', 1)[0];
  const shown = name.length < 40 ? name : quoted(name);
  const meant = flagMeant(name.replace(/^-+/, ''), command) ?? shortMeant(raw);
  return new UsageError(`Unknown flag ${shown}${meant ? `: did you mean ${meant}?` : '.'}`);
}

/**
 * Returns the flag that the user meant by an alias, by a value (--json), or by a misspelling.
 * @param {string} word
 * @param {CommandName | undefined} command
 */
function flagMeant(word, command) {
  const lower = word.toLowerCase();
  const alias = flagNames.find((name) => flags[name].aliases?.includes(lower));
  if (alias) return `--${alias}`;
  for (const name of flagNames.filter((name) => command === undefined || belongs(name, command))) {
    const choice = flagOf(name, command).choices?.find((choice) => choice.toLowerCase() === lower);
    if (choice) return `--${name} ${choice}`;
  }
  const near = closest(word, flagNames);
  return near && `--${near}`;
}

/**
 * Returns the correct form of -fcsv. A short flag takes its value after a space, so that -output is not -o with the
 * value utput.
 * @param {string} raw
 */
function shortMeant(raw) {
  const [, letter, value] = /^-([a-z])(.+)$/.exec(raw) ?? [];
  const name = letter && flagNames.find((name) => flags[name].short === letter);
  return name && flags[name].value && value.length < 40 ? `-${letter} ${value.replace(/^=/, '')}` : undefined;
}
