// Bodies that are no ReadableStream: a fetch of the caller's may be a library for Node.js, or a mock.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { listGroups } from '../js/node.js';

const userSig = `eJ${'aB3*-_x9'.repeat(12)}`;
const who = { sdkAppId: 1400000000, identifier: 'administrator', userSig, minIntervalMs: 0 };
const text =
  '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"a"},{"GroupId":"é"}],"Next":0}';
const bytes = new TextEncoder().encode(text);
const pieces = [...bytes].map((byte) => Uint8Array.of(byte));

const answer = (more) => ({ status: 200, headers: new Headers(), ...more });
const never = () => new Promise(() => {});

/** An async iterable that is nothing more. */
const iterable = (next, more) => ({ [Symbol.asyncIterator]: () => ({ next, ...more }) });

describe('a body', () => {
  const readable = {
    'that is a Node.js stream': () => ({ body: Readable.from(pieces) }),
    'that is a Node.js stream of Buffers': () => ({ body: Readable.from(pieces.map((piece) => Buffer.from(piece))) }),
    'that is an async generator': () => ({
      body: (async function* () {
        yield* pieces;
      })(),
    }),
    'whose last bytes come with its end': () => {
      const left = [bytes.subarray(0, 9), bytes.subarray(9)];
      return { body: iterable(async () => ({ value: left.shift(), done: left.length === 0 })) };
    },
    'whose iterator answers without a promise': () => {
      const left = [...pieces];
      return { body: iterable(() => (left.length > 0 ? { value: left.shift() } : { done: true })) };
    },
    'that is null, beside arrayBuffer()': () => ({ body: null, arrayBuffer: async () => bytes.slice().buffer }),
    'that is a Buffer, beside arrayBuffer()': () => ({
      body: Buffer.from(text),
      arrayBuffer: async () => bytes.slice().buffer,
    }),
  };
  for (const [what, make] of Object.entries(readable)) {
    it(`${what} is read`, async () => {
      const { groupIds } = await listGroups({ ...who, fetch: async () => answer(make()) });
      assert.deepEqual(groupIds, ['a', 'é']);
    });
  }

  const unreadable = {
    'that is missing': [{}, /with a body \(.*\) or arrayBuffer\(\)/],
    'that only json() and text() give': [{ json: async () => JSON.parse(text), text: async () => text }, /arrayBuffer/],
    'that is a string': [{ body: text }, /arrayBuffer/],
    'that is a list of bytes': [{ body: [...bytes] }, /arrayBuffer/],
    'that was read before': [{ bodyUsed: true, arrayBuffer: async () => bytes.buffer }, /not read before/],
    'that somebody else reads': [{ body: { locked: true, getReader: never } }, /not read before/],
    'whose getReader() throws': [{ body: { getReader: () => assert.fail() } }, /with a body/],
    'that is a Node.js stream of strings': [{ body: Readable.from([text]) }, /consists of bytes/],
    'whose arrayBuffer() gives a string': [{ arrayBuffer: async () => text }, /consists of bytes/],
  };
  for (const [what, [more, message]] of Object.entries(unreadable)) {
    it(`${what} fails at once and names what is missing`, async () => {
      let calls = 0;
      const fetch = async () => {
        calls++;
        return answer(more);
      };
      await assert.rejects(listGroups({ ...who, maxRetries: 5, fetch }), (error) => {
        assert.equal(error.name, 'NetworkError');
        assert.equal(error.code, 'ERR_NO_RESPONSE');
        assert.equal(error.retryable, false);
        assert.equal(error.attempts, 1);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /usersig/i);
        return true;
      });
      assert.equal(calls, 1);
    });
  }

  const endless = {
    'of a stream that stalls': () => ({ body: new Readable({ read() {} }) }),
    'of a stream that cannot be destroyed': () => ({
      body: Object.assign(new Readable({ read() {} }), { destroy: () => assert.fail() }),
    }),
    'of an iterator that never answers': () => ({ body: iterable(never) }),
    'of an iterator that never answers and never returns': () => ({ body: iterable(never, { return: never }) }),
    'of an iterator that throws when it is left': () => ({ body: iterable(never, { return: () => assert.fail() }) }),
    'of an iterator of empty chunks': () => ({ body: iterable(async () => ({ value: new Uint8Array(0) })) }),
    'of arrayBuffer() that never answers': () => ({ arrayBuffer: never }),
  };
  for (const [what, make] of Object.entries(endless)) {
    it(`${what} ends in a TimeoutError`, async () => {
      const fetch = async () => answer(make());
      await assert.rejects(listGroups({ ...who, maxRetries: 0, timeoutMs: 50, fetch }), { name: 'TimeoutError' });
    });

    it(`${what} does not keep an abort from ending the call`, async () => {
      const reason = new Error('enough');
      const stop = new AbortController();
      const fetch = async () => {
        setTimeout(() => stop.abort(reason), 10);
        return answer(make());
      };
      await assert.rejects(listGroups({ ...who, signal: stop.signal, fetch }), (error) => error === reason);
    });
  }

  for (const [what, options, status] of [
    ['times out', { timeoutMs: 50 }, 200],
    ['has an HTTP status that ends the listing', {}, 403],
  ]) {
    it(`that is a stream is destroyed when the call ${what}`, async () => {
      const body = new Readable({ read() {} });
      const closed = once(body, 'close');
      const fetch = async () => ({ ...answer({ body }), status });
      await assert.rejects(listGroups({ ...who, maxRetries: 0, ...options, fetch }));
      await closed;
    });
  }

  it('that is a stream is read no further than an answer may be long', async () => {
    let sent = 0;
    const body = new Readable({
      highWaterMark: 1,
      read() {
        sent += 1 << 20;
        this.push(Buffer.alloc(1 << 20, ' '));
      },
    });
    const closed = once(body, 'close');
    await assert.rejects(listGroups({ ...who, limit: 1, maxRetries: 0, fetch: async () => answer({ body }) }));
    await closed;
    assert.ok(sent < 8 << 20, `${sent} bytes`);
  });

  it('that is a stream keeps the code of the error that it ends with', async () => {
    const fetch = async () => {
      const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      return answer({ body: new Readable({ read() { this.destroy(error); } }) }); // biome-ignore format: short
    };
    await assert.rejects(listGroups({ ...who, maxRetries: 0, fetch }), { name: 'NetworkError', code: 'ECONNRESET' });
  });

  it('cannot come where there is no fetch: the error says so, after no retry', async () => {
    const { fetch } = globalThis;
    globalThis.fetch = undefined;
    try {
      await assert.rejects(listGroups({ ...who, maxRetries: 5 }), {
        code: 'ERR_NO_FETCH',
        attempts: 1,
        message: /there is no fetch here.*instead as fetch:/,
      });
    } finally {
      globalThis.fetch = fetch;
    }
  });
});
