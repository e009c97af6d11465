// A user's project: a folder outside the repository, with some files and the packed package installed in it.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
export const tarball = fileURLToPath(new URL('../../../build/compat/package.tgz', import.meta.url));
const installed = fileURLToPath(new URL('../../../build/compat/slow', import.meta.url));

/** Runs a command in a folder, and returns what it wrote to its standard output. */
export async function runIn(cwd, command, args, env = {}) {
  try {
    const { stdout } = await execute(command, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      maxBuffer: 64 << 20,
    });
    return stdout;
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}: ${error.message}\n${error.stdout}\n${error.stderr}`);
  }
}

/**
 * Makes a project, hands it to a function, and removes it.
 * @param {Record<string, string>} files name → content
 * @param {(project: { folder: string, write: (name: string, content: string) => Promise<void>,
 *   run: (command: string, args: string[], env?: object) => Promise<string> }) => unknown} use run is runIn, in the folder
 */
export async function inProject(files, use) {
  const project = await openProject(files);
  try {
    return await use(project);
  } finally {
    await project.remove();
  }
}

/**
 * Makes a project that several tests share, as inProject does. The caller removes it.
 * @param {Record<string, string>} files name → content
 * @param {string} [framework] a folder of test/compat/slow, whose packages the project has as well
 */
export async function openProject(files, framework) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tencent-chat-groups-')));
  const run = (command, args, env) => runIn(folder, command, args, env);
  const write = async (name, content) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  const remove = () => rm(folder, { recursive: true });
  try {
    await write('package.json', '{ "private": true }');
    for (const [name, content] of Object.entries(files)) await write(name, content);
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--offline', tarball]);
    if (framework) await addFramework(join(installed, framework), folder);
    return { folder, run, write, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

// Afterwards, since npm would resolve the framework's packages again, offline.
async function addFramework(from, folder) {
  const options = { recursive: true, verbatimSymlinks: true };
  await cp(join(from, 'node_modules'), join(folder, 'node_modules'), options);
  const [own, its] = [folder, from].map((path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));
  const manifest = { ...its, dependencies: { ...its.dependencies, ...own.dependencies } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
}
