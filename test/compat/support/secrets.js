// What a program leaves on disk holds no UserSig.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Returns every `usersig=` in the files of a folder, at any depth, with its file and the first letters of its value.
 */
export async function userSigsIn(folder, project) {
  // groups.wasm makes such queries, and bundlers copy it. Its own are known by the text after them.
  const module = await readFile(join(project, 'node_modules/tencent-chat-groups/dist/groups.wasm'), 'latin1');
  const own = [...module.matchAll(/usersig=(\w{12})/g)].map(([, next]) => next);
  assert.ok(own.length > 0, 'groups.wasm makes no query');
  const query = new RegExp(`usersig=(?!${own.join('|')}).{0,7}`, 'gs');
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    for (const [text] of (await readFile(path, 'latin1')).matchAll(query)) {
      found.push(`${relative(folder, path)}: ${text}`);
    }
  }
  return found;
}
