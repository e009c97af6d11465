// Completion: what a real bash offers, and that the other shells' scripts know every command and flag.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commands } from '../js/cli/commands.js';
import { completion } from '../js/cli/completion.js';
import { belongs, flags } from '../js/cli/flags.js';
import { run, shell } from './support/cli.js';

describe('completion', () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    await writeFile(join(folder, 'my groups.txt'), '');
    await writeFile(join(folder, 'key.txt'), '');
  });
  after(() => rm(folder, { recursive: true }));

  /** What bash offers for words of which the last is being typed. */
  async function offered(...words) {
    const typed = ['tencent-chat-groups', ...words].map((word) => `'${word}'`);
    const line = `cd '${folder}'; set -u; eval "$SCRIPT"
      COMP_WORDS=(${typed.join(' ')}); COMP_CWORD=${words.length}; $(complete -p tencent-chat-groups | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      printf '%s\\n' "\${COMPREPLY[@]-}"`;
    const { stdout, stderr, status } = await shell(line, { SCRIPT: completion('bash') });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    return stdout.split('\n').filter(Boolean);
  }

  const flagsOf = (command) => [
    ...Object.keys(flags)
      .filter((flag) => belongs(flag, command))
      .map((flag) => `--${flag}`),
    '--help',
  ];

  it('in bash offers commands, then flags, then values', async () => {
    for (const [words, offers] of [
      [[''], [...Object.keys(commands), '--help', '--version']],
      [['co'], ['count', 'completion']],
      [['list', ''], flagsOf('list')],
      [['count', '--'], flagsOf('count')],
      [['count', '--fo'], ['--format']],
      [['count', '--re'], ['--region']],
      [
        ['count', '--format', ''],
        ['text', 'json'],
      ],
      [['list', '-f', 'csv-'], ['csv-safe']],
      [['list', '-o', 'my'], ['my groups.txt']],
      [['list', '--limit', '5', '--fo'], ['--format']],
      [
        ['list', '--format', ''],
        ['ids', 'ndjson', 'csv', 'csv-safe', 'json'],
      ],
      [['list', '--format', '=', 'n'], ['ndjson']],
      [
        ['list', '--format', '='],
        ['ids', 'ndjson', 'csv', 'csv-safe', 'json'],
      ],
      [['--group-type', 'Pu'], ['Public']],
      [
        ['list', '--region', 's'],
        ['singapore', 'seoul', 'silicon-valley'],
      ],
      [['list', '--limit', ''], []],
      [['list', '--secret-key-file', 'k'], ['key.txt']],
      [['list', '--output', 'my'], ['my groups.txt']],
      [
        ['completion', ''],
        ['bash', 'zsh', 'fish', '--help'],
      ],
      [['help', 'l'], ['list']],
    ]) {
      assert.deepEqual(await offered(...words), offers, words.join(' '));
    }
  });

  for (const shellName of commands.completion.argument) {
    it(`for ${shellName} knows every command, flag and value`, async () => {
      const { status, stdout } = await run(['completion', shellName]);
      assert.equal(status, 0);
      for (const command of Object.keys(commands)) assert.match(stdout, new RegExp(`\\b${command}\\b`));
      for (const [flag, { choices = [] }] of Object.entries(flags)) {
        assert.match(stdout, new RegExp(shellName === 'fish' ? `-l ${flag} ` : `--${flag}\\b`));
        for (const choice of choices) assert.match(stdout, new RegExp(`\\b${choice}\\b`));
      }
    });
  }
});
