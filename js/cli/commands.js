/** Every command, once: what it is for, what may stand behind it, what its help notes, and examples for that. */
export const commands = {
  list: {
    summary: 'write the ID of every group',
    note: 'By type (--by-type, or --group-type several times), csv and csv-safe have the columns groupType,groupId, ndjson is {"groupType":"Public","groupId":"..."}, and json has groupIdsByType; ids are IDs alone, type after type.',
    examples: [
      ['try it without an account', 'list --sandbox'],
      ['into a file that appears when it is complete', 'list -f csv -o groups.csv'],
      ['a listing that can be killed and run again', 'list -o groups.txt --resume groups.checkpoint'],
      ['for a spreadsheet: no ID becomes a formula', 'list -f csv-safe -o sheet.csv'],
      ['the type of each group', 'list --by-type -f csv -o types.csv'],
      ['communities only, counted by another program', 'list --group-type Community | wc -l'],
      ['the key from another program', 'list --secret-key-file - < key.txt > groups.txt'],
    ],
  },
  count: {
    summary: 'write how many groups there are',
    note: 'By type (--by-type, or --group-type several times), the output is a line per type and one for the total: the number, a space and the name, as wc writes it. Each type is a call, at one call per second. With --format json it is {"totalCount":7} or {"totalCount":7,"totalCountByType":{"Public":7}}.',
    examples: [
      ['try it without an account', 'count --sandbox'],
      ['all groups', 'count'],
      ['per type, for a program', 'count --by-type -f json'],
      ['of two types, and together', 'count --group-type Public --group-type Community'],
      ['through a signing proxy (its token: TENCENT_CHAT_PROXY_TOKEN)', 'count --proxy https://chat-proxy.example.com'],
    ],
  },
  check: {
    summary: 'check whether the set-up works, and say what to do if not',
    note: 'It looks at the credential (never at its value), the region, the UserSig, the network and the clock, and asks once for the number of groups. A line begins with ok, warning, failed or skipped; what to do stands below it. With --format json it is {"ok":true,"checks":[{"check":"count","status":"ok","detail":"..."}]}.',
    examples: [
      ['before a long run, or for support', 'check'],
      ['through a signing proxy', 'check --proxy https://chat-proxy.example.com'],
      ['in a script', 'check -f json > check.json'],
    ],
  },
  completion: {
    summary: 'write a script that makes a shell complete commands, flags and values',
    argument: ['bash', 'zsh', 'fish'],
    examples: [
      ['bash: in ~/.bashrc', 'eval "$(tencent-chat-groups completion bash)"'],
      ['zsh: in ~/.zshrc, after compinit', 'eval "$(tencent-chat-groups completion zsh)"'],
      ['fish: in ~/.config/fish/config.fish', 'completion fish | source'],
    ],
  },
  help: {
    summary: 'explain a command',
    argument: ['list', 'count', 'check', 'completion'],
    optional: true,
    examples: [],
  },
};
