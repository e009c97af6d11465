// Standard output and standard error that are closed, full or open for reading only.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { shell } from './support/cli.js';
import { servePages } from './support/pages.js';

describe('the command line', () => {
  let service;
  let folder;
  before(async () => {
    service = await servePages([['one', 'two'], ['three']]);
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  after(async () => {
    service.stop();
    await rm(folder, { recursive: true });
  });
  const run = (line) => shell(line, service.env);
  const list = '$CLI list --min-interval-ms 0';

  it('does not list into a closed standard output', async () => {
    for (const line of [`${list} >&-`, `${list} --format json >&-`, `${list} --output - >&-`]) {
      const calls = service.calls.length;
      const { status, stderr } = await run(line);
      assert.equal(
        stderr,
        'tencent-chat-groups: Standard output is closed, so the IDs would be lost.\nGive --output FILE, or redirect standard output to a file or a program.\n',
      );
      assert.equal(status, 1);
      assert.equal(service.calls.length, calls);
    }
  });

  it('lists to /dev/null, and into a file beside a closed standard output', async () => {
    assert.deepEqual(await run(`${list} > /dev/null`), { status: 0, stdout: '', stderr: '' });
    const file = join(folder, 'groups');
    assert.deepEqual(await run(`${list} --output ${file} >&-`), { status: 0, stdout: '', stderr: '' });
    assert.equal(await readFile(file, 'utf8'), 'one\ntwo\nthree\n');
  });

  it('fails where standard output is full or open for reading only', async () => {
    const full = /^tencent-chat-groups: Standard output cannot be written: no space is left on the disk \(ENOSPC\)\.\n/;
    const readOnly = /^tencent-chat-groups: Standard output cannot be written: EBADF\.\n/;
    for (const [line, says] of [
      ['list >/dev/full', full],
      ['list 1</dev/null', readOnly],
      ['list --format json >/dev/full', full],
      ['count >/dev/full', full],
      ['count 1</dev/null', readOnly],
      ['list --help >/dev/full', full],
      ['--version >/dev/full', full],
      ['completion bash >/dev/full', full],
    ]) {
      const { status, stderr } = await run(`$CLI ${line}`);
      assert.match(stderr, says, line);
      assert.equal(status, 1, line);
    }
  });

  it('keeps its output and status if standard error is closed or full', async () => {
    for (const to of ['2>&-', '2>/dev/full']) {
      assert.deepEqual(await run(`${list} ${to}`), { status: 0, stdout: 'one\ntwo\nthree\n', stderr: '' });
      assert.equal((await run(`${list} --verbose ${to}`)).stdout, 'one\ntwo\nthree\n');
      assert.equal((await run(`$CLI lists ${to}`)).status, 2);
      assert.equal((await run(`${list} --output /no/such/folder/x ${to}`)).status, 1);
    }
  });
});
