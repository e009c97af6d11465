// The programs that the package is tried in, as make test-compat installed them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../build/compat/tools/node_modules/', import.meta.url));

/** The path of a file of an installed program. */
export const tool = (path) => folder + path;

/** The exact version of an installed program. */
export const versionOf = (name) => JSON.parse(readFileSync(tool(`${name}/package.json`), 'utf8')).version;

/** A Node.js: node-20-first, node-20, node-22, node-24 or node-26. */
export const node = (name) => tool(`${name}/bin/node`);

/** The exact version of a package in the lock file of a framework, a folder of test/compat/slow. */
export function lockedVersion(framework, name) {
  const lock = new URL(`../slow/${framework}/package-lock.json`, import.meta.url);
  return JSON.parse(readFileSync(lock, 'utf8')).packages[`node_modules/${name}`].version;
}
