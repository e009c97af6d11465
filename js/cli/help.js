/** The help, built from the tables of commands and flags. */
import { commandNames, commands } from './commands.js';
import { belongs, flagNames, flagOf, flags, headings } from './flags.js';

/**
 * @import { CommandName } from './commands.js'
 * @import { Flag } from './flags.js'
 */

const width = 80;
const column = 27; // where the explanations begin

/** The text for a user who gave no arguments. */
export const quickStart = `Lists the IDs of all groups in a Tencent Cloud Chat app.

Try it without an account:
  tencent-chat-groups list --sandbox

With your app: its SDKAppID, an admin's UserID, and a file with its secret key
  tencent-chat-groups list --sdk-app-id 1400000000 \\
    --identifier administrator --secret-key-file key.txt

All commands and flags: tencent-chat-groups --help
`;

/**
 * Returns the help of a command, or the general help.
 * @param {CommandName} [command]
 */
export function helpOn(command) {
  if (command === undefined) return general();
  const { summary, note, argument, optional, examples } = commands[command];
  const usage = argument ? ` ${optional ? '[' : ''}${argument.join('|')}${optional ? ']' : ''}` : ' [flags]';
  const sections = [
    `${summary[0].toUpperCase()}${summary.slice(1)}.`,
    `Usage: tencent-chat-groups ${command}${usage}`,
    ...flagSections(command),
  ];
  if (note) sections.push(wrapped(note, 0));
  if (!argument) sections.push(environment);
  if (examples.length > 0) sections.push(`Examples\n${argument ? '' : settings}${examples.map(example).join('\n')}`);
  if (!argument) sections.push(statuses);
  return `${sections.join('\n\n')}\n`;
}

function general() {
  const summaries = commandNames.map((name) => entry(name, commands[name].summary));
  const examples = [commands.list, commands.count].flatMap(({ examples }) => examples.slice(0, 3).map(example));
  const more = [
    entry('-h, --help', 'show this help or, with a command, its help'),
    entry('-v, --version', flags.version.help),
  ];
  const sections = [
    'Lists the IDs of all groups in a Tencent Cloud Chat app.',
    `Usage: tencent-chat-groups COMMAND [flags]\n${summaries.join('\n')}`,
    ...flagSections(),
    `More\n${more.join('\n')}`,
    environment,
    `Examples\n${settings}${examples.join('\n')}`,
    statuses,
  ];
  return `${sections.join('\n\n')}\n`;
}

const environment = wrapped(
  'A flag overrides its environment variable, shown in [brackets]. TENCENT_CHAT_PROXY can replace --proxy. ' +
    'Secrets cannot be given as flags, which other users of the machine could see. Give them in a file, ' +
    'or in TENCENT_CHAT_SECRET_KEY, TENCENT_CHAT_USER_SIG or TENCENT_CHAT_PROXY_TOKEN. ' +
    'HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honored. ' +
    'NO_COLOR=1 turns colors off; FORCE_COLOR=1 turns them on, even in a pipe.',
  0,
);

const statuses = wrapped(
  'Exit status: 0 success, 1 failure, 2 wrong usage, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).',
  0,
);

/** The environment that the examples rely on. */
const settings = `  # once: the app, an admin, and the key
  export TENCENT_CHAT_SDK_APP_ID=1400000000
  export TENCENT_CHAT_IDENTIFIER=administrator
  export TENCENT_CHAT_SECRET_KEY="$(cat key.txt)"
`;

/**
 * Returns the sections of a command's flags or, for the general help, of all flags.
 * @param {CommandName} [command]
 */
function flagSections(command) {
  const wanted = flagNames.filter((name) => command === undefined || belongs(name, command));
  return Object.entries(headings).flatMap(([section, heading]) => {
    const entries = wanted
      .filter((name) => flags[name].section === section)
      .map((name) => {
        const flag = flagOf(name, command);
        const names = `${flag.short ? `-${flag.short}, ` : ''}--${name}`;
        return entry(`${names}${flag.value ? ` ${flag.value}` : ''}`, explanation(flag, command === undefined));
      });
    return entries.length > 0 ? [`${wrapped(heading, 0)}\n${entries.join('\n')}`] : [];
  });
}

/** @param {Pick<Flag, 'help' | 'choices'>} flag */
const purpose = ({ help, choices }) => (choices ? `${help}: ${choices.join(', ')}` : help);

/**
 * @param {Flag} flag
 * @param {boolean} general whether it is for the general help, which has the commands of each flag
 */
function explanation(flag, general) {
  const parts = [purpose(flag)];
  if (flag.env) parts.push(`[${flag.env}]`);
  if (general && flag.commands) parts.push(`(${flag.commands.join(', ')} only)`);
  if (general) {
    for (const [command, own] of Object.entries(flag.perCommand ?? {})) parts.push(`(${command}: ${purpose(own)})`);
  }
  return parts.join(' ');
}

/**
 * @param {string} left
 * @param {string} right
 */
const entry = (left, right) => `  ${left.padEnd(column - 3)} ${wrapped(right, column)}`;

/** @param {[purpose: string, line: string]} example */
const example = ([purpose, line]) => `  # ${purpose}\n  ${/^eval /.test(line) ? line : `tencent-chat-groups ${line}`}`;

/**
 * Breaks a text into lines, and indents all but the first.
 * @param {string} text
 * @param {number} indent
 */
function wrapped(text, indent) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  lines.push(line);
  return lines.join(`\n${' '.repeat(indent)}`);
}
