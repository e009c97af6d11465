/** The help, made of the tables of commands and flags. */
import { commands } from './commands.js';
import { belongs, flags, groups } from './flags.js';

const width = 100;
const column = 27; // where the explanations begin

/** What is said when nothing was given: how to begin. */
export const beginning = `Lists the IDs of all groups in a Tencent Cloud Chat app.

Try it without an account:
  tencent-chat-groups list --sandbox

With an app of yours: its SDKAppID, the UserID of an admin, and a file with its secret key
  tencent-chat-groups count --sdk-app-id 1400000000 --identifier administrator --secret-key-file key.txt
  tencent-chat-groups list  --sdk-app-id 1400000000 --identifier administrator --secret-key-file key.txt

All it can do: tencent-chat-groups --help
`;

/** The help on a command, or on all of it. */
export function helpOn(command) {
  if (command === undefined) return general();
  const { summary, note, argument, optional, examples } = commands[command];
  const behind = argument ? ` ${optional ? '[' : ''}${argument.join('|')}${optional ? ']' : ''}` : ' [flags]';
  const sections = [
    `${summary[0].toUpperCase()}${summary.slice(1)}.`,
    `Usage: tencent-chat-groups ${command}${behind}`,
    ...flagSections((flag) => belongs(flag, command)),
  ];
  if (note) sections.push(wrapped(note, 0));
  if (!argument) sections.push(environment);
  if (examples.length > 0) sections.push(`Examples\n${examples.map(example).join('\n')}`);
  if (!argument) sections.push(statuses);
  return `${sections.join('\n\n')}\n`;
}

function general() {
  const summaries = Object.entries(commands).map(([name, { summary }]) => entry(name, summary));
  const sections = [
    'Lists the IDs of all groups in a Tencent Cloud Chat app.',
    `Usage: tencent-chat-groups COMMAND [flags]\n${summaries.join('\n')}`,
    ...flagSections(() => true, true),
    `More\n${entry('-h, --help', 'explain it all, or a command: tencent-chat-groups list --help')}\n${entry('-v, --version', flags.version.help)}`,
    environment,
    `Examples\n${[commands.list, commands.count].flatMap(({ examples }) => examples.slice(0, 3).map(example)).join('\n')}`,
    statuses,
  ];
  return `${sections.join('\n\n')}\n`;
}

const environment = wrapped(
  'A flag wins over its variable, in [brackets]. Secrets are never the value of a flag, which other users of the machine could see: they come from TENCENT_CHAT_SECRET_KEY, TENCENT_CHAT_USER_SIG or a file. TENCENT_CHAT_PROXY stands in for --proxy. Colours: NO_COLOR=1 for none, FORCE_COLOR=1 in a pipe too.',
  0,
);

const statuses = 'Exit status: 0 all listed, 1 failed, 2 wrong usage, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).';

/** The flags that are wanted, by group; with `of`, those of one command say so. */
function flagSections(wanted, of) {
  return Object.entries(groups)
    .map(([group, heading]) => {
      const entries = Object.entries(flags)
        .filter(([flag, is]) => is.group === group && wanted(flag))
        .map(([flag, is]) => entry(`--${flag}${is.value ? ` ${is.value}` : ''}`, explanation(is, of)));
      return entries.length > 0 ? `${wrapped(heading, 0)}\n${entries.join('\n')}` : '';
    })
    .filter(Boolean);
}

const explanation = ({ help, choices, env, commands: only }, of) =>
  [choices ? `${help}: ${choices.join(', ')}` : help, env && `[${env}]`, of && only && `(${only.join(', ')} only)`]
    .filter(Boolean)
    .join(' ');

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
