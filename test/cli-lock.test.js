// One run at a time: a lock is held by a process, and by nobody when that is gone, however it went.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs, { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { lock, lockFolder, privateFolder } from '../js/cli/lock.js';
import { withResolvers } from './support/with-resolvers.js';

for (const platform of ['linux', 'darwin']) {
  it(`on ${platform}, a lock is held until it is given back or its process is killed`, async () => {
    const path = `/no/such/file/${randomUUID()}`;
    const unlock = await lock(path, platform);
    assert.equal(await lock(path, platform), undefined);
    (await lock(`${path}.other`, platform))();
    unlock();
    const script = `import { lock } from ${JSON.stringify(new URL('../js/cli/lock.js', import.meta.url))};
      await lock(${JSON.stringify(path)}, '${platform}');
      setInterval(() => {}, 60_000);
      console.log('locked');`;
    const other = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    assert.equal(await lock(path, platform), undefined);
    other.kill('SIGKILL');
    await once(other, 'exit');
    (await lock(path, platform))();
  });
}

describe('a lock', () => {
  let folder;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('does not depend on a name that any user can take', async () => {
    const path = `/no/such/file/${randomUUID()}`;
    const hash = createHash('sha256').update(path).digest('hex');
    const squatters = [];
    for (const length of [16, 24, 64]) {
      for (const address of [
        `\0tencent-chat-groups-${hash.slice(0, length)}`,
        join(tmpdir(), `tencent-chat-groups-${hash.slice(0, length)}`),
      ]) {
        const squatter = createServer().listen(address);
        await once(squatter, 'listening');
        squatters.push(squatter);
      }
    }
    try {
      const unlock = await lock(path);
      assert.ok(unlock);
      unlock();
    } finally {
      for (const squatter of squatters) squatter.close();
    }
  });

  it('has one holder when two attempts find the socket of a dead process and one removes it slowly', async () => {
    const path = `/no/such/file/${randomUUID()}`;
    const script = `import { lock } from ${JSON.stringify(new URL('../js/cli/lock.js', import.meta.url))};
      await lock(${JSON.stringify(path)}, 'darwin', ${JSON.stringify(folder)});
      await lock('another file', 'darwin', ${JSON.stringify(folder)});
      process.kill(process.pid, 'SIGKILL');`;
    await once(spawn(process.execPath, ['--input-type=module', '--eval', script]), 'exit');
    const { rm: remove } = fs;
    const slow = withResolvers();
    const reached = withResolvers();
    let removals = 0;
    fs.rm = async (...args) => {
      if (removals++ === 0) {
        reached.resolve();
        await slow.promise;
      }
      return remove(...args);
    };
    syncBuiltinESMExports();
    try {
      const first = lock(path, 'darwin', folder);
      await reached.promise;
      const second = await lock(path, 'darwin', folder);
      assert.ok(second);
      slow.resolve();
      assert.equal(await first, undefined);
      assert.equal(await lock(path, 'darwin', folder), undefined);
      second();
      (await lock(path, 'darwin', folder))();
    } finally {
      fs.rm = remove;
      syncBuiltinESMExports();
    }
    assert.deepEqual(await readdir(folder), []);
  });

  it('has at most one holder when many start at once', async () => {
    for (let round = 0; round < 20; round++) {
      const path = `/no/such/file/${round}`;
      const held = (await Promise.all(Array.from({ length: 6 }, () => lock(path, 'linux', folder)))).filter(Boolean);
      assert.ok(held.length <= 1, `${held.length} have it`);
      for (const unlock of held) unlock();
      (await lock(path, 'linux', folder))();
    }
    assert.deepEqual(await readdir(folder), []);
  });

  it('is in a folder that only its user can enter', async () => {
    const uid = process.getuid();
    const mode = async (path) => ((await lstat(path)).mode & 0o777).toString(8);
    assert.equal(await mode(await lockFolder()), '700');
    assert.equal((await lstat(await lockFolder())).uid, uid);
    const open = join(folder, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    assert.equal(await privateFolder(open, uid), open);
    assert.equal(await mode(open), '700');
    await assert.rejects(privateFolder(open, uid + 1), /it belongs to another user/);
    await symlink(open, join(folder, 'link'));
    await assert.rejects(privateFolder(join(folder, 'link'), uid), /it is not a folder/);
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(privateFolder(join(folder, 'file'), uid), /it is not a folder/);
  });

  it('explains why a lock folder cannot be used', async () => {
    await assert.rejects(lock('x', 'linux', join(folder, 'missing')), {
      name: 'Error',
      message: `The lock folder ${join(folder, 'missing')} cannot be used: there is no such file or folder (ENOENT).`,
    });
  });
});
