// The files of docs/guide/node-script.md that keep UserSigs out of monitoring, as they are there, with the real
// packages. Each is also run without its lines: the UserSig must then be found, or the test would prove nothing.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startLocalServer } from '../support/local-server.js';
import { PageFolder } from '../support/page-folder.js';
import { root, snippetsOf } from '../support/snippets.js';
import { proves } from './support/proof.js';
import { tool, versionOf } from './support/tools.js';

const page = 'docs/guide/node-script.md';
const snippets = await snippetsOf(page);
const here = snippets.filter((snippet) => snippet.in === 'monitoring');
const fileOf = (name) => here.find(({ file }) => file === name).code;
const commandWith = (word) => here.find(({ language, code }) => language === 'sh' && code.includes(word)).code;

// The option of each instrumentation that excludes the calls.
const lines = {
  undici: /ignoreRequestHook: .*includes\('\/v4\/group_open_http_svc\/'\),?\n/g,
  http: /ignoreOutgoingRequestHook: .*includes\('\/v4\/group_open_http_svc\/'\),?\n/g,
  sentry: /ignoreOutgoingRequests: .*includes\('\/v4\/group_open_http_svc\/'\),?\n/g,
};
const without = (code) => Object.values(lines).reduce((rest, line) => rest.replace(line, '\n'), code);

// A provider that keeps spans, and writes them to a file when the process ends.
const collector = `
import { writeFileSync } from 'node:fs';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
process.on('exit', () => {
  const spans = exporter.getFinishedSpans().map(({ name, attributes, events }) => ({ name, attributes, events }));
  writeFileSync('spans.json', JSON.stringify(spans));
});`;

// The call goes over node:http.
const countWithNodeFetch = `
import { countGroups } from 'tencent-chat-groups';
import library from '${tool('node-fetch-2/lib/index.js')}';
const { endpoint, secretKey } = JSON.parse(process.env.OPTIONS);
const fetch = (url, init) => library(String(url).replace('https://console.tim.qq.com', endpoint), init);
export const count = () => countGroups({ sdkAppId: 1400000000, identifier: 'administrator', secretKey, fetch });
`;

const job = (list) => `
import * as Sentry from '@sentry/node';
import { listAllGroups } from 'tencent-chat-groups';
import { count } from './node-fetch.mjs';
const options = { sdkAppId: 1400000000, identifier: 'administrator', secretKey: process.env.TENCENT_CHAT_SECRET_KEY };
await Sentry.startSpan({ name: 'nightly' }, async () => {
  ${list}
  Sentry.captureException(new Error('the job failed'));
});
await Sentry.flush(5000);`;

describe('monitoring', () => {
  let folder;
  before(async () => {
    folder = await PageFolder.open(['@opentelemetry', '@sentry'].map((name) => [name, tool(name)]));
    const { code } = snippets.find(({ file }) => file === 'list.mjs');
    await folder.save('list.mjs', code);
    await folder.save('collector.mjs', collector);
    await folder.save('node-fetch.mjs', countWithNodeFetch);
    await folder.save('count.mjs', `import { count } from './node-fetch.mjs';\nconsole.log(await count());`);
  });
  after(() => folder?.close());

  /** Runs a shell script as on the page, and returns what it wrote to standard error. */
  async function run(script) {
    const child = folder.start(`
      export TENCENT_CHAT_SECRET_KEY="$(cat key.txt)" OPTIONS='${JSON.stringify(folder.sandbox.options)}'
      ${script}`);
    const [[status], , stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
    assert.equal(status, 0, stderr);
    return stderr;
  }

  /** Runs a command of the page with spans kept, and returns them as JSON. */
  async function spansOf(command) {
    await run(`export NODE_OPTIONS="$NODE_OPTIONS --import=./collector.mjs"; ${command}`);
    return readFile(join(folder.path, 'spans.json'), 'utf8');
  }

  /** Runs a script with Sentry and returns all that it sent. */
  async function sentTo(script, env = '') {
    const sent = [];
    const server = await startLocalServer(async (request, response) => {
      const body = await buffer(request);
      sent.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
      response.end('{}');
    });
    try {
      await folder.save('job.mjs', job(script));
      const dsn = server.origin.replace('http://', 'http://key@');
      await run(`export SENTRY_DSN=${dsn}/1 ${env}; node --import ./sentry.mjs job.mjs`);
    } finally {
      await server.stop();
    }
    return sent.join('\n');
  }

  const undici = `@opentelemetry/instrumentation-undici ${versionOf('@opentelemetry/instrumentation-undici')}`;
  proves('91-monitoring', undici, 'no span has a UserSig', async () => {
    const command = commandWith('tracing.mjs');
    await folder.save('tracing.mjs', without(fileOf('tracing.mjs')));
    assert.match(await spansOf(command), /[?&]usersig=\w/);
    await folder.save('tracing.mjs', fileOf('tracing.mjs'));
    assert.equal(await spansOf(command), '[]');
  });

  const http = `@opentelemetry/instrumentation-http ${versionOf('@opentelemetry/instrumentation-http')}`;
  proves('91-monitoring', http, `no span has a UserSig, with node-fetch ${versionOf('node-fetch-2')}`, async () => {
    const command = commandWith('tracing.mjs').replace('list.mjs', 'count.mjs');
    await folder.save('tracing.mjs', without(fileOf('tracing.mjs')));
    assert.match(await spansOf(command), /[?&]usersig=/);
    await folder.save('tracing.mjs', fileOf('tracing.mjs'));
    assert.equal(await spansOf(command), '[]');
  });

  const sentry = `@sentry/node ${versionOf('@sentry/node')}`;
  for (const [what, env] of [
    ['event or breadcrumb', ''],
    ['event, breadcrumb or span', 'SENTRY_TRACES_SAMPLE_RATE=1'],
  ]) {
    for (const [how, list] of [
      ['', 'await listAllGroups(options);'],
      [`, with node-fetch ${versionOf('node-fetch-2')}`, 'await count();'],
    ]) {
      proves('91-monitoring', sentry, `no ${what} has a UserSig${how}`, async () => {
        await folder.save('sentry.mjs', without(fileOf('sentry.mjs')));
        assert.match(await sentTo(list, env), /usersig=/);
        await folder.save('sentry.mjs', fileOf('sentry.mjs'));
        const sent = await sentTo(list, env);
        assert.match(sent, /the job failed/);
        assert.equal(sent.includes('"nightly"'), env !== '');
        assert.doesNotMatch(sent, /usersig=/);
      });
    }
  }

  it('NODE_DEBUG prints the UserSig, and not with the command of the page', async () => {
    const command = commandWith('NODE_DEBUG');
    for (const word of ['fetch', 'undici', '*']) {
      const debugged = (line) => run(`export NODE_DEBUG='${word}'; ${line}`);
      assert.match(await debugged(command.replace('env -u NODE_DEBUG ', '')), /usersig=/);
      assert.doesNotMatch(await debugged(command), /usersig=/);
    }
  });

  it('the lines in SECURITY.md are those of the page', async () => {
    const security = await readFile(join(root, 'SECURITY.md'), 'utf8');
    for (const line of [lines.undici, lines.sentry]) {
      const [option] = here.flatMap(({ code }) => code.match(line) ?? []);
      assert.ok(security.includes(`({ ${option.trim().replace(/,$/, '')} })`), option);
    }
  });
});
