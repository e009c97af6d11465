// The same faults as in the simulation, through real sockets: under each the listing comes back whole, or ends with a
// checkpoint from which it does.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { listAllGroups } from '../js/node.js';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { faultFile } from './support/faults.js';

const flags = ['--groups', '400', '--interval', '0s', '--seed', '11'];
const limit = 100; // four pages

// What the listing gets over by itself. Each fault hits the second call, or as said.
const survived = [
  { fault: 'lost-request' },
  { fault: 'lost-answer' },
  { fault: 'reset-body' },
  { fault: 'truncate-body' },
  { fault: 'truncate-body', bytes: 0 },
  { fault: 'stall-headers' },
  { fault: 'stall-body' },
  { fault: 'stall-body', bytes: 1 },
  { fault: 'delay', in: '60ms', out: '60ms' },
  { fault: 'oversize' },
  { fault: 'oversize', bytes: 2097153 },
  { fault: 'status', status: 502, echoUrl: true },
  { fault: 'status', status: 500 },
  { fault: 'status', status: 503, retryAfter: '0' },
  { fault: 'status', status: 429, retryAfter: 'Thu, 01 Jan 1970 00:00:00 GMT' },
  { fault: 'status', status: 504, retryAfter: 'soon' },
  { fault: 'html', echoUrl: true },
  { fault: 'cut-json' },
  { fault: 'cut-json', bytes: 1 },
  { fault: 'code', code: 10002 },
  { fault: 'code', code: 60008 },
  { fault: 'code', code: 70169, echoUrl: true },
  { fault: 'code', code: 70001 }, // signs anew
  { fault: 'code', code: 70052 },
  { fault: 'code', code: 10018 }, // asks for less
  { fault: 'empty-page' },
  { fault: 'duplicates', count: 30 },
  { fault: 'lost-answer', from: 2, to: 4 },
  { fault: 'status', status: 502, every: 2 },
  ...[
    'no-next',
    'next-null',
    'next-string',
    'next-fraction',
    'next-negative',
    'next-too-big',
    'next-twice',
    'no-total-count',
    'total-count-string',
    'no-list',
    'list-null',
    'list-object',
    'list-of-strings',
    'no-group-id',
    'group-id-number',
    'group-id-bad-utf8',
    'group-id-half',
    'no-error-code',
    'error-code-string',
    'array',
    'trailing-text',
    'byte-order-mark',
  ].map((variant) => ({ fault: 'wrong-json', variant })),
];

// What ends the listing, and the class of the error.
const ended = [
  [{ fault: 'redirect', echoUrl: true }, 'HttpError'],
  [{ fault: 'status', status: 404 }, 'HttpError'],
  [{ fault: 'status', status: 503, retryAfter: '86400' }, 'HttpError'],
  [{ fault: 'code', code: 10007 }, 'ApiError'],
  [{ fault: 'code', code: 60020 }, 'ApiError'],
  [{ fault: 'repeat-cursor' }, 'ProtocolError'],
];

describe('a listing', () => {
  let expected;
  before(async () => {
    expected = (await sandboxGroups(flags)).map(({ groupId }) => groupId);
  });

  /** Lists the groups of a sandbox that plays a fault. */
  async function withFault(fault, run) {
    const hit = ['call', 'from', 'every'].some((when) => when in fault) ? fault : { ...fault, call: 2 };
    const script = await faultFile([hit]);
    const sandbox = await startSandbox([...flags, '--faults', script.path]);
    try {
      const options = { ...sandbox.options, limit, minIntervalMs: 0, timeoutMs: 400 };
      await run(options, sandbox);
    } finally {
      await sandbox.stop();
      await script.remove();
    }
  }

  describe('comes back whole', { concurrency: 4 }, () => {
    for (const fault of survived) {
      it(`under ${inspect(fault, { breakLength: Infinity })}`, () =>
        withFault(fault, async (options, sandbox) => {
          const retries = [];
          const listing = await listAllGroups({ ...options, onRetry: ({ error }) => retries.push(error.name) });
          assert.deepEqual(listing.groupIds, expected);
          assert.equal(listing.complete, true);
          assert.equal(listing.retries, retries.length);
          assert.equal(listing.duplicates, fault.count ?? 0);
          assert.ok(
            sandbox.calls.some((call) => call.fault === fault.fault),
            'the fault was not played: the test proves nothing',
          );
        }));
    }
  });

  describe('ends with a checkpoint that leads to the rest', { concurrency: 4 }, () => {
    for (const [fault, name] of ended) {
      it(`under ${inspect(fault, { breakLength: Infinity })}`, () =>
        withFault(fault, async (options) => {
          let error;
          await assert.rejects(listAllGroups(options), (caught) => {
            error = caught;
            return caught.name === name;
          });
          const read = error.groupIds;
          assert.deepEqual(read, expected.slice(0, read.length));
          const rest = await listAllGroups({ ...options, resume: error.checkpoint });
          assert.deepEqual([...new Set([...read, ...rest.groupIds])], expected);
        }));
    }
  });

  it('has every group that was there all the time, though groups are created and dismissed meanwhile', () =>
    withFault({ fault: 'groups-change', every: 1, created: 7, dismissed: 5 }, async (options, sandbox) => {
      const { groupIds } = await listAllGroups({ ...options, limit: 50 });
      const dismissed = new Set(sandbox.changes.flatMap((change) => change.dismissed));
      const created = new Set(sandbox.changes.flatMap((change) => change.created));
      assert.ok(dismissed.size > 20 && created.size > 20, 'too few groups changed: the test proves nothing');
      assert.equal(new Set(groupIds).size, groupIds.length);
      const listed = new Set(groupIds);
      assert.deepEqual(
        expected.filter((id) => !dismissed.has(id) && !listed.has(id)),
        [],
      );
      assert.deepEqual(
        groupIds.filter((id) => !expected.includes(id) && !created.has(id)),
        [],
      );
    }));

  it('through a sandbox with the real pace is never throttled, and after a throttle answer goes on', async () => {
    const sandbox = await startSandbox(['--groups', '40', '--interval', '50ms']);
    try {
      const options = { ...sandbox.options, limit: 10 };
      const [fast, slow] = [20, 50];
      await listAllGroups({ ...options, minIntervalMs: slow });
      assert.deepEqual(
        sandbox.calls.map(({ code }) => code),
        [0, 0, 0, 0],
      );
      const { groupIds, retries } = await listAllGroups({ ...options, minIntervalMs: fast });
      assert.equal(groupIds.length, 40);
      assert.ok(retries > 0);
    } finally {
      await sandbox.stop();
    }
  });
});
