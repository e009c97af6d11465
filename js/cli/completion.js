/** The shells' completion scripts, built from the tables of commands and flags. */
import { commandNames, commands } from './commands.js';
import { belongs, flagNames, flagOf, flags } from './flags.js';

/**
 * @import { CommandName } from './commands.js'
 * @import { Flag, FlagName } from './flags.js'
 */

/** @typedef {'bash' | 'zsh' | 'fish'} Shell */

const program = 'tencent-chat-groups';

/**
 * Returns a shell's script.
 * @param {Shell} shell
 */
export const completion = (shell) => ({ bash, zsh, fish })[shell]();

/** @param {CommandName} command */
const flagsOf = (command) => flagNames.filter((flag) => belongs(flag, command));
/** @param {FlagName} flag */
const long = (flag) => `--${flag}`;

/** bash 3.2 must understand it: macOS has no later version. */
function bash() {
  /** @param {FlagName} flag */
  const spellings = (flag) => `${long(flag)}${flags[flag].short ? `|-${flags[flag].short}` : ''}`;
  const files = flagNames.filter((flag) => flags[flag].file);
  const others = flagNames.filter((flag) => flags[flag].value && !flags[flag].choices && !flags[flag].file);
  const values = flagNames.flatMap((name) => {
    const { choices, perCommand } = flags[name];
    if (!choices) return [];
    const cases = Object.entries(perCommand ?? {}).map(
      ([command, own]) => `${command}) words='${own.choices.join(' ')}' ;; `,
    );
    const words = `words='${choices.join(' ')}'`;
    return [
      `    ${spellings(name)}) ${perCommand ? `case $command in ${cases.join('')}*) ${words} ;; esac` : words} ;;`,
    ];
  });
  const ofCommands = commandNames.map((name) => {
    const { argument } = commands[name];
    return `    ${name}) words='${[...(argument ?? flagsOf(name).map(long)), '--help'].join(' ')}' ;;`;
  });
  return `# ${program}: completion for bash. In ~/.bashrc: eval "$(${program} completion bash)"
_tencent_chat_groups() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i IFS=$' \\t\\n'
  COMPREPLY=()
  # --format=csv is three words here.
  if [[ $word == '=' ]]; then word=''; elif [[ $before == '=' ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in ${commandNames.join('|')}) command=\${COMP_WORDS[i]}; break ;; esac
  done
  case $before in
${values.join('\n')}
    ${files.map(spellings).join('|')})
      compopt -o filenames 2>/dev/null
      IFS=$'\\n'
      COMPREPLY=($(compgen -f -- "$word"))
      return ;;
    ${others.map(spellings).join('|')}) return ;;
  esac
  [[ $words ]] || case $command in
    '') words='${[...commandNames, '--help', '--version'].join(' ')}' ;;
${ofCommands.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _tencent_chat_groups ${program}
`;
}

function zsh() {
  /** @param {string} help */
  const text = (help) => help.replace(/[[\]:]/g, '\\$&').replaceAll("'", "'\\''");
  /** @param {Flag} flag */
  const value = ({ value: takes, choices, file }) => {
    if (!takes) return '';
    return `:${takes}:${choices ? `(${choices.join(' ')})` : file ? '_files' : ' '}`;
  };
  /**
   * @param {FlagName} name
   * @param {CommandName} [command]
   */
  const spec = (name, command) => {
    const flag = flagOf(name, command);
    const { short } = flag;
    const action = `[${text(flag.help)}]${value(flag)}`;
    const spelling = `${long(name)}${flag.value ? '=' : ''}`;
    if (!short || !flag.section) return `'${flag.repeatable ? '*' : ''}${spelling}${action}'`;
    return `'(-${short} ${long(name)})'{-${short}${flag.value ? '+' : ''},${spelling}}'${action}'`;
  };
  const ofCommands = commandNames.map((name) => {
    const { argument } = commands[name];
    const specs = argument ? [`'1:${name}:(${argument.join(' ')})'`] : flagsOf(name).map((flag) => spec(flag, name));
    const lines = [...specs, spec('help')].join(' \\\n            ');
    return `        ${name})\n          _arguments \\\n            ${lines} ;;`;
  });
  const described = commandNames.map((name) => `'${name}:${text(commands[name].summary)}'`);
  return `#compdef ${program}
# ${program}: completion for zsh. In ~/.zshrc, after compinit: eval "$(${program} completion zsh)"
_${program}() {
  local context state line
  local -a commands=(
    ${described.join('\n    ')}
  )
  _arguments -C '1: :->command' '*:: :->rest' ${spec('help')} ${spec('version')}
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${ofCommands.join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

function fish() {
  /** @param {string} help */
  const text = (help) => `'${help.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const begin = `complete -c ${program}`;
  const lines = [`${begin} -f`, `${begin} -l help -s h -d ${text(flags.help.help)}`];
  for (const name of commandNames) {
    lines.push(`${begin} -n __fish_use_subcommand -a ${name} -d ${text(commands[name].summary)}`);
    const flagLine = `${begin} -n '__fish_seen_subcommand_from ${name}'`;
    const { argument } = commands[name];
    if (argument) {
      const first = `'__fish_seen_subcommand_from ${name}; and test (count (commandline -opc)) -eq 2'`;
      lines.push(`${begin} -n ${first} -a '${argument.join(' ')}'`);
    }
    for (const flag of argument ? [] : flagsOf(name)) {
      const { value, choices, file, help, short } = flagOf(flag, name);
      const takes = choices ? ` -x -a '${choices.join(' ')}'` : file ? ' -r -F' : value ? ' -x' : '';
      lines.push(`${flagLine} -l ${flag}${short ? ` -s ${short}` : ''}${takes} -d ${text(help)}`);
    }
  }
  lines.push(`${begin} -n __fish_use_subcommand -l version -s v -d ${text(flags.version.help)}`);
  const file = `~/.config/fish/completions/${program}.fish`;
  return `# ${program}: completion for fish. Once: ${program} completion fish > ${file}
${lines.join('\n')}
`;
}
