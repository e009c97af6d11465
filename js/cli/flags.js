import { groupTypeNames, regions } from '../facts.js';

/** @import { GroupListOptions } from '../../index.js' */

/** @typedef {'list' | 'count' | 'check'} CallingCommand a command that calls the library */

/** @typedef {{ choices: string[], help: string }} Difference */

/**
 * @typedef {object} Flag
 * @property {keyof GroupListOptions} [option] the option of the library that the flag sets
 * @property {true} [number] whether the option is a number
 * @property {string} [value] the name of the value in the help; a flag without it takes no value
 * @property {readonly string[]} [choices] the valid values
 * @property {true} [repeatable] whether the flag may be given several times; its value is a list
 * @property {true} [file] whether the value is the name of a file
 * @property {string} [env] the environment variable that the flag overrides
 * @property {string} [short] the short form
 * @property {string[]} [aliases] names that users try by mistake
 * @property {CallingCommand[]} [commands] that have the flag; by default all that call the library
 * @property {{ [command in CallingCommand]?: Difference }} [perCommand] what differs for a command
 * @property {keyof typeof headings} [section] of the help
 * @property {string} help its purpose
 */

/** The headings of the help's sections, in order. */
export const headings = {
  credentials: 'Credentials: a secret key, a UserSig (TENCENT_CHAT_USER_SIG), or a signing proxy',
  groups: 'Groups',
  output: 'Output',
  region: 'Region: by default the one that the SDKAppID belongs to',
  calls: 'Timeouts and retries',
};

/** @type {CallingCommand[]} */
const listing = ['list', 'count'];

const table = /** @satisfies {Record<string, Flag>} */ ({
  'sdk-app-id': {
    option: 'sdkAppId',
    number: true,
    value: 'N',
    env: 'TENCENT_CHAT_SDK_APP_ID',
    section: 'credentials',
    help: "the app's SDKAppID",
  },
  identifier: {
    option: 'identifier',
    value: 'NAME',
    env: 'TENCENT_CHAT_IDENTIFIER',
    section: 'credentials',
    help: 'the UserID of an admin of the app',
  },
  'secret-key-file': {
    value: 'FILE',
    file: true,
    section: 'credentials',
    help: "a file with the app's secret key; - is standard input",
  },
  proxy: {
    option: 'proxy',
    value: 'URL',
    section: 'credentials',
    help: 'a signing proxy, which replaces all of the above',
  },
  'proxy-token-file': {
    value: 'FILE',
    file: true,
    section: 'credentials',
    help: "with --proxy: a file with the caller's token; - is standard input",
  },
  sandbox: {
    section: 'credentials',
    help: 'a made-up app with 25,000 groups inside this process; needs no account and no network',
  },

  'group-type': {
    option: 'groupType',
    value: 'TYPE',
    choices: groupTypeNames,
    repeatable: true,
    aliases: ['type'],
    commands: listing,
    section: 'groups',
    help:
      'only groups of this type; repeat the flag for several types ' +
      '(Work and Meeting are the new names of Private and ChatRoom)',
  },
  'by-type': {
    commands: listing,
    section: 'groups',
    help: 'each type in turn: the only way to learn the type of each group',
  },
  'max-pages': {
    option: 'maxPages',
    number: true,
    value: 'N',
    commands: ['list'],
    section: 'groups',
    help: 'stop after this many pages',
  },
  limit: {
    option: 'limit',
    number: true,
    value: 'N',
    commands: ['list'],
    section: 'groups',
    help: 'IDs per page, 1 to 10000 (default 10000)',
  },
  next: {
    option: 'next',
    value: 'CURSOR',
    commands: ['list'],
    section: 'groups',
    help: 'start at this cursor, which an earlier listing of the app reported',
  },

  output: {
    short: 'o',
    value: 'FILE',
    file: true,
    commands: ['list'],
    section: 'output',
    help: 'write to FILE instead of standard output (-); FILE is replaced when the listing is complete',
  },
  format: {
    short: 'f',
    value: 'FORMAT',
    choices: ['ids', 'ndjson', 'csv', 'csv-safe', 'json'],
    perCommand: {
      count: { choices: ['text', 'json'], help: 'plain numbers, or one JSON object (default text)' },
      check: { choices: ['text', 'json'], help: 'one line per check, or one JSON object (default text)' },
    },
    section: 'output',
    help:
      'one ID per line, one JSON object per line, CSV, CSV without formulas for spreadsheets, ' +
      'or one JSON object (default ids)',
  },
  resume: {
    value: 'FILE',
    file: true,
    commands: ['list'],
    section: 'output',
    help:
      'with --output: append page by page, save a checkpoint in FILE, and resume from it if it exists ' +
      '(not with --format json)',
  },
  quiet: {
    short: 'q',
    commands: listing,
    section: 'output',
    help: 'no progress and no summary; errors and missing groups are still reported',
  },
  verbose: {
    commands: listing,
    section: 'output',
    help: 'instead of the progress bar, a line with the time on standard error per page and per failed attempt',
  },

  region: {
    option: 'region',
    value: 'NAME',
    choices: regions.map(({ name }) => name),
    env: 'TENCENT_CHAT_REGION',
    section: 'region',
    help: 'the data center of the app',
  },
  endpoint: {
    option: 'endpoint',
    value: 'URL',
    env: 'TENCENT_CHAT_ENDPOINT',
    section: 'region',
    help: 'the base URL of the REST API, instead of a region',
  },

  'timeout-ms': {
    option: 'timeoutMs',
    number: true,
    value: 'N',
    section: 'calls',
    help: 'timeout per attempt (default 10000)',
  },
  'max-retries': {
    option: 'maxRetries',
    number: true,
    value: 'N',
    section: 'calls',
    commands: listing,
    help: 'consecutive retries of a failed call (default 5)',
  },
  'min-interval-ms': {
    option: 'minIntervalMs',
    number: true,
    value: 'N',
    section: 'calls',
    commands: listing,
    help: 'minimum time between two calls (default 1000: the service allows one call per second)',
  },

  help: { short: 'h', commands: [], help: 'show the help' },
  version: { short: 'v', commands: [], help: 'show the version' },
});

/** @typedef {keyof typeof table} FlagName */

/**
 * The value that a flag's row of the table gives it.
 * @template Row
 * @typedef {Row extends { repeatable: true } ? string[] : Row extends { value: string } ? string : true} ValueOf
 */

/** @typedef {{ [name in FlagName]?: ValueOf<(typeof table)[name]> }} Values the flags that were given */

/**
 * Every flag, in the order of the help. The parser, the options, the help and the completion are built from this table.
 * @type {Record<FlagName, Flag>}
 */
export const flags = table;

export const flagNames = /** @type {FlagName[]} */ (Object.keys(flags));

/**
 * Reports whether a flag of this name exists.
 * @param {string} name
 * @returns {name is FlagName}
 */
export const isFlag = (name) => Object.hasOwn(flags, name);

/**
 * The environment variables that can hold a credential, and the options that they set.
 * @satisfies {Record<string, keyof GroupListOptions>}
 */
export const credentials = /** @type {const} */ ({
  TENCENT_CHAT_SECRET_KEY: 'secretKey',
  TENCENT_CHAT_USER_SIG: 'userSig',
  TENCENT_CHAT_PROXY: 'proxy',
});

/**
 * Reports whether a command has a flag.
 * @param {FlagName} name
 * @param {string} command
 */
export const belongs = (name, command) => {
  /** @type {string[]} */
  const commands = flags[name].commands ?? ['list', 'count', 'check'];
  return commands.includes(command);
};

/**
 * Returns a flag as a command has it.
 * @param {FlagName} name
 * @param {string | undefined} command
 * @returns {Flag}
 */
export const flagOf = (name, command) => {
  const flag = flags[name];
  return { ...flag, ...(isCalling(command) && flag.perCommand?.[command]) };
};

/**
 * Reports whether a command calls the library.
 * @param {string | undefined} command
 * @returns {command is CallingCommand}
 */
const isCalling = (command) => command === 'list' || command === 'count' || command === 'check';
