// What stands in front of a page and of its signing proxy: it serves the page's files, and passes what is under /chat
// on to the proxy, with the name of the user who is signed in.
import { request as httpRequest } from 'node:http';
import { startLocalServer } from './local-server.js';
import { readPageFile } from './page-file.js';

/**
 * @param {string} folder whose files are served
 * @param {string} user who is signed in
 * @returns {Promise<{ origin: string, calls: number, proxyPort?: number, hold?: () => Promise<void> | undefined,
 *   stop: () => Promise<void> }>} calls counts what the page sent to the proxy, whose port has to be set before it does; what hold
 *   returns is waited for before a call is passed on
 */
export async function startFront(folder, user) {
  const front = { calls: 0, proxyPort: undefined, hold: undefined };
  const server = await startLocalServer(async (request, response) => {
    if (request.url.startsWith('/chat/')) {
      front.calls++;
      await front.hold?.();
      if (response.destroyed) return; // the page did not wait
      const headers = { ...request.headers, 'x-forwarded-user': user };
      const path = request.url.slice('/chat'.length);
      const onward = httpRequest({ host: '127.0.0.1', port: front.proxyPort, method: request.method, path, headers });
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
      return;
    }
    try {
      const { type, body } = await readPageFile(folder, request.url);
      response.writeHead(200, { 'content-type': type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return Object.assign(front, server);
}
