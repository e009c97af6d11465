// Astro, with its adapter for Node.js.
import { inline, testFramework } from '../support/framework.js';

const page = `<html lang="en">
<head><meta charset="utf-8"><title>Groups</title><link rel="icon" href="data:,"></head>
<body><pre></pre>
<script>
  import { listAllGroups } from 'tencent-chat-groups';
  const shown = await listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 }).then(
    ({ groupIds }) => groupIds.join('\\n'),
    (error) => error.name + ': ' + error.message,
  );
  document.querySelector('pre')!.textContent = shown;
  document.title = 'done';
</script>
</body></html>`;

testFramework({
  name: 'Astro',
  folder: 'astro',
  package: 'astro',
  files: {
    'astro.config.mjs': `import node from '@astrojs/node';
      import { defineConfig } from 'astro/config';
      export default defineConfig({ adapter: node({ mode: 'standalone' }) });`,
    'src/pages/page.astro': page,
    'src/pages/page-inline.astro': inline(page),
  },
  route: { file: 'src/pages/groups.js', url: '/groups' },
  pages: { page: '/page', 'page, /inline': '/page-inline' },
  env: { ASTRO_TELEMETRY_DISABLED: '1' },
  build: ['node_modules/astro/bin/astro.mjs', 'build'],
  start: ['dist/server/entry.mjs'],
  output: 'dist',
  client: 'dist/client',
});
