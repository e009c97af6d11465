// Stopping: at once, in every state, with nothing left behind, and with the pace of the next call still right.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { countGroups, listAllGroups, listGroups, paginateGroups } from '../js/node.js';
import { startLocalServer } from './support/local-server.js';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('..', import.meta.url));
const reason = () => new Error('enough');

describe('an abort', () => {
  let server;
  let answer;
  let options;
  before(async () => {
    server = await startLocalServer((request, response) => answer(request, response));
    const who = { sdkAppId: 1400000000, identifier: 'administrator', userSig: 'made-up-sig' };
    options = { endpoint: server.origin, ...who, minIntervalMs: 0 };
  });
  after(() => server.stop());
  const page = '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":9,"GroupIdList":[{"GroupId":"a"}],"Next":5}';

  async function stops(listing, controller, why) {
    await assert.rejects(listing, (error) => error === why);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0, 'somebody still listens to the signal');
  }

  it('before anything began makes no call', async () => {
    answer = () => assert.fail('a call was made');
    const why = reason();
    await assert.rejects(listAllGroups({ ...options, signal: AbortSignal.abort(why) }), (error) => error === why);
  });

  it('while the signature is awaited', async () => {
    const controller = new AbortController();
    const why = reason();
    const userSig = () => {
      setImmediate(() => controller.abort(why));
      return new Promise(() => {});
    };
    await stops(listAllGroups({ ...options, userSig, signal: controller.signal }), controller, why);
  });

  it('while the answer is awaited closes the connection', async () => {
    const controller = new AbortController();
    const why = reason();
    const closed = new Promise((resolve) => {
      answer = (request) => {
        request.socket.once('close', resolve);
        controller.abort(why);
      };
    });
    await stops(listAllGroups({ ...options, signal: controller.signal }), controller, why);
    await closed;
  });

  it('while the body is read closes the connection', async () => {
    const controller = new AbortController();
    const why = reason();
    const closed = new Promise((resolve) => {
      answer = (request, response) => {
        request.socket.once('close', resolve);
        response.write(page.slice(0, 20));
        setImmediate(() => controller.abort(why));
      };
    });
    await stops(listAllGroups({ ...options, signal: controller.signal }), controller, why);
    await closed;
  });

  it('while it waits for its turn, or before a retry', async () => {
    for (const [status, minIntervalMs] of [
      [200, 3_600_000],
      [503, 0],
    ]) {
      const controller = new AbortController();
      const why = reason();
      answer = (_request, response) => response.writeHead(status, { 'retry-after': '500' }).end(page);
      const stop = () => setImmediate(() => controller.abort(why));
      const listing = listAllGroups({
        ...options,
        sdkAppId: 1400000001 + status,
        minIntervalMs,
        onProgress: stop,
        onRetry: stop,
        signal: controller.signal,
      });
      await stops(listing, controller, why);
      assert.equal(why.checkpoint.pages, status === 200 ? 1 : 0);
      assert.deepEqual(why.groupIds, status === 200 ? ['a'] : []);
    }
  });

  it('between two pages', async () => {
    const controller = new AbortController();
    const why = reason();
    answer = (_request, response) => response.end(page);
    const pages = (async () => {
      for await (const _ of paginateGroups({ ...options, signal: controller.signal })) controller.abort(why);
    })();
    await stops(pages, controller, why);
  });

  it('with a reason that is no object rejects with just that', async () => {
    const controller = new AbortController();
    answer = () => controller.abort('enough');
    await assert.rejects(listAllGroups({ ...options, signal: controller.signal }), (error) => error === 'enough');
  });

  it('of one listing does not touch another, which takes its turn', async () => {
    const controller = new AbortController();
    const why = reason();
    const began = new Promise((resolve) => {
      answer = (_request, response) => {
        answer = (_next, next) => next.end(page.replace('5', '0'));
        resolve(response);
      };
    });
    const first = listGroups({ ...options, signal: controller.signal });
    const second = listGroups(options); // behind the first in the queue
    await began;
    controller.abort(why);
    await stops(first, controller, why);
    assert.deepEqual((await second).groupIds, ['a']);
  });

  it('leaves the process to end by itself', async () => {
    const script = `
      import { listAllGroups, paginateGroups } from './js/node.js';
      const options = { proxy: '${server.origin}', minIntervalMs: 3600000 };
      for (const [sdkAppId, when] of [[1, 'onProgress'], [2, 'onRetry']]) {
        const controller = new AbortController();
        const stop = { [when]: () => controller.abort(), signal: controller.signal };
        await listAllGroups({ ...options, sdkAppId, ...stop }).catch((error) => console.log(error.name));
      }
      for await (const page of paginateGroups({ ...options, sdkAppId: 3 })) break;
      console.log('left');
    `;
    let calls = 0;
    answer = (_request, response) => response.writeHead(++calls === 2 ? 503 : 200).end(page);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd, timeout: 60_000 });
    assert.equal(stdout, 'AbortError\nAbortError\nleft\n');
  });
});

describe('after an abort', () => {
  it('the next call still keeps its distance from the one that was given up', async () => {
    const options = { proxy: 'https://proxy.example', minIntervalMs: 50 };
    const answered = async () =>
      new Response('{"ActionStatus":"OK","ErrorCode":0,"TotalCount":3,"GroupIdList":[],"Next":0}');
    for (let i = 0; i < 3; i++) {
      const controller = new AbortController();
      let givenUp;
      let called;
      const hangs = () => {
        setImmediate(() => {
          givenUp = performance.now();
          controller.abort();
        });
        return new Promise(() => {});
      };
      await assert.rejects(listGroups({ ...options, signal: controller.signal, fetch: hangs }), { name: 'AbortError' });
      const fetch = () => {
        called = performance.now();
        return answered();
      };
      assert.equal(await countGroups({ ...options, fetch }), 3);
      assert.ok(called - givenUp >= 50, `the next call was made ${called - givenUp} ms later`);
    }
  });
});
