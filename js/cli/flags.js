/**
 * Every flag, once: the parser, the options, the help and the completion are all made of this table.
 *
 * option    the option of the library that it is, by the same name
 * number    the option takes a number
 * value     what it takes, as the help calls it; a flag without it takes nothing
 * choices   the values that there are
 * several   it may be given several times, and its value is a list
 * file      it takes the name of a file
 * env       the variable that stands in for it
 * short     its short form
 * commands  where it belongs; without it, wherever the library is called
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
  proxy: { option: 'proxy', value: 'URL', group: 'who', help: 'a signing proxy, which knows all of these' },
  'proxy-token-file': {
    value: 'FILE',
    file: true,
    group: 'who',
    help: "with --proxy: a file with the caller's token; - is standard input",
  },
  sandbox: { group: 'who', help: 'no account: a made-up app with 25,000 groups, inside this process' },

  region: {
    option: 'region',
    value: 'NAME',
    choices: ['china', 'singapore', 'seoul', 'frankfurt', 'mumbai', 'tokyo', 'silicon-valley', 'jakarta', 'riyadh'],
    env: 'TENCENT_CHAT_REGION',
    group: 'where',
    help: 'a data centre',
  },
  endpoint: {
    option: 'endpoint',
    value: 'URL',
    env: 'TENCENT_CHAT_ENDPOINT',
    group: 'where',
    help: 'another base URL of the REST API',
  },

  'group-type': {
    option: 'groupType',
    value: 'TYPE',
    choices: ['Public', 'Private', 'ChatRoom', 'AVChatRoom', 'BChatRoom', 'Community', 'Work', 'Meeting'],
    several: true,
    group: 'what',
    help: "only groups of this type; given several times, of these types, one after the other (Work and Meeting are today's names of Private and ChatRoom)",
  },
  'by-type': {
    group: 'what',
    help: 'all groups, one type after the other, since only then it is known which group is of which type',
  },
  limit: {
    option: 'limit',
    number: true,
    value: 'N',
    commands: ['list'],
    group: 'what',
    help: 'IDs a page, 1 to 10000 (default 10000)',
  },
  next: { option: 'next', value: 'CURSOR', commands: ['list'], group: 'what', help: 'begin at this page' },
  'max-pages': {
    option: 'maxPages',
    number: true,
    value: 'N',
    commands: ['list'],
    group: 'what',
    help: 'stop after so many pages',
  },

  format: {
    value: 'FORMAT',
    choices: ['ids', 'ndjson', 'csv', 'csv-safe', 'json'],
    commands: ['list'],
    group: 'output',
    help: 'one ID per line, one JSON object per line, CSV, CSV without formulas for spreadsheets, or one JSON object (default ids)',
  },
  output: {
    value: 'FILE',
    file: true,
    commands: ['list'],
    group: 'output',
    help: 'write there instead of standard output (-), in place of an earlier FILE: all of it or, when the listing fails, nothing',
  },
  resume: {
    value: 'FILE',
    file: true,
    commands: ['list'],
    group: 'output',
    help: 'with --output: write page by page, keep a checkpoint in FILE, and go on from it if it exists (not with the format json)',
  },

  'timeout-ms': {
    option: 'timeoutMs',
    number: true,
    value: 'N',
    group: 'how',
    help: 'the most that one try may take (default 10000)',
  },
  'max-retries': {
    option: 'maxRetries',
    number: true,
    value: 'N',
    group: 'how',
    help: 'repetitions of a failed call, in a row (default 5)',
  },
  'min-interval-ms': {
    option: 'minIntervalMs',
    number: true,
    value: 'N',
    group: 'how',
    help: 'between two calls (default 1000, since the service allows one call a second)',
  },
  verbose: {
    group: 'how',
    help: 'a line on standard error for each page and each failed try, with the time, for logs; no progress bar',
  },

  help: { short: 'h', commands: [], help: 'explain a command' },
  version: { short: 'v', commands: [], help: 'write the version' },
};

/** The headings of the help, in its order. */
export const groups = {
  who: 'Who asks: an admin of the app, by the secret key, by a UserSig in TENCENT_CHAT_USER_SIG, or through a proxy',
  where: "Where: the region that the SDKAppID belongs to, or what is given here (nothing, with a proxy's URL)",
  what: 'What',
  output: 'Output',
  how: 'How',
};

/** The variables that can hold a credential, and the options that they are. */
export const credentials = {
  TENCENT_CHAT_SECRET_KEY: 'secretKey',
  TENCENT_CHAT_USER_SIG: 'userSig',
  TENCENT_CHAT_PROXY: 'proxy',
};

/** Whether a flag belongs to a command. */
export const belongs = (flag, command) => (flags[flag].commands ?? ['list', 'count']).includes(command);
