// A service with pages of chosen group IDs, for the command line in the same process.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { main } from '../../js/cli/main.js';

/**
 * Starts a service of which each page has the given IDs.
 * @param {string[][]} pages
 * @returns {Promise<{ env: object, calls: string[], answer: (index: number) => Promise<object> | object, stop: () => void }>} calls
 *   has the cursor of each; answer may be replaced
 */
export async function servePages(pages) {
  const totalCount = pages.flat().length;
  const service = {
    calls: [],
    answer: (index) => ({
      ActionStatus: 'OK',
      ErrorCode: 0,
      TotalCount: totalCount,
      GroupIdList: pages[index].map((GroupId) => ({ GroupId })),
      Next: index + 1 < pages.length ? index + 1 : 0,
    }),
  };
  const server = createServer(async (request, response) => {
    const { Next = 0 } = await json(request);
    service.calls.push(String(Next));
    const answer = await service.answer(Number(Next));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  service.env = {
    TENCENT_CHAT_ENDPOINT: `http://127.0.0.1:${server.address().port}`,
    TENCENT_CHAT_SDK_APP_ID: '1400000000',
    TENCENT_CHAT_IDENTIFIER: 'administrator',
    TENCENT_CHAT_SECRET_KEY: 'made-up',
  };
  service.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return service;
}

/**
 * Runs the command line in this process: { status, stdout, stderr }. Its standard output is a terminal if isTTY is
 * true.
 */
export async function runHere(args, env, { isTTY } = {}) {
  const [stdout, stderr] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
  const written = { stdout: '', stderr: '' };
  stdout.setEncoding('utf8').on('data', (text) => {
    written.stdout += text;
  });
  stderr.setEncoding('utf8').on('data', (text) => {
    written.stderr += text;
  });
  const status = await main(args.map(String), env, { stdin: Readable.from([]), stdout, stderr });
  return { status, ...written };
}
