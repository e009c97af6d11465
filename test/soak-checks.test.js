// The checks of `make soak`: each fails on the fault that it exists for.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checksOf } from '../scripts/experiments/soak/checks.mjs';
import { secretSearch } from '../scripts/experiments/soak/secrets.mjs';

/**
 * A run without faults: one call per second for a minute, and a Redis outage from 20.5 s to 30 s with one call granted
 * before it.
 */
const goodRun = () => ({
  intervalMs: 1000,
  replicas: [
    { peak: 80, last: 60 },
    { peak: 150, last: 60 },
  ],
  died: [],
  callers: {
    listings: [0, 1, 2].map((caller) => ({ caller, listing: 'complete' })),
    pages: 30,
    count: 3,
    maxAttempts: 2,
  },
  allCallers: 5,
  answered: 50,
  calls: [...Array(60).keys()].filter((n) => n < 22 || n > 30).map((n) => ({ at: n * 1000 })),
  latenessMs: 1,
  throttled: 0,
  unsigned: 0,
  fetches: 3,
  maxFetches: 3,
  outages: [{ from: 20_500, to: 30_000 }],
  stalls: [{ refused: 1000, seconds: 5, waitingBytes: 100_000, pages: 1 }],
  stops: [{ seconds: 35, status: 0 }],
  readiness: [200, 200],
  outputs: [{ bytes: 1000, found: [] }],
  answeredSecrets: [],
  attacks: { probes: { 200: 1 } },
  connections: 4,
});

const failed = (run) =>
  checksOf(run)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

it('a run without faults passes', () => assert.deepEqual(failed(goodRun()), []));

describe('a run fails', () => {
  for (const [what, name, spoil] of [
    ['with too much memory once', /^memory of replica 2/, (run) => (run.replicas[1].peak = 151)],
    ['without figures of memory', /^memory of replica 1/, (run) => (run.replicas[0].peak = Number.NaN)],
    ['when a replica dies', /exited on their own/, (run) => run.died.push(0)],
    [
      'when a listing fails',
      /failed or incomplete/,
      (run) => run.callers.listings.push({ caller: 0, listing: 'failed', error: 'X' }),
    ],
    [
      'when a listing lacks a group',
      /failed or incomplete/,
      (run) => run.callers.listings.push({ caller: 0, listing: 'incomplete' }),
    ],
    ['when a caller ends no listing', /complete listings/, (run) => run.callers.listings.pop()],
    ['when callers starve', /share of all pages/, (run) => (run.callers.pages = 14)],
    [
      'when nothing is listed',
      /share of all pages/,
      (run) => Object.assign(run, { answered: 0, callers: { ...run.callers, pages: 0 } }),
    ],
    ['when a call comes early', /shortest gap/, (run) => (run.calls[5].at -= 6)],
    ['when a call comes early after Redis is back', /shortest gap/, (run) => run.calls.splice(22, 0, { at: 30_500 })],
    ['without a call', /shortest gap/, (run) => run.calls.splice(0)],
    ['when the sandbox throttles', /rejected as too early/, (run) => (run.throttled = 1)],
    ['when two calls come without Redis', /Redis outages/, (run) => run.calls.splice(22, 0, { at: 22_500 })],
    ['when Redis never failed', /Redis outages/, (run) => run.outages.splice(0)],
    ['when no call comes after Redis is back', /to the next call/, (run) => run.calls.splice(22)],
    ['with a call without a UserSig', /without a UserSig/, (run) => (run.unsigned = 1)],
    ['when forged tokens reach the issuer', /issuer's keys/, (run) => (run.fetches = 4)],
    ['when a stalled log stops requests', /was not read/, (run) => (run.stalls[0].refused = 200)],
    ['when the pipe never was full', /unread log/, (run) => (run.stalls[0].waitingBytes = 1000)],
    ['when a stalled log stops pages', /during that/, (run) => (run.stalls[0].pages = 0)],
    ['when SIGTERM takes too long', /SIGTERM/, (run) => (run.stops[0].seconds = 36)],
    ['when SIGTERM is not enough', /SIGTERM/, (run) => (run.stops[0].status = null)],
    ['when a replica is not ready again', /readyz/, (run) => (run.readiness[1] = 503)],
    ['with a secret in the log', /output of the replicas/, (run) => run.outputs[0].found.push('eJx')],
    ['without a log', /output of the replicas/, (run) => (run.outputs[0].bytes = 0)],
    ['with a secret in an answer', /in their answers/, (run) => run.answeredSecrets.push('eJx')],
    ['when an attack did nothing', /without an outcome/, (run) => (run.attacks.idle = {})],
  ]) {
    it(what, () => {
      const run = goodRun();
      spoil(run);
      const names = failed(run);
      assert.ok(
        names.some((each) => name.test(each)),
        `failed: ${names.join('; ') || 'nothing'}`,
      );
    });
  }
});

describe('a secret is found', () => {
  const key = 'a'.repeat(30) + '+/='.repeat(10);
  for (const [what, ...chunks] of [
    ['unchanged', `x ${key} x`],
    ['encoded for a URL', `?key=${encodeURIComponent(key)}&`],
    ['truncated', `x ${key.slice(0, 45)}`],
    ['across two chunks', `x ${key.slice(0, 20)}`, `${key.slice(20)} x`],
    ['as an unknown token', 'bad token tcg_0123456789abcdef'],
    ['as a JWT', '"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."'],
    ['as a UserSig', `usersig=eJx${'Abc1*-_'.repeat(10)}`],
  ]) {
    it(what, () => {
      const search = secretSearch([key]);
      assert.ok(chunks.map((chunk) => search(Buffer.from(chunk))).at(-1));
    });
  }
  it('and nothing else is', () => {
    const search = secretSearch([key]);
    assert.equal(search(Buffer.from('{"msg":"request","id":"JQ7TV","why":"no bearer token"}')), undefined);
  });
  it('by its pattern in text only', () => {
    const search = secretSearch([key], { byPattern: false });
    assert.equal(search(Buffer.from('tcg_0123456789abcdef')), undefined);
    assert.ok(search(Buffer.from(key)));
  });
});
