/** The options of the library, read from flags and environment variables. */
import { credentials, flagNames, flags } from './flags.js';
import { readSecretFile } from './secretfile.js';
import { bearer, tokenFlag, tokenVariable } from './token.js';
import { UsageError } from './usageerror.js';

/**
 * @import { GroupListOptions } from '../../index.js'
 * @import { FlagName, Values } from './flags.js'
 */

/** @typedef {keyof GroupListOptions} OptionName */

/** @typedef {{ [name in OptionName | 'token']?: string }} Names where each option, and the proxy's token, was given */

/** @typedef {keyof typeof credentials} CredentialVariable */

/** @type {FlagName[]} which --sandbox replaces */
const appFlags = ['sdk-app-id', 'identifier', 'secret-key-file', 'proxy', tokenFlag, 'region', 'endpoint'];

const credentialVariables = /** @type {CredentialVariable[]} */ (Object.keys(credentials));

/**
 * Returns the options of a listing. Their values are as the user gave them: the engine refuses wrong ones.
 * @param {Values} values
 * @param {NodeJS.ProcessEnv} env
 * @param {import('node:stream').Readable} stdin
 * @returns {Promise<{ options: GroupListOptions, names: Names, token?: string }>}
 */
export async function optionsFrom(values, env, stdin) {
  /** @type {{ [name in OptionName]?: unknown }} */
  const options = {};
  /** @type {Names} */
  const names = {};
  for (const name of flagNames) {
    const { option, number } = flags[name];
    const value = values[name];
    if (option && typeof value === 'string') take(option, value, `--${name}`, number);
  }
  const groupType = groupTypeOf(values);
  if (groupType !== undefined) options.groupType = groupType;
  let token;
  if (values.sandbox) {
    const flag = appFlags.find((name) => values[name] !== undefined);
    if (flag) throw new UsageError(`--sandbox has an app of its own: leave out --${flag}.`);
  } else {
    takeIdentity();
    await takeCredential();
    token = await takeToken();
    takeRegion();
  }
  return { options: /** @type {GroupListOptions} */ (options), names, token };

  /**
   * @param {OptionName} option
   * @param {string} text
   * @param {string} name where it was given
   * @param {boolean} [number]
   */
  function take(option, text, name, number) {
    options[option] = number && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
    names[option] = name;
  }

  /** Takes the app and the identifier from the environment, if no flag gave them. */
  function takeIdentity() {
    for (const name of /** @type {const} */ (['sdk-app-id', 'identifier'])) {
      const { option, number, env: variable } = flags[name];
      const value = variable && env[variable];
      if (option && value && options[option] === undefined) take(option, value, variable, number);
    }
  }

  async function takeCredential() {
    const keyFile = values['secret-key-file'];
    const noProxy = options.proxy === undefined && (keyFile !== undefined || !env.TENCENT_CHAT_PROXY);
    if (noProxy && values[tokenFlag] !== undefined) {
      throw new UsageError(`--${tokenFlag} needs --proxy.`, 'Give --proxy URL and no --secret-key-file.');
    }
    if (keyFile !== undefined) {
      if (options.proxy !== undefined) {
        throw new UsageError('--secret-key-file and --proxy are both given: give one of them.');
      }
      options.secretKey = await readSecretFile('secret-key-file', keyFile, 'a key', stdin);
      names.secretKey = 'the file of --secret-key-file';
      return;
    }
    if (options.proxy !== undefined) return;
    const set = credentialVariables.filter((variable) => env[variable]?.trim());
    if (set.length > 1) throw new UsageError(`${set.join(' and ')} are both set: unset one of them.`);
    const [variable] = set;
    if (variable === undefined) {
      throw new UsageError(
        'No credential is given: set TENCENT_CHAT_SECRET_KEY or TENCENT_CHAT_USER_SIG, ' +
          'or give --secret-key-file or --proxy.',
        'See tencent-chat-groups --help, or try it without an account: tencent-chat-groups list --sandbox',
      );
    }
    take(credentials[variable], env[variable]?.trim() ?? '', variable);
  }

  async function takeToken() {
    if (options.proxy === undefined) return undefined;
    const file = values[tokenFlag];
    const token =
      file === undefined ? env[tokenVariable]?.trim() : await readSecretFile(tokenFlag, file, 'a token', stdin);
    if (!token) return undefined;
    names.token = file === undefined ? tokenVariable : `the file of --${tokenFlag}`;
    options.headers = bearer(token, file === undefined ? tokenVariable : `The file of --${tokenFlag}`);
    return token;
  }

  /** Takes the region or endpoint from the environment, if no flag and no proxy replaces it. */
  function takeRegion() {
    if (options.proxy || options.region || options.endpoint) return;
    const { TENCENT_CHAT_REGION: region, TENCENT_CHAT_ENDPOINT: endpoint } = env;
    if (region && endpoint) {
      throw new UsageError('TENCENT_CHAT_REGION and TENCENT_CHAT_ENDPOINT are both set: unset one of them.');
    }
    if (region) take('region', region, 'TENCENT_CHAT_REGION');
    if (endpoint) take('endpoint', endpoint, 'TENCENT_CHAT_ENDPOINT');
  }
}

/**
 * Returns one type as it was given, several as a list; undefined if all types are listed at once.
 * @param {Values} values
 */
function groupTypeOf({ 'group-type': types, 'by-type': byType }) {
  if (byType && types) throw new UsageError('--by-type lists the groups of every type: leave out --group-type.');
  if (byType) return 'each';
  if (types?.some((type) => type === 'each' || type.includes(','))) {
    throw new UsageError('--group-type takes one type: repeat it for several types, or give --by-type for all.');
  }
  // A wrong type stays in its list: about a list, the engine does not say that 'each' is accepted.
  return types?.length === 1 && flags['group-type'].choices?.includes(types[0]) ? types[0] : types;
}

/**
 * Reports whether several types are listed, one after the other.
 * @param {GroupListOptions} options
 */
export const isByType = ({ groupType }) => groupType === 'each' || Array.isArray(groupType);

/** @type {Map<string, string>} the flag or variable by which an option can be given */
const flagOfOption = new Map([['resume', '--resume']]);
for (const variable of credentialVariables) flagOfOption.set(credentials[variable], variable);
for (const name of flagNames) {
  const { option } = flags[name];
  if (option) flagOfOption.set(option, `--${name}`);
}

/**
 * Returns a function that returns an option's name on the command line.
 * @param {Names} names
 * @returns {(option: string) => string}
 */
export const nameIn = (names) => (option) =>
  names[/** @type {OptionName} */ (option)] ?? flagOfOption.get(option) ?? option;
