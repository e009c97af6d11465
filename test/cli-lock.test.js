// One run at a time: a lock is held by a process, and by nobody when that is gone, however it went.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { it } from 'node:test';
import { lock } from '../js/cli/lock.js';

// With an address that vanishes by itself, and with the socket file of systems that have none such.
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
