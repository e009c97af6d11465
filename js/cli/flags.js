import { groupTypeNames, regions } from '../facts.js';

const listing = ['list', 'count'];

/**
 * Every flag, once and in the order of the help: the parser, the options, the help and the completion are made of this table.
 *
 * option    the option of the library that it is, by the same name
 * number    the option takes a number
 * value     what it takes, as the help calls it; a flag without it takes nothing
 * choices   the values that there are
 * several   it may be given several times, and its value is a list
 * file      it takes the name of a file
 * env       the variable that stands in for it
 * short     its short form
 * also      what people call it by mistake
 * commands  where it belongs; without it, wherever the library is called
 * of        what differs for a command
 * group     the heading in the help
 * help      what it is for
 */
export const flags = {
  'sdk-app-id': {
    option: 'sdkAppId',
    number: true,
    value: 'N',
    env: 'TENCENT_CHAT_SDK_APP_ID',
    group: 'who',
    help: "the app's SDKAppID",
  },
  identifier: {
    option: 'identifier',
    value: 'NAME',
    env: 'TENCENT_CHAT_IDENTIFIER',
    group: 'who',
    help: 'the UserID of an admin of the app',
  },
  'secret-key-file': {
    value: 'FILE',
    file: true,
    group: 'who',
    help: "a file with the app's secret key; - is standard input",
  },
  proxy: {
    option: 'proxy',
    value: 'URL',
    group: 'who',
    help: 'a signing proxy, which needs none of the above',
  },
  'proxy-token-file': {
    value: 'FILE',
    file: true,
    group: 'who',
    help: "with --proxy: a file with the caller's token; - is standard input",
  },
  sandbox: { group: 'who', help: 'no account: a made-up app with 25,000 groups, inside this process' },

  'group-type': {
    option: 'groupType',
    value: 'TYPE',
    choices: groupTypeNames,
    several: true,
    also: ['type'],
    commands: listing,
    group: 'what',
    help: 'only groups of this type; repeat it for several types (Work and Meeting are the new names of Private and ChatRoom)',
  },
  'by-type': {
    commands: listing,
    group: 'what',
    help: 'all groups, type by type: only this shows the type of each group',
  },
  'max-pages': {
    option: 'maxPages',
    number: true,
    value: 'N',
    commands: ['list'],
    group: 'what',
    help: 'stop after this many pages',
  },
  limit: {
    option: 'limit',
    number: true,
    value: 'N',
    commands: ['list'],
    group: 'what',
    help: 'IDs per page, 1 to 10000 (default 10000)',
  },
  next: {
    option: 'next',
    value: 'CURSOR',
    commands: ['list'],
    group: 'what',
    help: 'start at this page; CURSOR comes from an earlier listing of the app',
  },

  output: {
    short: 'o',
    value: 'FILE',
    file: true,
    commands: ['list'],
    group: 'output',
    help: 'write to FILE instead of standard output (-); FILE is replaced when the listing is complete',
  },
  format: {
    short: 'f',
    value: 'FORMAT',
    choices: ['ids', 'ndjson', 'csv', 'csv-safe', 'json'],
    of: {
      count: { choices: ['text', 'json'], help: 'plain numbers, or one JSON object (default text)' },
      check: { choices: ['text', 'json'], help: 'a line per check, or one JSON object (default text)' },
    },
    group: 'output',
    help: 'one ID per line, one JSON object per line, CSV, CSV without formulas for spreadsheets, or one JSON object (default ids)',
  },
  resume: {
    value: 'FILE',
    file: true,
    commands: ['list'],
    group: 'output',
    help: 'with --output: write page by page, keep a checkpoint in FILE, and resume from it if it exists (not with --format json)',
  },
  quiet: {
    short: 'q',
    commands: listing,
    group: 'output',
    help: 'no progress and no summary; errors and missing groups are still reported',
  },
  verbose: {
    commands: listing,
    group: 'output',
    help: 'a line on standard error per page and per failed attempt, with the time, instead of the progress bar',
  },

  region: {
    option: 'region',
    value: 'NAME',
    choices: regions.map(({ name }) => name),
    env: 'TENCENT_CHAT_REGION',
    group: 'where',
    help: 'the data center of the app',
  },
  endpoint: {
    option: 'endpoint',
    value: 'URL',
    env: 'TENCENT_CHAT_ENDPOINT',
    group: 'where',
    help: 'another base URL of the REST API',
  },

  'timeout-ms': {
    option: 'timeoutMs',
    number: true,
    value: 'N',
    group: 'how',
    help: 'timeout per attempt (default 10000)',
  },
  'max-retries': {
    option: 'maxRetries',
    number: true,
    value: 'N',
    group: 'how',
    commands: listing,
    help: 'retries of a failed call, in a row (default 5)',
  },
  'min-interval-ms': {
    option: 'minIntervalMs',
    number: true,
    value: 'N',
    group: 'how',
    commands: listing,
    help: 'between two calls (default 1000: the service allows one call per second)',
  },

  help: { short: 'h', commands: [], help: 'explain a command' },
  version: { short: 'v', commands: [], help: 'write the version' },
};

/** The headings of the help, in its order. */
export const groups = {
  who: 'Credentials: a secret key, a UserSig (TENCENT_CHAT_USER_SIG), or a signing proxy',
  what: 'Groups',
  output: 'Output',
  where: 'Region: by default the one that the SDKAppID belongs to',
  how: 'Timeouts and retries',
};

/** The variables that can hold a credential, and the options that they are. */
export const credentials = {
  TENCENT_CHAT_SECRET_KEY: 'secretKey',
  TENCENT_CHAT_USER_SIG: 'userSig',
  TENCENT_CHAT_PROXY: 'proxy',
};

/** Reports whether a flag belongs to a command. */
export const belongs = (flag, command) => (flags[flag].commands ?? ['list', 'count', 'check']).includes(command);

/** Returns a flag as a command has it. */
export const flagOf = (flag, command) => ({ ...flags[flag], ...flags[flag].of?.[command] });
