// The service as the proxies reach it: a thread in front of the sandbox records when each call arrives. Some answers
// repeat the call's UserSig as a misbehaving upstream would: in an error page, in an ErrorInfo, in bytes after the
// answer.
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { now } from './clock.mjs';

/**
 * Starts the thread.
 * @param {string} endpoint the sandbox's
 * @returns {Promise<{ endpoint: string, calls: { at: number, kind: string }[], userSigs: Set<string>, unsigned: () => number,
 *   latenessMs: () => Promise<number>, stop: () => Promise<void> }>} calls grows by an entry for each call, with the time of its
 *   arrival and the kind of its answer; latenessMs returns the longest delay with which the thread handled an event
 */
export async function startUpstream(endpoint) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { endpoint } });
  const calls = [];
  const userSigs = new Set();
  let unsigned = 0;
  worker.on('message', ({ at, kind, userSig }) => {
    if (at === undefined) return;
    calls.push({ at, kind });
    if (userSig) userSigs.add(userSig);
    else unsigned++;
  });
  const [{ port }] = await once(worker, 'message');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    userSigs,
    unsigned: () => unsigned,
    async latenessMs() {
      worker.postMessage('lateness');
      for (;;) {
        const [{ latenessMs }] = await once(worker, 'message');
        if (latenessMs !== undefined) return latenessMs;
      }
    },
    stop: () => worker.terminate(),
  };
}

/** Returns the kind of answer to a call. */
function kindOf(number) {
  if (number % 7 === 3) return 'late bytes';
  if (number % 25 === 11) return 'status 502';
  if (number % 25 === 19) return 'ErrorCode 10002';
  return 'page';
}

if (!isMainThread) {
  const resolutionMs = 1;
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const { hostname, port } = new URL(workerData.endpoint);
  let number = 0;
  const server = createServer((request, response) => {
    const at = now();
    const kind = kindOf(++number);
    const userSig = new URL(request.url, 'http://upstream').searchParams.get('usersig');
    parentPort.postMessage({ at, kind, userSig });
    const echo = `${request.url} ${userSig}`;
    if (kind === 'status 502') {
      response.writeHead(502, { 'x-target': request.url }).end(echo);
      return;
    }
    if (kind === 'ErrorCode 10002') {
      response.end(JSON.stringify({ ActionStatus: 'FAIL', ErrorCode: 10002, ErrorInfo: `internal error: ${echo}` }));
      return;
    }
    const { url: path, method, headers } = request;
    const onward = httpRequest({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
    if (kind === 'late bytes') {
      const { socket } = request;
      response.on('finish', () => setImmediate(() => socket.writable && socket.write(`HTTP/1.1 500 ${echo}\r\n\r\n`)));
    }
  });
  server.keepAliveTimeout = 60_000;
  parentPort.on('message', () => parentPort.postMessage({ latenessMs: delay.max / 1e6 - resolutionMs }));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
}
