// TypeScript projects, strict, in each way that TypeScript has of finding a package; and that what it finds there is
// what the program gets when it runs.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inProject } from './support/project.js';
import { proves } from './support/proof.js';
import { node, tool, versionOf } from './support/tools.js';

const section = '6-types';
const entries = ['tencent-chat-groups', 'tencent-chat-groups/inline'];

const use = (importing) => `${importing}
const options: GroupListOptions = { sdkAppId: 1400000000, identifier: 'administrator', secretKey: 'made-up' };
export async function list(): Promise<string[]> {
  await init({ wasm: new Uint8Array(), signer: new URL('https://example.com/usersig.wasm') });
  for await (const { groupIds, next } of paginateGroups(options)) console.log(groupIds.length, next?.length);
  try {
    return (await listAllGroups({ ...options, onRetry: ({ error }) => console.log(error.kind) })).groupIds;
  } catch (error) {
    if (error instanceof GroupListError && error.kind === 'api') console.log(error.errorInfo.length);
    if (error instanceof ValidationError) console.log(error.option.length);
    throw error;
  }
}
// @ts-expect-error: there are types
listAllGroups(42);
`;
const names = 'GroupListError, init, listAllGroups, paginateGroups, ValidationError, type GroupListOptions';

// What a program gets: its names, each a class of errors or a function.
const look = `(api) => console.log(JSON.stringify(Object.keys(api).map(
  (name) => [name, api[name].prototype instanceof Error ? 'class' : typeof api[name]])))`;

/** TypeScript that the compiler refuses unless the declared exports are just these. */
const exactly = (importing, exported) => `${importing}
type Names = ${exported.map(([name]) => `'${name}'`).join(' | ')};
type Same<A, B> = [A, B] extends [B, A] ? true : false;
export const same: Same<keyof typeof api, Names> = true;
export const shapes: { ${exported
  .map(([name, is]) => `${name}: ${is === 'class' ? '{ prototype: Error }' : '(...args: never) => unknown'}`)
  .join('; ')} } = api;
`;

const ways = [
  {
    how: 'node16, ES module',
    extension: 'mts',
    options: { module: 'node16', moduleResolution: 'node16', types: ['node'], lib: ['es2022'] },
    importing: (entry) => `import { ${names} } from '${entry}';`,
    namespace: (entry) => `import * as api from '${entry}';`,
    run: (entry) => [
      ['node-20-first', ['--input-type=module', '--eval', `import * as api from '${entry}'; (${look})(api);`]],
    ],
  },
  {
    how: 'node16, CommonJS',
    extension: 'cts',
    options: { module: 'node16', moduleResolution: 'node16', types: ['node'], lib: ['es2022'] },
    importing: (entry) => `import { ${names} } from '${entry}';`,
    namespace: (entry) => `import api = require('${entry}');`,
    run: (entry) => ['node-20-first', 'node-24'].map((name) => [name, ['--eval', `(${look})(require('${entry}'));`]]),
  },
  {
    how: 'bundler',
    extension: 'ts',
    options: { module: 'esnext', moduleResolution: 'bundler', types: [], lib: ['es2022', 'dom', 'dom.iterable'] },
    importing: (entry) => `import { ${names} } from '${entry}';`,
    namespace: (entry) => `import * as api from '${entry}';`,
    run: (entry) => [
      [
        'node-24',
        ['--conditions=browser', '--input-type=module', '--eval', `import * as api from '${entry}'; (${look})(api);`],
      ],
    ],
  },
];

const fetches = `
import nodeFetch from '${tool('node-fetch/@types/index.js')}';
import { countGroups } from 'tencent-chat-groups';
countGroups({ fetch });
countGroups({ fetch: nodeFetch });
countGroups({ fetch: (url, init) => nodeFetch(url, { ...init, size: 5 }) });
countGroups({ fetch: async (url: string, init: RequestInit) => fetch(url, init) });
countGroups({ fetch: async () => ({ status: 200, arrayBuffer: async () => new ArrayBuffer(0) }) });
// @ts-expect-error: it has no status
countGroups({ fetch: async () => ({}) });
`;

describe('TypeScript', () => {
  for (const compiler of ['typescript', 'typescript-5']) {
    for (const { how, extension, options, importing, namespace, run: runs } of ways) {
      proves(section, `TypeScript ${versionOf(compiler)}`, how, () =>
        inProject({}, async ({ run, write }) => {
          const files = [];
          for (const [index, entry] of entries.entries()) {
            const add = async (name, content) => {
              files.push(`${name}-${index}.${extension}`);
              await write(files.at(-1), content);
            };
            await add('use', use(importing(entry)));
            for (const [name, args] of runs(entry)) {
              const exported = JSON.parse(await run(node(name), args));
              assert.ok(exported.length > 10);
              await add(`exactly-${name}`, exactly(namespace(entry), exported));
            }
          }
          const compilerOptions = {
            strict: true,
            noEmit: true,
            target: 'es2022',
            typeRoots: [tool('@types')],
            ...options,
          };
          await write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
          await run(node('node-24'), [tool(`${compiler}/bin/tsc`)]);
        }),
      );
    }

    proves(section, `TypeScript ${versionOf(compiler)}`, 'node-fetch as the option fetch', () =>
      inProject({ 'fetches.mts': fetches }, async ({ run }) => {
        const options = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext'];
        const types = ['--types', 'node', '--typeRoots', tool('@types')];
        await run(node('node-24'), [tool(`${compiler}/bin/tsc`), ...options, ...types, 'fetches.mts']);
      }),
    );
  }
});
