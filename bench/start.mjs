// How long a fresh process takes to its first page, from start to exit.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sign } from '../js/sign.js';
import { startSandbox } from '../scripts/programs/sandbox.mjs';
import { compare } from './measure.mjs';

const run = promisify(execFile);

export async function compareStarts(ms) {
  const sandbox = await startSandbox(['--groups', '100', '--interval', '0s']);
  try {
    const { secretKey, ...options } = sandbox.options;
    const userSig = await sign({ ...sandbox.options, expireSeconds: 600 });
    const { endpoint, sdkAppId, identifier } = options;
    const query = new URLSearchParams({
      sdkappid: sdkAppId,
      identifier,
      usersig: userSig,
      random: 1,
      contenttype: 'json',
    });
    const env = {
      PATH: process.env.PATH,
      OPTIONS: JSON.stringify({ ...options, userSig }),
      URL: `${endpoint}/v4/group_open_http_svc/get_appid_group_list?${query}`,
      BODY: '{}',
    };
    const script = (name) => ({
      run: () => run(process.execPath, [fileURLToPath(new URL(name, import.meta.url))], { env }),
    });
    return await compare(ms, script('start-ours.mjs'), script('start-empty.mjs'));
  } finally {
    await sandbox.stop();
  }
}
