// What count writes, in each format, and what --quiet leaves out.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runHere, servePages } from './support/pages.js';

describe('count', () => {
  let service;
  before(async () => {
    service = await servePages([['a', 'b'], ['c']]);
  });
  after(() => service.stop());
  const count = (...args) => runHere(['count', '--min-interval-ms', 0, ...args], service.env);
  const types = ['--group-type', 'Public', '--group-type', 'Community'];

  it('writes numbers, or JSON', async () => {
    for (const [args, stdout] of [
      [[], '3\n'],
      [['--format', 'text'], '3\n'],
      [['-f', 'json'], '{"totalCount":3}\n'],
      [['--format', 'json', ...types], '{"totalCount":6,"totalCountByType":{"Public":3,"Community":3}}\n'],
      [types, '3 Public\n3 Community\n6 total\n'],
    ]) {
      assert.deepEqual(await count(...args), { status: 0, stdout, stderr: '' });
    }
  });

  it('with --quiet still reports errors', async () => {
    const { answer } = service;
    service.answer = () => ({ ActionStatus: 'FAIL', ErrorCode: 10007, ErrorInfo: 'no' });
    try {
      for (const command of ['list', 'count']) {
        const { status, stderr } = await runHere([command, '-q'], service.env);
        assert.match(stderr, /^tencent-chat-groups: The server answered with error 10007: no\. [^\n]+\n[^\n]+\n$/);
        assert.equal(status, 1);
      }
    } finally {
      service.answer = answer;
    }
    service.answer = (index) => ({ ...answer(index), TotalCount: 5 });
    try {
      const { status, stderr } = await runHere(['list', '-q', '--min-interval-ms', 0], service.env);
      assert.match(stderr, /^3 groups were listed, but the service counts 5: [^\n]+\n$/);
      assert.equal(status, 0);
      const stopped = await runHere(['list', '-q', '--max-pages', 1], service.env);
      assert.deepEqual(stopped, { status: 0, stdout: 'a\nb\n', stderr: '' });
    } finally {
      service.answer = answer;
    }
  });
});
