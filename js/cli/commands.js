/** Every command, once: what it is for, what may stand behind it, what its help notes, and examples for that. */
export const commands = {
  list: {
    summary: 'write the ID of every group',
    note: 'By type (--by-type, or --group-type several times), csv and csv-safe have the columns groupType,groupId, ndjson is {"groupType":"Public","groupId":"..."}, and json has groupIdsByType; ids are IDs alone, type after type.',
    examples: [
      ['try it without an account', 'list --sandbox'],
      [
        'into a file that appears when it is complete',
        'list --secret-key-file key.txt --format csv --output groups.csv',
      ],
      [
        'run it again until it is done, whatever happens in between',
        'list --secret-key-file key.txt --output groups.txt --resume groups.checkpoint',
      ],
      ['for a spreadsheet, in which no ID becomes a formula', 'list --format csv-safe --output groups.csv'],
      ['the key out of a password manager', 'list --secret-key-file - < <(pass show chat-key)'],
      ['communities only, counted by another program', 'list --group-type Community | wc -l'],
      ['which group is of which type', 'list --secret-key-file key.txt --by-type --format csv'],
    ],
  },
  count: {
    summary: 'write how many groups there are',
    note: 'By type (--by-type, or --group-type several times), it is a line a type and one for the total: the number, a space and the name, as wc has it, in a pipe too. Each type is a call, and there is one a second.',
    examples: [
      ['try it without an account', 'count --sandbox'],
      ['all groups', 'count --secret-key-file key.txt'],
      ['of one type, through a proxy that signs', 'count --proxy https://chat-proxy.example.com --group-type Public'],
      ['of every type, and together', 'count --secret-key-file key.txt --by-type'],
      ['of two types, and together', 'count --secret-key-file key.txt --group-type Public --group-type Community'],
    ],
  },
  completion: {
    summary: 'write a script that makes a shell complete commands, flags and values',
    argument: ['bash', 'zsh', 'fish'],
    examples: [
      ['bash: in ~/.bashrc', 'eval "$(tencent-chat-groups completion bash)"'],
      ['zsh: in ~/.zshrc, after compinit', 'eval "$(tencent-chat-groups completion zsh)"'],
      ['fish: once', 'completion fish > ~/.config/fish/completions/tencent-chat-groups.fish'],
    ],
  },
  help: { summary: 'explain a command', argument: ['list', 'count', 'completion'], optional: true, examples: [] },
};
