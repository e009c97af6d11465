// The script of docs/guide/resume.md for cron, as it is there, over some days: with failures of the service, killed at
// each of its steps, and beside another run. In the end each day has its file, with every group once.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, readdir, readFile, truncate } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { faultFile } from './support/faults.js';
import { PageFolder } from './support/page-folder.js';
import { snippetsOf } from './support/snippets.js';

const flags = ['--groups', '30000', '--interval', '0s']; // three pages, a second apart
const preload = new URL('support/to-sandbox.js', import.meta.url).href;
const [script] = (await snippetsOf('docs/guide/resume.md')).filter(({ file }) => file === 'nightly.sh');

describe('docs/guide/resume.md: the script for cron', () => {
  let folder;
  let sandbox;
  let groupIds;
  before(async () => {
    groupIds = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    sandbox = await startSandbox(flags);
    folder = await PageFolder.open();
    await folder.save('nightly.sh', script.code);
    // A clock that can be set, and commands before which the script is killed.
    await mkdir(join(folder.path, 'stubs'));
    const stubs = { date: 'test "$*" = +%Y-%m-%d && echo "$TODAY"' };
    for (const name of ['rm', 'mv'])
      stubs[name] = `test "$KILL_AT" = ${name} && kill -9 $PPID || exec /bin/${name} "$@"`;
    for (const [name, code] of Object.entries(stubs)) {
      await folder.save(`stubs/${name}`, `#!/bin/sh\n${code}\n`);
      await chmod(join(folder.path, 'stubs', name), 0o755);
    }
  });
  after(async () => {
    await sandbox?.stop();
    await folder?.close();
  });

  function start(day, { killAt = '', at = sandbox } = {}) {
    const child = spawn('sh', ['nightly.sh'], {
      cwd: folder.path,
      env: {
        PATH: [join(folder.path, 'stubs'), dirname(process.execPath), process.env.PATH].join(delimiter),
        NODE_OPTIONS: `--import=${preload}`,
        SANDBOX_ENDPOINT: at.options.endpoint,
        TODAY: day,
        KILL_AT: killAt,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own, which can be killed
    });
    const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
      ([[status, signal], stdout, stderr]) => ({ status, signal, output: stdout + stderr }),
    );
    return { child, ended };
  }

  const run = (...args) => start(...args).ended;

  async function runWithFaults(day, faults) {
    const file = await faultFile(faults);
    const at = await startSandbox([...flags, '--faults', file.path]);
    try {
      return await run(day, { at });
    } finally {
      await at.stop();
      await file.remove();
    }
  }

  /** Waits until so many calls more have arrived. */
  async function calls(count) {
    const wanted = sandbox.calls.length + count;
    while (sandbox.calls.length < wanted) await once(sandbox.events, 'call');
  }

  const lists = async () => (await readdir(folder.path)).filter((name) => name.startsWith('groups-')).sort();

  /** Demands that there is a list for each of these days, with every group once, and nothing else. */
  async function assertDone(...days) {
    assert.deepEqual(
      await lists(),
      days.map((day) => `groups-${day}.txt`),
    );
    for (const day of days) {
      assert.equal(await readFile(join(folder.path, `groups-${day}.txt`), 'utf8'), `${groupIds.join('\n')}\n`, day);
    }
  }

  const well = { status: 0, signal: null, output: '' };
  const unfinished = (day) => [`groups-${day}.checkpoint`, `groups-${day}.part`];

  it('fails with status 1 when the service refuses, keeps what was listed, and resumes', async () => {
    const { status, output } = await runWithFaults('2026-11-01', [{ fault: 'code', call: 2, code: 10007 }]);
    assert.equal(status, 1);
    assert.match(output, /10007/);
    assert.deepEqual(await lists(), unfinished('2026-11-01'));
    const before = sandbox.calls.length;
    assert.deepEqual(await run('2026-11-01'), well);
    assert.equal(sandbox.calls.length, before + 2); // the first page was not listed again
    await assertDone('2026-11-01');
  });

  it('does nothing when the list of the day exists', async () => {
    const before = sandbox.calls.length;
    assert.deepEqual(await run('2026-11-01'), well);
    assert.equal(sandbox.calls.length, before);
  });

  it('resumes after kill -9 of everything, and on the next day lists that day as well', async () => {
    for (let kills = 0; kills < 2; kills++) {
      const { child, ended } = start('2026-11-02');
      await calls(2);
      process.kill(-child.pid, 'SIGKILL');
      assert.equal((await ended).signal, 'SIGKILL');
      assert.deepEqual((await lists()).slice(1), unfinished('2026-11-02'));
    }
    assert.deepEqual(await run('2026-11-03'), well);
    await assertDone('2026-11-01', '2026-11-02', '2026-11-03');
  });

  it('ends with the status of a command that was killed', async () => {
    const { child, ended } = start('2026-11-04');
    await calls(2);
    const { stdout } = await promisify(execFile)('pgrep', ['-P', String(child.pid)]);
    process.kill(Number(stdout), 'SIGKILL');
    assert.equal((await ended).status, 128 + 9);
    assert.deepEqual((await lists()).slice(3), unfinished('2026-11-04'));
  });

  it('is refused while another run lists, also one that lost its script', async () => {
    const { child, ended } = start('2026-11-04');
    await calls(1);
    child.kill('SIGKILL'); // the command goes on
    const { status, output } = await run('2026-11-04');
    assert.equal(status, 1);
    assert.match(output, /Another run of this command is writing/);
    await ended;
    assert.deepEqual((await lists()).slice(3), unfinished('2026-11-04'));
    const before = sandbox.calls.length;
    assert.deepEqual(await run('2026-11-04'), well);
    assert.equal(sandbox.calls.length, before);
    await assertDone(...['01', '02', '03', '04'].map((day) => `2026-11-${day}`));
  });

  it('finishes on the next day what was killed between listing and naming', async () => {
    assert.equal((await run('2026-11-05', { killAt: 'rm' })).signal, 'SIGKILL');
    assert.equal((await run('2026-11-06', { killAt: 'mv' })).signal, 'SIGKILL');
    assert.deepEqual((await lists()).slice(4), ['groups-2026-11-05.part']);
    assert.deepEqual(await run('2026-11-06'), well);
    await assertDone(...['01', '02', '03', '04', '05', '06'].map((day) => `2026-11-${day}`));
  });

  it('ends with status 2 and changes nothing when somebody changed the list, and continues when that is undone', async () => {
    await runWithFaults('2026-11-07', [{ fault: 'code', call: 2, code: 10007 }]);
    const part = join(folder.path, 'groups-2026-11-07.part');
    const { length } = await readFile(part);
    await appendFile(part, 'x');
    const { status, output } = await run('2026-11-07');
    assert.equal(status, 2);
    assert.match(output, /does not record/);
    await truncate(part, length);
    assert.deepEqual(await run('2026-11-08'), well);
    await assertDone(...['01', '02', '03', '04', '05', '06', '07', '08'].map((day) => `2026-11-${day}`));
  });
});
