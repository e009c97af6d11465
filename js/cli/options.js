/** How flags and environment become options of the library, and what each option is called on the command line. */
import { credentials, flags } from './flags.js';
import { readSecretFile } from './secretfile.js';
import { bearer, tokenFlag, tokenVariable } from './token.js';
import { UsageError } from './usageerror.js';

const optionFlags = Object.entries(flags).filter(([, { option }]) => option);

// What a sandbox brings itself.
const ofAnApp = ['sdk-app-id', 'identifier', 'secret-key-file', 'proxy', tokenFlag, 'region', 'endpoint'];

/**
 * Makes the options of a listing.
 * @param {Record<string, string | string[] | true>} values flags by their names
 * @param {Record<string, string>} env
 * @param {import('node:stream').Readable} stdin
 * @returns {Promise<{ options: object, names: Record<string, string>, token?: string }>} names says of each option, and of the
 *   token, where it was given
 */
export async function optionsFrom(values, env, stdin) {
  const options = {};
  const names = {};
  for (const [flag, { option, number, several }] of optionFlags) {
    if (values[flag] !== undefined && !several) take(option, values[flag], `--${flag}`, number);
  }
  const groupType = groupTypeOf(values);
  if (groupType !== undefined) options.groupType = groupType;
  if (values.sandbox) {
    const twice = ofAnApp.find((flag) => values[flag] !== undefined);
    if (twice) throw new UsageError(`--sandbox brings an app of its own: leave out --${twice}.`);
    return { options, names };
  }
  for (const [, { option, number, env: variable }] of optionFlags.filter(([, { group }]) => group === 'who')) {
    if (variable && options[option] === undefined && env[variable]) take(option, env[variable], variable, number);
  }
  await takeCredential();
  const token = await takeToken();
  takePlace();
  return { options, names, token };

  function take(option, text, name, number) {
    options[option] = number && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
    names[option] = name;
  }

  async function takeCredential() {
    const noProxy = options.proxy === undefined && (values['secret-key-file'] !== undefined || !env.TENCENT_CHAT_PROXY);
    if (noProxy && values[tokenFlag] !== undefined) {
      throw new UsageError(`--${tokenFlag} needs --proxy.`, 'Give --proxy URL and no --secret-key-file.');
    }
    if (values['secret-key-file'] !== undefined) {
      if (options.proxy !== undefined) {
        throw new UsageError('--secret-key-file and --proxy are both given: give one of them.');
      }
      options.secretKey = await readSecretFile('secret-key-file', values['secret-key-file'], 'a key', stdin);
      names.secretKey = 'the file of --secret-key-file';
      return;
    }
    if (options.proxy !== undefined) return;
    const set = Object.keys(credentials).filter((variable) => env[variable]?.trim());
    if (set.length > 1) throw new UsageError(`${set.join(' and ')} are both set: leave one of them.`);
    if (set.length === 0) {
      throw new UsageError(
        'There is no credential: set TENCENT_CHAT_SECRET_KEY or TENCENT_CHAT_USER_SIG, or give --secret-key-file or --proxy.',
        'See tencent-chat-groups --help, or try it without an account: tencent-chat-groups list --sandbox',
      );
    }
    take(credentials[set[0]], env[set[0]].trim(), set[0]);
  }

  async function takeToken() {
    const file = values[tokenFlag];
    if (options.proxy === undefined) return undefined;
    const token =
      file === undefined ? env[tokenVariable]?.trim() : await readSecretFile(tokenFlag, file, 'a token', stdin);
    if (!token) return undefined;
    names.token = file === undefined ? tokenVariable : `the file of --${tokenFlag}`;
    options.headers = bearer(token, file === undefined ? tokenVariable : `The file of --${tokenFlag}`);
    return token;
  }

  // A place in the environment is of the credential in the environment: it stands back behind flags.
  function takePlace() {
    if (options.proxy || options.region || options.endpoint) return;
    const set = ['region', 'endpoint'].filter((flag) => env[flags[flag].env]);
    if (set.length > 1) {
      throw new UsageError('TENCENT_CHAT_REGION and TENCENT_CHAT_ENDPOINT are both set: leave one of them.');
    }
    for (const flag of set) take(flag, env[flags[flag].env], flags[flag].env);
  }
}

/** One type as it was given, several as a list; undefined where all are listed at once. */
function groupTypeOf({ 'group-type': types, 'by-type': byType }) {
  if (byType && types) throw new UsageError('--by-type lists the groups of every type: leave out --group-type.');
  if (byType) return 'each';
  if (types?.some((type) => type === 'each' || type.includes(','))) {
    throw new UsageError('--group-type takes one type: give it several times for several, or --by-type for all.');
  }
  // What is no type stays in its list, of which the engine does not say that 'each' is accepted.
  return types?.length === 1 && flags['group-type'].choices.includes(types[0]) ? types[0] : types;
}

/** Whether several types are listed one after the other. */
export const isByType = ({ groupType }) => groupType === 'each' || Array.isArray(groupType);

// What to give an option as, if it was not given.
const optionNames = new Map([
  ...Object.entries(credentials).map(([variable, option]) => [option, variable]),
  ['resume', '--resume'],
  ...optionFlags.map(([flag, { option }]) => [option, `--${flag}`]),
]);

/**
 * Returns what an option is called on the command line.
 * @param {Record<string, string>} names where each option was given
 */
export const nameIn = (names) => (option) => names[option] ?? optionNames.get(option) ?? option;
