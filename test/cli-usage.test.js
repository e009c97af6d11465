// The command line used in wrong ways, and its help: every message says what is wrong and what to do.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { commands } from '../js/cli/commands.js';
import { belongs, flags } from '../js/cli/flags.js';
import { main } from '../js/cli/main.js';
import { nameIn } from '../js/cli/options.js';
import { colors } from '../js/cli/style.js';
import { closest } from '../js/cli/suggest.js';
import { printable } from '../js/cli/visible.js';
import { toError, wordsOf } from '../js/errors.js';
import { countGroups } from '../js/node.js';

/** Runs the command line in this process: nothing here gets as far as a call. */
async function run(args, env = {}, { input = [], isTTY } = {}) {
  const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY })];
  const written = [text(stdout), text(stderr)];
  const status = await main(args, env, { stdin: Readable.from(input), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await Promise.all(written);
  return { status, stdout: out, stderr: err };
}

const env = {
  TENCENT_CHAT_SDK_APP_ID: '1400000000',
  TENCENT_CHAT_IDENTIFIER: 'administrator',
  TENCENT_CHAT_SECRET_KEY: 'made-up',
};
const secret = 'e330fc1ae6a3b51f65ec2c54fb8f5c81af0b37d99660a3d004df3e5fcd18f1b6';

describe('tencent-chat-groups, used wrongly', () => {
  const wrong = [
    [['--format', 'csv'], /No command is given: give list, count or check\.\nSee tencent-chat-groups --help\./],
    [['lists'], /Unknown command 'lists': did you mean list\?/],
    [['toString'], /Unknown command 'toString'\. Valid commands: list, count, check, completion, help\./],
    [['list', 'everything'], /Unexpected argument 'everything' after list\.\nSee tencent-chat-groups list --help\./],
    [['list', '--fomat', 'csv'], /Unknown flag --fomat: did you mean --format\?/],
    [['list', '--groupType', 'Public'], /Unknown flag --groupType: did you mean --group-type\?/],
    [['list', '-limit', '5'], /Unknown flag -limit: did you mean --limit\?/],
    [['list', '--type', 'Public'], /Unknown flag --type: did you mean --group-type\?/],
    [['list', '--json'], /Unknown flag --json: did you mean --format json\?/],
    [['count', '--json'], /Unknown flag --json: did you mean --format json\?/],
    [['list', '--CSV-safe'], /Unknown flag --CSV-safe: did you mean --format csv-safe\?/],
    [['count', '--csv'], /Unknown flag --csv\.\n/],
    [['list', '--community'], /Unknown flag --community: did you mean --group-type Community\?/],
    [['list', '--tokyo'], /Unknown flag --tokyo: did you mean --region tokyo\?/],
    [['list', '-output', 'x'], /Unknown flag -output: did you mean --output\?/],
    [['list', '-fcsv'], /Unknown flag -fcsv: did you mean -f csv\?/],
    [['list', '-o=groups.txt'], /Unknown flag -o: did you mean -o groups.txt\?/],
    [['list', '-qf', 'csv'], /Unknown flag -qf/],
    [['list', '-o'], /--output needs a value: --output FILE\./],
    [['list', '-f', 'xml'], /--format must be one of ids, .*; got 'xml'/],
    [['list', '-f', 'csv', '--format', 'csv'], /--format is given twice/],
    [['count', '-f', 'csv'], /--format must be one of text, json; got 'csv'\.\n/],
    [['count', '--format', 'jsn'], /--format must be one of text, json; got 'jsn': did you mean json\?/],
    [['list', '--quiet', '--verbose'], /--quiet and --verbose are both given: give one of them\./],
    [['list', '--sandbox', '--limit', '0'], /: --limit must be a whole number from 1 to 10000; got 0/],
    [['list', '--sandbox', '--next', 'x'], /: --next must be a cursor/],
    [['list', '--sandbox', '--max-pages', '0'], /: --max-pages must be/],
    [['list', '--sandbox', '--format', 'xml'], /--format must be one of/],
    [['list', '--sandbox', '--resume', 'x'], /--resume needs --output/],
    [['list', '--sandbox', '--group-type', 'public'], /--group-type must be one of .*did you mean Public\?/],
    [['count', '--sandbox', '--timeout-ms', '0'], /: --timeout-ms must be/],
    [['list', '--out=x'], /Unknown flag --out: did you mean --output\?/],
    [['list', '--__proto__'], /Unknown flag --__proto__\./],
    [['list', '--colour'], /Unknown flag --colour\.\n/],
    [['list', '--limit'], /--limit needs a value: --limit N\./],
    [['list', '--limit', '--format', 'csv'], /--limit needs a value/],
    [['list', '--limit='], /--limit is empty: give --limit N\./],
    [['list', '--limit', '5', '--limit', '6'], /--limit is given twice/],
    [['list', '--sandbox=yes'], /--sandbox takes no value/],
    [['list', '--limit', '20000'], /: --limit must be a whole number from 1 to 10000; got 20000/],
    [['list', '--limit', '-1'], /: --limit must be a whole number from 1 to 10000; got -1/],
    [['list', '--limit', 'many'], /got the string 'many'/],
    [
      ['list', '--group-type', 'public'],
      /--group-type must be one of .*Meeting; got the string 'public': did you mean Public\?/,
    ],
    [
      ['list', '--by-type', '--group-type', 'Public'],
      /--by-type lists the groups of every type: leave out --group-type\./,
    ],
    [['count', '--by-type=yes'], /--by-type takes no value/],
    [
      ['count', '--group-type', 'each'],
      /: --group-type takes one type: repeat it for several types, or give --by-type for all\./,
    ],
    [['list', '--group-type', 'Public,Community'], /--group-type takes one type: repeat it/],
    [
      ['list', '--group-type', 'Public', '--group-type', 'Comunity'],
      /--group-type must be one .*did you mean Community\?/,
    ],
    [['list', '--group-type', 'Work', '--group-type', 'Private'], /: --group-type has Private twice\./],
    [['list', '--group-type', 'Public', '--group-type', ''], /--group-type is empty: give --group-type TYPE\./],
    [
      ['list', '--by-type', '--next', '7'],
      /: --next is a cursor of one group type, but several are asked for: resume from a checkpoint instead\./,
    ],
    [['completion', 'bash', '--by-type'], /--by-type is a flag of list and count, not of completion/],
    [['list', '--format', 'xml'], /--format must be one of ids, ndjson, csv, csv-safe, json; got 'xml'\./],
    [['list', '--format', 'jsno'], /did you mean json\?/],
    [['list', '--format', 'toString'], /got 'toString'/],
    [['list', '--output', ''], /--output is empty: give --output FILE\./],
    [['list', '--resume', 'x'], /--resume needs --output/],
    [['list', '--resume', 'x', '--output', '-'], /--resume needs --output/],
    [['list', '--resume', 'x', '--output', 'y', '--format', 'json'], /--resume cannot append to json/],
    [['count', '--output', 'x'], /--output is a flag of list, not of count\.\nSee tencent-chat-groups count --help\./],
    [['completion', '--sandbox'], /completion needs an argument: bash, zsh or fish/],
    [['completion', 'bash', '--sandbox'], /--sandbox is a flag of list, count and check, not of completion/],
    [['completion', 'tcsh'], /argument of completion must be bash, zsh or fish; got 'tcsh'/],
    [['help', 'me'], /argument of help must be list, count, check or completion; got 'me'/],
    [['count', '--secret-key-file', '/no/such/file'], /The file of --secret-key-file cannot be read: .* \(ENOENT\)\./],
    [['count', '--secret-key-file', '/'], /cannot be read: it is a folder \(EISDIR\)/],
    [['count', '--secret-key-file', '/dev/zero'], /is too long to hold a key/],
    [['count', '--secret-key-file', '-'], /is empty/],
    [['count', '--secret-key-file', 'x', '--proxy', 'https://x.example'], /are both given: give one of them/],
    [['count', '--proxy', 'http://proxy.example'], /--proxy must be https/],
    [
      ['count', '--proxy', 'http://corp:8080'],
      /--proxy must be https: .* --proxy is for a signing proxy, not for an HTTP proxy of the network\.\n/,
    ],
    [
      ['count', '--endpoint', 'https://console.tim.qq.com/v4/group_open_http_svc/get_appid_group_list'],
      /: --endpoint must be the base URL: leave out \/v4\/group_open_http_svc and everything after it; got/,
    ],
    [['count', '--endpoint', 'nowhere'], /--endpoint must begin with https/],
    [['count', '--region', 'china', '--endpoint', 'https://x.example'], /--endpoint and --region are both given/],
    [['count', '--sandbox', '--region', 'china'], /--sandbox has an app of its own: leave out --region/],
    [['count'], /No credential is given.*\n.*list --sandbox\n/, { TENCENT_CHAT_SECRET_KEY: '' }],
    [['count'], /SECRET_KEY and TENCENT_CHAT_USER_SIG are both set/, { TENCENT_CHAT_USER_SIG: 'x' }],
    [['count'], /--sdk-app-id is missing/, { TENCENT_CHAT_SDK_APP_ID: '' }],
    [['count'], /: TENCENT_CHAT_SDK_APP_ID must be a whole number/, { TENCENT_CHAT_SDK_APP_ID: 'app' }],
    [['count'], /: TENCENT_CHAT_REGION must be one of .*did you mean china\?/, { TENCENT_CHAT_REGION: 'chna' }],
    [['count'], /REGION and .*ENDPOINT are both set/, { TENCENT_CHAT_REGION: 'x', TENCENT_CHAT_ENDPOINT: 'y' }],
  ];
  for (const [args, message, more] of wrong) {
    it(`says in two lines what is wrong with '${args.join(' ')}'${more ? ` and ${Object.keys(more)}` : ''}`, async () => {
      const { status, stdout, stderr } = await run(args, { ...env, ...more });
      assert.match(stderr, message);
      assert.match(stderr, /^tencent-chat-groups: [^\n]+\nSee tencent-chat-groups [^\n]+\n$/);
      assert.equal(stdout, '');
      assert.equal(status, 2);
    });
  }

  it('never repeats a secret that was given in a wrong place', async () => {
    for (const args of [
      ['count', '--secret-key', secret],
      ['count', `--secret-key=${secret}`],
      ['count', '--secretKey', secret],
      ['count', '--user-sig', secret],
      ['count', secret],
      [secret],
      ['list', '--format', secret],
      ['count', `--${secret}`],
      ['count', '--secret-key-file', secret],
      ['completion', secret],
      ['count', '--sdk-app-id', secret],
      ['count', '--region', secret],
      ['count', '--group-type', secret],
      ['count', '--group-type', 'Public', '--group-type', secret],
      ['count', '--group-type', `${secret},`],
      ['list', '--next', secret],
      ['count', '--proxy', secret],
      ['count', '--endpoint', secret],
    ]) {
      const { status, stderr } = await run(args, env);
      assert.ok(!stderr.includes(secret), stderr);
      assert.equal(status, 2);
    }
    const { stderr } = await run(['count', '--secret-key', secret], env);
    assert.match(stderr, /Secrets cannot be given as flags, .*\nSet TENCENT_CHAT_SECRET_KEY/);
  });

  it('explains how to begin when no argument is given', async () => {
    const { status, stdout, stderr } = await run([]);
    assert.match(stderr, /\n {2}tencent-chat-groups list --sandbox\n/);
    assert.match(stderr, /\n {2}tencent-chat-groups list --sdk-app-id 1400000000 \\\n.*--secret-key-file key.txt\n/);
    assert.ok(stderr.split('\n').length < 14, 'it is a short page');
    assert.ok(stderr.split('\n').every((line) => line.length <= 80));
    assert.equal(stdout, '');
    assert.equal(status, 2);
  });
});

describe('the help of tencent-chat-groups', () => {
  it('has every flag, variable, exit status and examples', async () => {
    const { status, stdout } = await run(['--help']);
    assert.equal(status, 0);
    for (const [flag, { value, env: variable, choices = [] }] of Object.entries(flags)) {
      for (const part of [`--${flag}${value ? ` ${value}` : ''}`, variable ?? '', ...choices]) {
        assert.ok(stdout.includes(part), part);
      }
    }
    for (const part of ['TENCENT_CHAT_SECRET_KEY', 'Exit status: 0', 'Examples'])
      assert.ok(stdout.includes(part), part);
    assert.ok(stdout.split('\n').every((line) => line.length <= 80));
  });

  it('of a command is the same by each flag and command, and has only its own flags and examples', async () => {
    for (const command of Object.keys(commands)) {
      const [{ stdout, status }, ...others] = await Promise.all([
        run([command, '--help']),
        run(['help', command].filter((word, i) => i === 0 || word !== 'help').concat(command === 'help' ? ['-h'] : [])),
        run(['-h', command]),
        run([command, '--limit', '--no-such-flag', '--help']),
      ]);
      assert.equal(status, 0);
      for (const other of others) assert.equal(other.stdout, stdout);
      assert.match(stdout, new RegExp(`Usage: tencent-chat-groups ${command} `));
      for (const flag of Object.keys(flags)) {
        assert.equal(
          new RegExp(`^ {2}(-\\w, )?--${flag}\\b`, 'm').test(stdout),
          belongs(flag, command),
          `${command} --${flag}`,
        );
      }
      if (commands[command].note) assert.ok(stdout.replace(/\s+/g, ' ').includes(commands[command].note));
      for (const [, line] of commands[command].examples) assert.ok(stdout.includes(line));
      assert.ok(stdout.split('\n').every((line) => line.length <= 80));
    }
    assert.equal((await run(['help'])).stdout, (await run(['--help'])).stdout);
  });

  it('has no example that the command line would refuse', async () => {
    for (const { examples } of Object.values(commands)) {
      for (const [, line] of examples) {
        const words = line
          .replace(/^eval "\$\(tencent-chat-groups (.*)\)"/, '$1')
          .split(/ [<>|] /)[0]
          .split(' ');
        // Nothing may be called: what is complained about is what the examples take for granted, or else the timeout.
        const never = ['list', 'count', 'check'].includes(words[0]) ? ['--timeout-ms', '0'] : [];
        const { stderr } = await run([...words.filter((word) => word !== '--sandbox'), ...never]);
        if (never.length === 0) assert.equal(stderr, '');
        else
          assert.match(
            stderr,
            /: (No credential is given|The file of --secret-key-file (cannot|is empty)|--timeout-ms must be)/,
          );
      }
    }
  });

  it('--version prints the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    for (const args of [['--version'], ['-v'], ['list', '--version']]) {
      assert.equal((await run(args)).stdout, `${version}\n`);
    }
  });

  it('names the values that the engine accepts', async () => {
    for (const [flag, is] of Object.entries(flags).filter(([, { option, choices }]) => option && choices)) {
      const wrong = { proxy: 'https://proxy.example', [is.option]: is.repeatable ? ['wrong'] : 'wrong' };
      if (is.option === 'region')
        Object.assign(wrong, { proxy: undefined, secretKey: 'x', sdkAppId: 1, identifier: 'x' });
      await assert.rejects(countGroups(wrong), ({ message }) => {
        const accepted = /must be one of (.*); got/.exec(message)[1].split(', ');
        assert.deepEqual(accepted.sort(), [...is.choices].sort(), flag);
        return true;
      });
    }
  });
});

describe('messages', () => {
  it('name each option as it was given, or by its flag or variable', () => {
    const say = (message, hint, names = {}) =>
      wordsOf(toError({ kind: 'validation', message, hint, retryable: false }), nameIn(names));
    for (const [message, names, expected] of [
      ['{option:limit} must be a whole number; got 0', {}, '--limit must be a whole number; got 0'],
      ['{option:timeoutMs} is wrong: see {option:maxRetries}', {}, '--timeout-ms is wrong: see --max-retries'],
      ['{option:resume} belongs to the next region', {}, '--resume belongs to the next region'],
      ['{option:region} must be a', { region: 'TENCENT_CHAT_REGION' }, 'TENCENT_CHAT_REGION must be a'],
      ['{option:userSig} is a secret key', {}, 'TENCENT_CHAT_USER_SIG is a secret key'],
      ['{option:onProgress} must be a function', {}, 'onProgress must be a function'],
      ['no option: {option:} {limit} {option:limit', {}, 'no option: {option:} {limit} {option:limit'],
    ]) {
      assert.deepEqual(say(message, message, names), { message: expected, hint: expected });
    }
    assert.deepEqual(say('It failed.'), { message: 'It failed.', hint: '' });
  });

  it('hold no control characters, whatever a server says', () => {
    assert.equal(printable('a\x1b[31m\r\nb\u0007\u202ec\u009b'), 'a\\u{1b}[31m b\\u{7}\\u{202e}c\\u{9b}');
  });

  it('are colored only on a terminal, unless the environment overrides it', async () => {
    const prefix = async (env, isTTY) => (await run(['lists'], env, { isTTY })).stderr.split(' ')[0];
    assert.equal(await prefix({}, true), '\x1b[1;31mtencent-chat-groups:\x1b[0m');
    assert.equal(await prefix({}, false), 'tencent-chat-groups:');
    assert.equal(await prefix({ NO_COLOR: '1' }, true), 'tencent-chat-groups:');
    assert.equal(await prefix({ TERM: 'dumb' }, true), 'tencent-chat-groups:');
    assert.equal(await prefix({ NO_COLOR: '1', FORCE_COLOR: '1' }, false), '\x1b[1;31mtencent-chat-groups:\x1b[0m');
    assert.equal(await prefix({ FORCE_COLOR: '0' }, true), 'tencent-chat-groups:');
    assert.equal(colors({ isTTY: true }, { NO_COLOR: '' }).green('x'), '\x1b[32mx\x1b[39m');
  });

  it('suggest a close name, or none', () => {
    const names = ['list', 'count', 'check', 'completion', 'help'];
    for (const [given, near] of [
      ['lsit', 'list'],
      ['LIST', 'list'],
      ['cuont', 'count'],
      ['comp', 'completion'],
      ['co', undefined],
      ['everything', undefined],
      ['', undefined],
      ['--', undefined],
    ]) {
      assert.equal(closest(given, names), near, given);
    }
  });
});

describe('a key in a file', () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('that is empty is reported', async () => {
    await writeFile(join(folder, 'empty'), ' \n');
    const { status, stderr } = await run(['count', '--secret-key-file', join(folder, 'empty')], env);
    assert.match(stderr, /The file of --secret-key-file is empty/);
    assert.equal(status, 2);
  });
});
