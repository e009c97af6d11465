// SvelteKit, with its adapter for Node.js.
import { inline, testFramework } from '../support/framework.js';

const page = `<script>
  import { onMount } from 'svelte';
  import { listAllGroups } from 'tencent-chat-groups';
  let shown = $state('');
  onMount(async () => {
    shown = await listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 }).then(
      ({ groupIds }) => groupIds.join('\\n'),
      (error) => error.name + ': ' + error.message,
    );
    document.title = 'done';
  });
</script>
<pre>{shown}</pre>`;

testFramework({
  name: 'SvelteKit',
  folder: 'sveltekit',
  package: '@sveltejs/kit',
  files: {
    'vite.config.js': `import adapter from '@sveltejs/adapter-node';
      import { sveltekit } from '@sveltejs/kit/vite';
      export default { plugins: [sveltekit({ adapter: adapter() })] };`,
    'src/app.html': `<!doctype html><html lang="en">
      <head><meta charset="utf-8"><link rel="icon" href="data:,">%sveltekit.head%</head>
      <body><div>%sveltekit.body%</div></body></html>`,
    'src/routes/page/+page.svelte': page,
    'src/routes/page-inline/+page.svelte': inline(page),
  },
  route: { file: 'src/routes/groups/+server.js', url: '/groups' },
  pages: { page: '/page', 'page, /inline': '/page-inline' },
  build: ['node_modules/vite/bin/vite.js', 'build'],
  start: ['build'],
  output: 'build',
  client: 'build/client',
});
