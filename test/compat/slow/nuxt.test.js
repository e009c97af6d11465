// Nuxt, whose server is copied with what it needs.
import { inline, testFramework } from '../support/framework.js';

const page = `<script setup>
import { listAllGroups } from 'tencent-chat-groups';
const shown = ref('');
onMounted(async () => {
  shown.value = await listAllGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 }).then(
    ({ groupIds }) => groupIds.join('\\n'),
    (error) => error.name + ': ' + error.message,
  );
  document.title = 'done';
});
</script>
<template><pre>{{ shown }}</pre></template>`;

testFramework({
  name: 'Nuxt',
  folder: 'nuxt',
  package: 'nuxt',
  files: {
    'nuxt.config.js': `export default defineNuxtConfig({
      compatibilityDate: '2026-01-01',
      app: { head: { link: [{ rel: 'icon', href: 'data:,' }] } },
    });`,
    'app/pages/page.vue': page,
    'app/pages/page-inline.vue': inline(page),
  },
  route: { file: 'server/api/groups.js', url: '/api/groups' },
  pages: { page: '/page', 'page, /inline': '/page-inline' },
  env: { NUXT_TELEMETRY_DISABLED: '1' },
  build: ['node_modules/nuxt/bin/nuxt.mjs', 'build'],
  start: ['.output/server/index.mjs'],
  output: '.output',
  client: '.output/public',
});
