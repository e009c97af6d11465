/**
 * Fails unless package.json names a public repository: npm's page resolves the relative links of README.md against it.
 *
 *   node scripts/build/publishable.mjs [PACKAGE.JSON]   npm runs it before it publishes
 */
import { readFileSync } from 'node:fs';

const { repository } = JSON.parse(readFileSync(process.argv[2] ?? 'package.json', 'utf8'));
const url = typeof repository === 'string' ? repository : repository?.url;

if (!/^(git\+)?https:\/\/(github\.com|gitlab\.com|bitbucket\.org)\/[\w.-]+\/[\w.-]+$/.test(url ?? '')) {
  console.error(
    `package.json has ${url ? `the repository ${url}` : 'no repository'}: the links of README.md would lead nowhere on npm's page.\n` +
      'Set "repository": { "type": "git", "url": "git+https://github.com/OWNER/NAME.git" }.',
  );
  process.exitCode = 1;
}
