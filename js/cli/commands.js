/**
 * @typedef {object} Command
 * @property {string} summary
 * @property {string} [note] a paragraph of its help
 * @property {string[]} [argument] the valid arguments; a command without it takes flags
 * @property {true} [optional] whether the argument may be missing
 * @property {[purpose: string, line: string][]} examples
 */

const table = /** @satisfies {Record<string, Command>} */ ({
  list: {
    summary: 'list the IDs of all groups',
    note:
      'With --by-type or several --group-type flags, csv and csv-safe have the columns groupType,groupId, ' +
      'ndjson has lines like {"groupType":"Public","groupId":"..."}, json has groupIdsByType, ' +
      'and ids has the IDs alone, ordered by type.',
    examples: [
      ['try it without an account', 'list --sandbox'],
      ['to a file that appears when the listing is complete', 'list -f csv -o groups.csv'],
      ['resume after an interruption: run the same command again', 'list -o groups.txt --resume groups.checkpoint'],
      ['for a spreadsheet: no ID becomes a formula', 'list -f csv-safe -o sheet.csv'],
      ['the type of each group', 'list --by-type -f csv -o types.csv'],
      ['communities only, piped to another program', 'list --group-type Community | wc -l'],
      ['the secret key from standard input', 'list --secret-key-file - < key.txt > groups.txt'],
    ],
  },
  count: {
    summary: 'count all groups',
    note:
      'With --by-type or several --group-type flags, the output has one line per type and one for the total, ' +
      'like the output of wc: the number, then the name. Each type takes one call, at one call per second. ' +
      'With --format json the output is {"totalCount":7} or {"totalCount":7,"totalCountByType":{"Public":7}}.',
    examples: [
      ['try it without an account', 'count --sandbox'],
      ['all groups', 'count'],
      ['per type, as JSON', 'count --by-type -f json'],
      ['two types and their total', 'count --group-type Public --group-type Community'],
      ['through a signing proxy (token in TENCENT_CHAT_PROXY_TOKEN)', 'count --proxy https://chat-proxy.example.com'],
    ],
  },
  check: {
    summary: 'check the configuration, and say what to do about problems',
    note:
      'Checks the credential (its value is never printed), the region, the UserSig, the network and the clock. ' +
      'Then makes one call to count the groups. Each line begins with ok, warning, failed or skipped; ' +
      'below a problem, a line says what to do. With --format json the output is ' +
      '{"ok":true,"checks":[{"check":"count","status":"ok","detail":"..."}]}.',
    examples: [
      ['before a long run, or for a support request', 'check'],
      ['through a signing proxy', 'check --proxy https://chat-proxy.example.com'],
      ['in a script', 'check -f json > check.json'],
    ],
  },
  completion: {
    summary: 'write a completion script for a shell',
    argument: ['bash', 'zsh', 'fish'],
    examples: [
      ['bash: in ~/.bashrc', 'eval "$(tencent-chat-groups completion bash)"'],
      ['zsh: in ~/.zshrc, after compinit', 'eval "$(tencent-chat-groups completion zsh)"'],
      ['fish: in ~/.config/fish/config.fish', 'completion fish | source'],
    ],
  },
  help: {
    summary: 'show the help of a command',
    argument: ['list', 'count', 'check', 'completion'],
    optional: true,
    examples: [],
  },
});

/** @typedef {keyof typeof table} CommandName */

/**
 * Every command. The parser, the help and the completion are built from this table.
 * @type {Record<CommandName, Command>}
 */
export const commands = table;

export const commandNames = /** @type {CommandName[]} */ (Object.keys(commands));

/**
 * Reports whether a command of this name exists.
 * @param {string | undefined} name
 * @returns {name is CommandName}
 */
export const isCommand = (name) => name !== undefined && Object.hasOwn(commands, name);
