// The set-ups of docs/compatibility.md, to be run as they are there.
import { readFileSync } from 'node:fs';
import { parse } from '../../support/snippets.js';

const page = readFileSync(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8');

/** Returns the files under a heading: name → content. */
export function documentedFiles(heading, level = '###') {
  const [, section] = page.split(`\n${level} ${heading}\n`);
  if (section === undefined) throw new Error(`docs/compatibility.md has no heading ${heading}`);
  const blocks = parse(section.split(/\n##+ /)[0], 'docs/compatibility.md');
  return Object.fromEntries(blocks.filter(({ file }) => file).map(({ file, code }) => [file, code]));
}

/** The environment in which documented code lists the sandbox in place of the service. */
export const documentedEnv = ({ endpoint, secretKey }) => ({
  NODE_OPTIONS: `--import=${new URL('../../support/to-sandbox.js', import.meta.url)}`,
  SANDBOX_ENDPOINT: endpoint,
  TENCENT_CHAT_SECRET_KEY: secretKey,
});
