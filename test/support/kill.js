// Kills the command line again and again while it lists into a file, and then lets it finish.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxGroups, startSandbox } from '../../scripts/programs/sandbox.mjs';

const bin = fileURLToPath(new URL('../../bin/tencent-chat-groups.js', import.meta.url));

/**
 * Starts the command line and ends it with SIGKILL at a random moment: soon after its start, or soon after a random
 * number of its calls. Does so as often as asked for, and then lets it finish.
 * @param {number} kills
 * @param {'ids' | 'ndjson' | 'csv'} format
 * @returns {Promise<{ expected: string[], output: string, files: string[], amidst: number, listings: number }>} files are the
 *   names in the folder in the end; amidst counts the kills that hit a run after its first call, listings the times that the
 *   listing was complete before all kills were done
 */
export async function killAgainAndAgain(kills, format) {
  const flags = ['--groups', '60000', '--interval', '0s'];
  const sandbox = await startSandbox(flags);
  const folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  const output = join(folder, 'groups');
  const checkpoint = join(folder, 'checkpoint');
  const { endpoint, sdkAppId, identifier, secretKey } = sandbox.options;
  const args = ['list', '--format', format, '--output', output, '--resume', checkpoint];
  args.push('--limit', '100', '--min-interval-ms', '0', '--endpoint', endpoint);
  args.push('--sdk-app-id', String(sdkAppId), '--identifier', identifier);
  const start = () =>
    spawn(process.execPath, [bin, ...args], { env: { TENCENT_CHAT_SECRET_KEY: secretKey }, stdio: 'inherit' });
  try {
    let amidst = 0;
    let listings = 0;
    for (let done = 0; done < kills; done++) {
      const before = sandbox.calls.length;
      const child = start();
      const exited = once(child, 'exit');
      let timer;
      const killWithin = (ms) => {
        timer ??= setTimeout(() => child.kill('SIGKILL'), randomInt(0, ms));
      };
      const calls = randomInt(0, 20);
      const onCall = () => {
        if (sandbox.calls.length - before >= calls) killWithin(10);
      };
      if (calls === 0) killWithin(200);
      else sandbox.events.on('call', onCall);
      const [status] = await exited;
      clearTimeout(timer);
      sandbox.events.off('call', onCall);
      if (status === 0) {
        listings++;
        done--; // it was not killed
        await rm(output);
        await rm(checkpoint);
      } else if (status !== null) {
        throw new Error(`a run that was not killed yet ended with status ${status}`);
      } else if (sandbox.calls.length > before) {
        amidst++;
      }
    }
    const [status] = await once(start(), 'exit');
    if (status !== 0) throw new Error(`the last run ended with status ${status}`);
    const expected = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    return { expected, output: await readFile(output, 'utf8'), files: await readdir(folder), amidst, listings };
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  }
}
