/** What the command line takes: its flags, its help, and how flags and environment become options. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/** The command line was used in a wrong way: exit status 2. */
export class UsageError extends Error {}

export const help = `Lists the IDs of all groups in a Tencent Cloud Chat app.

  tencent-chat-groups list  [flags]   write every group's ID
  tencent-chat-groups count [flags]   write how many groups there are

Who asks: an admin of the app, with one of the three credentials
  --sdk-app-id N            the app's SDKAppID             TENCENT_CHAT_SDK_APP_ID
  --identifier NAME         the admin's UserID             TENCENT_CHAT_IDENTIFIER
  --secret-key-file FILE    the app's secret key           TENCENT_CHAT_SECRET_KEY (the key itself)
                            or a UserSig of the admin      TENCENT_CHAT_USER_SIG
  --proxy URL               or a signing proxy             TENCENT_CHAT_PROXY

Where: by default the region that the SDKAppID belongs to
  --region NAME             china, singapore, seoul, frankfurt, mumbai, tokyo,
                            silicon-valley, jakarta or riyadh    TENCENT_CHAT_REGION
  --endpoint URL            another base URL               TENCENT_CHAT_ENDPOINT

What
  --group-type TYPE         only Public, Private (or Work), ChatRoom (or Meeting), AVChatRoom, BChatRoom
                            or Community
  --limit N                 IDs a page, 1 to 10000         (default 10000)
  --next CURSOR             begin at this page
  --max-pages N             stop after so many pages

Output of list
  --format FORMAT           ids, ndjson, csv or json       (default ids)
  --output FILE             write there instead of standard output (-), all or nothing
  --resume FILE             with --output: keep a checkpoint in FILE, and go on from it if it exists
                            (one run at a time);
                            not with the format json

How
  --timeout-ms N            the most that one try may take (default 10000)
  --max-retries N           repetitions in a row           (default 5)
  --min-interval-ms N       between two calls              (default 1000; the service allows one a second)

  --help, --version

A flag wins over the environment. Secrets are never given as a flag's value, which other users of the machine could see.
Exit status: 0 all listed, 1 failed, 2 wrong usage, 130 interrupted.

Examples
  export TENCENT_CHAT_SDK_APP_ID=1400000000 TENCENT_CHAT_IDENTIFIER=administrator
  tencent-chat-groups count --secret-key-file key.txt
  tencent-chat-groups list --secret-key-file key.txt --format csv --output groups.csv
  tencent-chat-groups list --secret-key-file key.txt --output groups.txt --resume groups.checkpoint
`;

// Flags that are options of the same name: number means that the option takes one.
const optionFlags = {
  'sdk-app-id': { option: 'sdkAppId', number: true, env: 'TENCENT_CHAT_SDK_APP_ID' },
  identifier: { option: 'identifier', env: 'TENCENT_CHAT_IDENTIFIER' },
  proxy: { option: 'proxy' },
  region: { option: 'region' },
  endpoint: { option: 'endpoint' },
  'group-type': { option: 'groupType' },
  limit: { option: 'limit', number: true },
  next: { option: 'next' },
  'max-pages': { option: 'maxPages', number: true },
  'timeout-ms': { option: 'timeoutMs', number: true },
  'max-retries': { option: 'maxRetries', number: true },
  'min-interval-ms': { option: 'minIntervalMs', number: true },
};

// The variables that can hold a credential, and the options that they are.
const credentials = {
  TENCENT_CHAT_SECRET_KEY: 'secretKey',
  TENCENT_CHAT_USER_SIG: 'userSig',
  TENCENT_CHAT_PROXY: 'proxy',
};

const ownFlags = {
  'secret-key-file': { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
  resume: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
};

/** Says a message of the library's in the words of the command line: options by their flags. */
export function inFlags(message) {
  let text = message.replace(/^resume /, '--resume ');
  for (const [flag, { option }] of Object.entries(optionFlags)) {
    text = text.replace(new RegExp(`(?<![\\w'-])${option}(?![\\w'-])`, 'g'), `--${flag}`);
  }
  return text;
}

/** Takes the command line apart: { command, values }. */
export function parse(args) {
  const strings = Object.fromEntries(Object.keys(optionFlags).map((flag) => [flag, { type: 'string' }]));
  let parsed;
  try {
    parsed = parseArgs({ args, options: { ...strings, ...ownFlags }, allowPositionals: true });
  } catch (error) {
    if (args.some((arg) => /^--(secret-key|user-sig)(=|$)/.test(arg))) {
      throw new UsageError(
        'A secret is never given as a flag: set TENCENT_CHAT_SECRET_KEY or TENCENT_CHAT_USER_SIG, or use --secret-key-file.',
      );
    }
    throw new UsageError(error.message.split('. ', 1)[0].replace(/\.?$/, '.'));
  }
  const { values, positionals } = parsed;
  const [command, ...rest] = positionals;
  if (values.help || values.version) return { command, values };
  for (const flag of ['output', 'resume']) {
    if (values[flag] === '') throw new UsageError(`--${flag} is empty: give the name of a file.`);
  }
  if (command === undefined) throw new UsageError('There is no command: give list or count.');
  if (command !== 'list' && command !== 'count') {
    throw new UsageError(`There is no command '${command}': give list or count.`);
  }
  if (rest.length > 0) throw new UsageError(`'${rest[0]}' is not expected behind ${command}.`);
  return { command, values };
}

/** Makes the options of a listing from flags and environment. */
export async function optionsFrom(values, env) {
  const options = {};
  for (const [flag, { option, number, env: variable }] of Object.entries(optionFlags)) {
    const text = values[flag] ?? (variable && env[variable]);
    if (text !== undefined && text !== '')
      options[option] = number && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
  }
  if (values['secret-key-file'] !== undefined) {
    if (options.proxy !== undefined)
      throw new UsageError('--secret-key-file and --proxy are both given: give one of them.');
    options.secretKey = await readSecret(values['secret-key-file']);
  }
  if (options.proxy === undefined && options.secretKey === undefined) {
    const set = Object.keys(credentials).filter((variable) => env[variable]?.trim());
    if (set.length > 1) throw new UsageError(`${set.join(' and ')} are both set: leave one of them.`);
    if (set.length === 1) options[credentials[set[0]]] = env[set[0]].trim();
  }
  if (!options.proxy && !options.region && !options.endpoint) {
    options.region = env.TENCENT_CHAT_REGION || undefined;
    options.endpoint = env.TENCENT_CHAT_ENDPOINT || undefined;
    if (options.region && options.endpoint) {
      throw new UsageError('TENCENT_CHAT_REGION and TENCENT_CHAT_ENDPOINT are both set: leave one of them.');
    }
  }
  if (!options.proxy && !options.secretKey && !options.userSig) {
    throw new UsageError(
      'There is no credential: set TENCENT_CHAT_SECRET_KEY or TENCENT_CHAT_USER_SIG, or give --secret-key-file or --proxy.',
    );
  }
  return options;
}

async function readSecret(file) {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    // Its name is not repeated: it may be the key itself, given by mistake.
    throw new UsageError(`The file of --secret-key-file cannot be read: ${error.code ?? error.name}.`);
  }
  const secret = text.trim();
  if (secret === '') throw new UsageError('The file of --secret-key-file is empty.');
  return secret;
}
