// A script of faults for the sandbox, as a file that is removed after the test.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function faultFile(faults) {
  const folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
  const path = join(folder, 'faults.json');
  await writeFile(path, JSON.stringify(faults));
  return { path, remove: () => rm(folder, { recursive: true }) };
}
