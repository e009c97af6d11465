// A real Firefox, driven with WebDriver BiDi, which it speaks itself.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startChild } from './child.js';
import { tool } from './tools.js';

// It calls nobody but the servers of the tests: everything else goes to a proxy that is not there.
const preferences = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
};

/**
 * @returns {Promise<{ open: (url: string) => Promise<(expression: string) => Promise<unknown>>, close: () =>
 * Promise<void> }>}
 */
export async function launchFirefox() {
  const profile = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-firefox-'));
  const lines = Object.entries(preferences).map(
    (entry) => `user_pref(${entry.map((part) => JSON.stringify(part))});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const flags = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'];
  const { child, stop } = startChild(process.env.FIREFOX, flags, {
    env: { HOME: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let socket;
  const close = async () => {
    socket?.terminate();
    await stop();
    await rm(profile, { recursive: true, maxRetries: 5 });
  };
  try {
    const { WebSocket } = await import(tool('ws/wrapper.mjs'));
    socket = new WebSocket(`${await addressOf(child.stderr)}/session`);
    await once(socket, 'open');
    const waiting = new Map();
    socket.on('message', (data) => {
      const { id, result, ...error } = JSON.parse(data);
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (result) resolve?.(result);
      else reject?.(new Error(JSON.stringify(error)));
    });
    let sent = 0;
    const command = (method, params) =>
      new Promise((resolve, reject) => {
        waiting.set(++sent, { resolve, reject });
        socket.send(JSON.stringify({ id: sent, method, params }));
      });
    await command('session.new', { capabilities: {} });
    const open = async (url) => {
      const { context } = await command('browsingContext.create', { type: 'tab' });
      await command('browsingContext.navigate', { context, url, wait: 'complete' });
      return async (expression) => {
        const params = { expression, target: { context }, awaitPromise: true };
        const answer = await command('script.evaluate', params);
        if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
        return answer.result.value;
      };
    };
    return { open, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function addressOf(output) {
  for await (const line of createInterface({ input: output })) {
    const [, address] = /WebDriver BiDi listening on (\S+)/.exec(line) ?? [];
    if (address) {
      output.resume();
      return address;
    }
  }
  throw new Error('Firefox ended before it listened');
}
