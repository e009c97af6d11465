/** The help, made of the tables of commands and flags. */
import { commands } from './commands.js';
import { belongs, flagOf, flags, groups } from './flags.js';

const width = 80;
const column = 27; // where the explanations begin

/** What is said when nothing was given: how to begin. */
export const beginning = `Lists the IDs of all groups in a Tencent Cloud Chat app.

Try it without an account:
  tencent-chat-groups list --sandbox

With your app: its SDKAppID, an admin's UserID, and a file with its secret key
  tencent-chat-groups list --sdk-app-id 1400000000 \\
    --identifier administrator --secret-key-file key.txt

Every command and flag: tencent-chat-groups --help
`;

/** The help on a command, or on all of it. */
export function helpOn(command) {
  if (command === undefined) return general();
  const { summary, note, argument, optional, examples } = commands[command];
  const behind = argument ? ` ${optional ? '[' : ''}${argument.join('|')}${optional ? ']' : ''}` : ' [flags]';
  const sections = [
    `${summary[0].toUpperCase()}${summary.slice(1)}.`,
    `Usage: tencent-chat-groups ${command}${behind}`,
    ...flagSections((flag) => belongs(flag, command), command),
  ];
  if (note) sections.push(wrapped(note, 0));
  if (!argument) sections.push(environment);
  if (examples.length > 0) sections.push(`Examples\n${argument ? '' : settings}${examples.map(example).join('\n')}`);
  if (!argument) sections.push(statuses);
  return `${sections.join('\n\n')}\n`;
}

function general() {
  const summaries = Object.entries(commands).map(([name, { summary }]) => entry(name, summary));
  const sections = [
    'Lists the IDs of all groups in a Tencent Cloud Chat app.',
    `Usage: tencent-chat-groups COMMAND [flags]\n${summaries.join('\n')}`,
    ...flagSections(() => true),
    `More\n${entry('-h, --help', 'this help, or with a command the help on it')}\n${entry('-v, --version', flags.version.help)}`,
    environment,
    `Examples\n${settings}${[commands.list, commands.count].flatMap(({ examples }) => examples.slice(0, 3).map(example)).join('\n')}`,
    statuses,
  ];
  return `${sections.join('\n\n')}\n`;
}

const environment = wrapped(
  'A flag wins over its variable, in [brackets]. A secret is never the value of a flag, which other users of the machine could see: it comes from a file, or from TENCENT_CHAT_SECRET_KEY, TENCENT_CHAT_USER_SIG or TENCENT_CHAT_PROXY_TOKEN. TENCENT_CHAT_PROXY stands in for --proxy. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honored. Colors: NO_COLOR=1 for none, FORCE_COLOR=1 in a pipe too.',
  0,
);

const statuses = wrapped(
  'Exit status: 0 all listed, 1 failed, 2 wrong usage, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).',
  0,
);

/** What the examples take for granted. */
const settings = `  # once: the app, an admin, and the key
  export TENCENT_CHAT_SDK_APP_ID=1400000000
  export TENCENT_CHAT_IDENTIFIER=administrator
  export TENCENT_CHAT_SECRET_KEY="$(cat key.txt)"
`;

/** The flags that are wanted, by group: as a command has them or, in the general help, with the commands of each. */
function flagSections(wanted, command) {
  return Object.entries(groups)
    .map(([group, heading]) => {
      const entries = Object.keys(flags)
        .filter((flag) => flags[flag].group === group && wanted(flag))
        .map((flag) => {
          const is = flagOf(flag, command);
          const names = `${is.short ? `-${is.short}, ` : ''}--${flag}`;
          return entry(`${names}${is.value ? ` ${is.value}` : ''}`, explanation(is, command === undefined));
        });
      return entries.length > 0 ? `${wrapped(heading, 0)}\n${entries.join('\n')}` : '';
    })
    .filter(Boolean);
}

const explained = ({ help, choices }) => (choices ? `${help}: ${choices.join(', ')}` : help);

const explanation = (is, general) => {
  const others = general ? Object.entries(is.of ?? {}).map(([command, of]) => `(${command}: ${explained(of)})`) : [];
  const only = general && is.commands && `(${is.commands.join(', ')} only)`;
  return [explained(is), is.env && `[${is.env}]`, only, ...others].filter(Boolean).join(' ');
};

const entry = (left, right) => `  ${left.padEnd(column - 3)} ${wrapped(right, column)}`;

const example = ([what, line]) => `  # ${what}\n  ${/^eval /.test(line) ? line : `tencent-chat-groups ${line}`}`;

/** Breaks a text into lines, of which all but the first are indented. */
function wrapped(text, indent) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line && indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
