/** Scripts that make shells complete the command line, made of the tables of commands and flags. */
import { commands } from './commands.js';
import { belongs, flagOf, flags } from './flags.js';

const names = Object.keys(commands);
const called = 'tencent-chat-groups';

/** The script for a shell: 'bash', 'zsh' or 'fish'. */
export const completion = (shell) => ({ bash, zsh, fish })[shell]();

const flagsOf = (command) => Object.keys(flags).filter((flag) => belongs(flag, command));
const long = (flag) => `--${flag}`;

/** Flags that complete alike: those with these values, those that take a file, those that take anything else. */
function kinds() {
  const choices = Object.entries(flags).filter(([, is]) => is.choices);
  const files = Object.keys(flags).filter((flag) => flags[flag].file);
  const others = Object.keys(flags).filter((flag) => flags[flag].value && !flags[flag].choices && !flags[flag].file);
  return { choices, files, others };
}

// For the bash of a Mac too, which is 3.2.
function bash() {
  const { choices, files, others } = kinds();
  const spellings = (flag) => `${long(flag)}${flags[flag].short ? `|-${flags[flag].short}` : ''}`;
  const values = choices.map(([flag, is]) => {
    const others = Object.entries(is.of ?? {}).map(
      ([command, of]) => `${command}) words='${of.choices.join(' ')}' ;; `,
    );
    const words = `words='${is.choices.join(' ')}'`;
    return `    ${spellings(flag)}) ${others.length > 0 ? `case $command in ${others.join('')}*) ${words} ;; esac` : words} ;;`;
  });
  const ofCommands = names.map((name) => {
    const { argument } = commands[name];
    return `    ${name}) words='${[...(argument ?? flagsOf(name).map(long)), '--help'].join(' ')}' ;;`;
  });
  return `# ${called}: completion for bash. In ~/.bashrc: eval "$(${called} completion bash)"
_tencent_chat_groups() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i IFS=$' \\t\\n'
  COMPREPLY=()
  # --format=csv is three words here.
  if [[ $word == '=' ]]; then word=''; elif [[ $before == '=' ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in ${names.join('|')}) command=\${COMP_WORDS[i]}; break ;; esac
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
    '') words='${[...names, '--help', '--version'].join(' ')}' ;;
${ofCommands.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _tencent_chat_groups ${called}
`;
}

function zsh() {
  const text = (help) => help.replace(/[[\]:]/g, '\\$&').replaceAll("'", "'\\''");
  const value = ({ value: takes, choices, file }) => {
    if (!takes) return '';
    return `:${takes}:${choices ? `(${choices.join(' ')})` : file ? '_files' : ' '}`;
  };
  const spec = (flag, command) => {
    const is = flagOf(flag, command);
    const what = `[${text(is.help)}]${value(is)}`;
    const name = `${long(flag)}${is.value ? '=' : ''}`;
    if (!is.short || !is.group) return `'${is.several ? '*' : ''}${name}${what}'`;
    return `'(-${is.short} ${long(flag)})'{-${is.short}${is.value ? '+' : ''},${name}}'${what}'`;
  };
  const ofCommands = names.map((name) => {
    const { argument } = commands[name];
    const specs = argument ? [`'1:${name}:(${argument.join(' ')})'`] : flagsOf(name).map((flag) => spec(flag, name));
    return `        ${name})\n          _arguments \\\n            ${[...specs, spec('help')].join(' \\\n            ')} ;;`;
  });
  const described = names.map((name) => `'${name}:${text(commands[name].summary)}'`);
  return `#compdef ${called}
# ${called}: completion for zsh. In ~/.zshrc, after compinit: eval "$(${called} completion zsh)"
_${called}() {
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
if [[ $funcstack[1] == _${called} ]]; then _${called} "$@"; else compdef _${called} ${called}; fi
`;
}

function fish() {
  const text = (help) => `'${help.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const begin = `complete -c ${called}`;
  const lines = [`${begin} -f`, `${begin} -l help -s h -d ${text(flags.help.help)}`];
  for (const name of names) {
    lines.push(`${begin} -n __fish_use_subcommand -a ${name} -d ${text(commands[name].summary)}`);
    const behind = `${begin} -n '__fish_seen_subcommand_from ${name}'`;
    const { argument } = commands[name];
    if (argument)
      lines.push(
        `${begin} -n '__fish_seen_subcommand_from ${name}; and test (count (commandline -opc)) -eq 2' -a '${argument.join(' ')}'`,
      );
    for (const flag of argument ? [] : flagsOf(name)) {
      const { value, choices, file, help, short } = flagOf(flag, name);
      const takes = choices ? ` -x -a '${choices.join(' ')}'` : file ? ' -r -F' : value ? ' -x' : '';
      lines.push(`${behind} -l ${flag}${short ? ` -s ${short}` : ''}${takes} -d ${text(help)}`);
    }
  }
  lines.push(`${begin} -n __fish_use_subcommand -l version -s v -d ${text(flags.version.help)}`);
  return `# ${called}: completion for fish. Once: ${called} completion fish > ~/.config/fish/completions/${called}.fish
${lines.join('\n')}
`;
}
