// A real WebKit, that of WebKitGTK, driven with WebDriver over HTTP.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.js';

/**
 * @returns {Promise<{ open: (url: string) => Promise<(expression: string) => Promise<unknown>>, close: () =>
 * Promise<void> }>}
 */
export async function launchWebKit() {
  const display = startChild(process.env.XVFB, ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const closing = [display.stop];
  const close = async () => {
    for (const stop of closing.reverse()) await stop();
  };
  try {
    const [number] = await once(createInterface({ input: display.child.stdio[3] }), 'line');
    const port = await freePort();
    const driver = startChild(process.env.WEBKIT_DRIVER, [`--port=${port}`], {
      env: {
        DISPLAY: `:${number}`,
        GDK_BACKEND: 'x11',
        LIBGL_ALWAYS_SOFTWARE: '1',
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', // it does not start as root; the pages are those of the tests
      },
      stdio: 'ignore',
    });
    closing.push(driver.stop);
    const command = async (method, path, body) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
      const { value } = await response.json();
      if (!response.ok) throw new Error(JSON.stringify(value));
      return value;
    };
    await listening(() => command('GET', '/status'));
    const browser = { args: ['--automation'] };
    const { sessionId } = await command('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browser } },
    });
    closing.push(() => command('DELETE', `/session/${sessionId}`));
    const open = async (url) => {
      await command('POST', `/session/${sessionId}/url`, { url });
      return (expression) => {
        const script = `const done = arguments[0]; Promise.resolve(${expression}).then(done, (error) => done(String(error)));`;
        return command('POST', `/session/${sessionId}/execute/async`, { script, args: [] });
      };
    };
    return { open, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(ask) {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(50);
    }
  }
}
