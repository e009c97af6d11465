// Kills the command line again and again while it lists into a file, and then lets it finish.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxGroups, startSandbox } from '../../scripts/sandbox.mjs';

const bin = new URL('../../bin/tencent-chat-groups.js', import.meta.url).pathname;

/**
 * Starts the command line, ends it with SIGKILL after a random time, as often as asked for, and compares what the last,
 * undisturbed run leaves with the sandbox's groups.
 * @param {number} kills
 * @param {'ids' | 'ndjson' | 'csv'} format
 * @returns {Promise<{ expected: string[], output: string, amidst: number, listings: number }>} amidst counts the kills that
 *   hit a run while it was listing, listings the times that the listing was complete before all kills were done
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
      const calls = sandbox.calls.length;
      const child = start();
      const exited = once(child, 'exit');
      // From before the engine is loaded to well into the listing.
      const timer = setTimeout(() => child.kill('SIGKILL'), randomInt(50, 450));
      const [status] = await exited;
      clearTimeout(timer);
      if (status === 0) {
        listings++;
        done--; // it was not killed
        await rm(output);
        await rm(checkpoint);
      } else if (status !== null) {
        throw new Error(`a run that was not killed yet ended with status ${status}`);
      } else if (sandbox.calls.length > calls) {
        amidst++;
      }
    }
    const [status] = await once(start(), 'exit');
    if (status !== 0) throw new Error(`the last run ended with status ${status}`);
    const expected = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
    return { expected, output: await readFile(output, 'utf8'), amidst, listings };
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  }
}
