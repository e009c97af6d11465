// Listings from end to end: the npm package, the engine in WebAssembly, fetch, and a server that checks UserSigs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { countGroups, createClient, listAllGroups, listGroups, paginateGroups } from '../js/node.js';
import { sign } from '../js/sign.js';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { answering } from './support/answering.js';

describe('options', () => {
  const who = { proxy: 'https://proxy.example', minIntervalMs: 0 };
  const answers = ['{"ErrorCode":0,"TotalCount":2,"Next":7,"GroupIdList":[{"GroupId":"a"}]}', '{"ErrorCode":10002}'];

  it('are those of the moment at which a function is called', async () => {
    const { fetch, inits, bodies } = answering(...new Array(3).fill('{"ErrorCode":0,"TotalCount":0,"Next":0}'));
    const groupType = ['Public'];
    const headers = { authorization: 'first' };
    const options = { ...who, groupType, headers, fetch };
    const listings = [listAllGroups(options), listAllGroups({ ...options, headers: new Headers(headers) })];
    const pages = paginateGroups(options);
    groupType[0] = 'Community';
    headers.authorization = 'second';
    options.groupType = 'Private';
    await Promise.all([...listings, pages.next()]);
    assert.deepEqual(bodies, new Array(3).fill('{"GroupType":"Public"}'));
    for (const init of inits) assert.equal(init.headers.get('authorization'), 'first');
  });

  it('of which a callback returns a promise have it waited for, and end the listing when it rejects', async () => {
    const full = new Error('the disk is full');
    for (const name of ['onProgress', 'onRetry']) {
      const { fetch, bodies } = answering(...answers);
      const callback = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw full;
      };
      await assert.rejects(listAllGroups({ ...who, fetch, [name]: callback }), (error) => error === full);
      assert.equal(bodies.length, name === 'onProgress' ? 1 : 2);
    }
  });

  it('of which a callback returns a promise that never ends do not keep an abort from ending the listing', async () => {
    for (const name of ['onProgress', 'onRetry']) {
      const controller = new AbortController();
      const { signal } = controller;
      const enough = new Error('enough');
      const { fetch } = answering(...answers);
      const never = () => {
        setImmediate(() => controller.abort(enough));
        return new Promise(() => {});
      };
      await assert.rejects(listAllGroups({ ...who, fetch, signal, [name]: never }), (error) => error === enough);
    }
  });
});

describe('25,000 groups at one call a second', () => {
  let sandbox;
  before(async () => {
    sandbox = await startSandbox(['--groups', '25000']);
  });
  after(() => sandbox.stop());

  it('are listed with three calls, a second or more apart, every ID once and in order', async () => {
    const expected = (await sandboxGroups(['--groups', '25000'])).map(({ groupId }) => groupId);
    const progress = [];
    const listing = await listAllGroups({ ...sandbox.options, limit: 10000, onProgress: (p) => progress.push(p) });

    assert.deepEqual(listing.groupIds, expected);
    assert.equal(listing.totalCount, 25000);
    assert.equal(listing.complete, true);
    assert.equal(listing.requests, 3);
    assert.equal(listing.retries, 0);
    assert.equal(listing.duplicates, 0);
    assert.equal(listing.next, null);
    assert.deepEqual(
      progress.map(({ groups, pages }) => [groups, pages]),
      [
        [10000, 1],
        [20000, 2],
        [25000, 3],
      ],
    );
    const arrived = sandbox.calls.map(({ code, gapMs }) => [code, gapMs]);
    assert.equal(arrived.length, 3);
    for (const [index, [code, gapMs]] of arrived.entries()) {
      assert.equal(code, 0, `call ${index + 1} was answered with ${code}`);
      if (index > 0) assert.ok(gapMs >= 1000, `call ${index + 1} came ${gapMs} ms after the one before`);
    }
  });
});

describe('with a sandbox that does not make callers wait', () => {
  const flags = ['--groups', '3000', '--interval', '0s', '--seed', '7'];
  let sandbox;
  let groups;
  let options;
  before(async () => {
    sandbox = await startSandbox(flags);
    groups = await sandboxGroups(flags);
    options = { ...sandbox.options, minIntervalMs: 0 };
  });
  after(() => sandbox.stop());

  it('IDs come back as they are, whatever characters they hold', async () => {
    const { groupIds } = await listAllGroups({ ...options, limit: 700 });
    assert.deepEqual(
      groupIds,
      groups.map(({ groupId }) => groupId),
    );
    for (const [what, pattern] of Object.entries({
      quote: /"/,
      backslash: /\\/,
      'non-ASCII': /[^ -~]/,
      community: /^@TGS#_/,
    })) {
      assert.ok(
        groupIds.some((id) => pattern.test(id)),
        `the sandbox has no ID with ${what}: the test proves nothing`,
      );
    }
  });

  it('a page can be asked for, and the next one by its cursor', async () => {
    const first = await listGroups({ ...options, limit: 10 });
    assert.deepEqual(
      first.groupIds,
      groups.slice(0, 10).map(({ groupId }) => groupId),
    );
    assert.match(first.next, /^\d+$/);
    assert.ok(BigInt(first.next) > 2n ** 32n, 'the cursor does not exceed 32 bits: the test proves nothing');
    for (const next of [first.next, BigInt(first.next)]) {
      const second = await listGroups({ ...options, limit: 10, next });
      assert.deepEqual(
        second.groupIds,
        groups.slice(10, 20).map(({ groupId }) => groupId),
      );
    }
  });

  it('one group type can be listed and counted, by either of its names', async () => {
    const expected = groups.filter(({ type }) => type === 'Private').map(({ groupId }) => groupId);
    for (const groupType of ['Private', 'Work']) {
      const listing = await listAllGroups({ ...options, groupType });
      assert.deepEqual(listing.groupIds, expected);
      assert.equal(listing.totalCount, expected.length);
      assert.equal(await countGroups({ ...options, groupType }), expected.length);
    }
    assert.equal(await countGroups(options), groups.length);
  });

  it('pages come one by one, and leaving the loop makes no further call', async () => {
    const calls = sandbox.calls.length;
    const sizes = [];
    for await (const page of paginateGroups({ ...options, limit: 1000 })) {
      sizes.push(page.groupIds.length);
      if (sizes.length === 2) break;
    }
    assert.deepEqual(sizes, [1000, 1000]);
    assert.equal(await countGroups(options), 3000); // one more call, after which the sandbox has logged all before it
    assert.equal(sandbox.calls.length - calls, 3);
  });

  it('maxPages stops, and the checkpoint goes on', async () => {
    const first = await listAllGroups({ ...options, limit: 1000, maxPages: 2 });
    assert.equal(first.groupIds.length, 2000);
    assert.equal(first.complete, false);
    const rest = await listAllGroups({ ...options, limit: 1000, resume: JSON.parse(JSON.stringify(first.checkpoint)) });
    assert.equal(rest.groupIds.length, 1000);
    assert.equal(rest.complete, null);
    assert.equal(rest.pages, 3);
    assert.deepEqual(
      [...first.groupIds, ...rest.groupIds],
      groups.map(({ groupId }) => groupId),
    );
  });

  it('a client keeps defaults, and what a call gives wins', async () => {
    const client = createClient({ ...options, limit: 5 });
    assert.equal((await client.listGroups()).groupIds.length, 5);
    assert.equal((await client.listGroups({ limit: 7 })).groupIds.length, 7);
    assert.equal(
      await client.countGroups({ groupType: 'Community' }),
      groups.filter(({ type }) => type === 'Community').length,
    );
    const pages = [];
    for await (const page of client.paginateGroups({ limit: 1500 })) pages.push(page.groupIds.length);
    assert.deepEqual(pages, [1500, 1500]);
    assert.equal((await client.listAllGroups({ limit: 10000 })).groupIds.length, 3000);
  });

  it('a UserSig can be given as a string', async () => {
    const { secretKey, ...unsigned } = options;
    const userSig = await sign({ ...sandbox.options, expireSeconds: 60 });
    assert.equal((await listGroups({ ...unsigned, userSig, limit: 1 })).groupIds.length, 1);
  });

  it('a UserSig function is called once, and once more when the UserSig has expired', async () => {
    const { secretKey, ...unsigned } = options;
    for (const lives of [[60], [-60, 60]]) {
      let asked = 0;
      const userSig = () => sign({ ...sandbox.options, expireSeconds: lives[asked++] });
      const listing = await listAllGroups({ ...unsigned, limit: 1000, userSig });
      assert.equal(listing.groupIds.length, 3000);
      assert.equal(asked, lives.length);
      assert.equal(listing.retries, lives.length - 1);
    }
  });

  it('many listings at once do not disturb each other', async () => {
    const types = ['Public', 'Private', 'ChatRoom', 'AVChatRoom', 'BChatRoom', 'Community'];
    const listings = await Promise.all(
      types.map((groupType, i) => listAllGroups({ ...options, groupType, limit: 50 + i })),
    );
    for (const [i, { groupIds }] of listings.entries()) {
      assert.deepEqual(
        groupIds,
        groups.filter(({ type }) => type === types[i]).map(({ groupId }) => groupId),
      );
    }
  });
});

describe('listings of one app in one process', () => {
  it('share one call a second', async () => {
    const sandbox = await startSandbox(['--groups', '50', '--interval', '100ms']);
    try {
      const options = { ...sandbox.options, minIntervalMs: 100, limit: 10 };
      await Promise.all([listAllGroups(options), listAllGroups(options), countGroups(options), listGroups(options)]);
      assert.equal(sandbox.calls.length, 12);
      for (const { code, gapMs, call } of sandbox.calls) {
        assert.equal(code, 0, `call ${call} was answered with ${code}, ${gapMs} ms after the one before`);
      }
    } finally {
      await sandbox.stop();
    }
  });
});

describe('a listing that is resumed', () => {
  const page = (next, totalCount, ...ids) =>
    JSON.stringify({
      ActionStatus: 'OK',
      ErrorCode: 0,
      TotalCount: totalCount,
      GroupIdList: ids.map((GroupId) => ({ GroupId })),
      Next: next,
    });
  const list = (answers, more) =>
    listAllGroups({ proxy: 'https://proxy.example', minIntervalMs: 0, fetch: answering(...answers).fetch, ...more });

  it('is complete only where that is known', async () => {
    const { checkpoint, complete } = await list([page(1, 3, 'a', 'b')], { maxPages: 1 });
    assert.equal(complete, false);
    // b came again: c is missing, but only the caller, who has both parts, can see it.
    const rest = await list([page(0, 3, 'b')], { resume: checkpoint });
    assert.deepEqual([rest.groupIds, rest.complete], [['b'], null]);
    assert.equal((await list([page(0, 4, 'c')], { resume: checkpoint })).complete, false);
    assert.equal((await list([page(0, 3, 'a', 'b', 'c')])).complete, true);
    const empty = await list([page(1, 3)], { maxPages: 1 }); // nothing can come again
    assert.equal((await list([page(0, 3, 'a', 'b', 'c')], { resume: empty.checkpoint })).complete, true);
  });

  it('has the shape that its options promise, whichever way the type was given before', async () => {
    const alone = (await list([page(1, 3, 'a', 'b')], { groupType: 'Public', maxPages: 1 })).checkpoint;
    const inList = (await list([page(1, 3, 'a', 'b')], { groupType: ['Public'], maxPages: 1 })).checkpoint;
    for (const resume of [alone, inList]) {
      const one = await list([page(0, 3, 'c')], { groupType: 'Public', resume });
      assert.deepEqual(['groupIdsByType' in one, 'groupTypes' in one.checkpoint], [false, false]);
      const listed = await list([page(0, 3, 'c')], { groupType: ['Public'], resume });
      assert.deepEqual(listed.groupIdsByType, { Public: ['c'] });
      assert.equal(listed.totalCount, 3);
    }
  });
});

describe('cursors', () => {
  const who = { sdkAppId: 1400000000, identifier: 'administrator', userSig: 'x', minIntervalMs: 0 };

  it("the vendor's sample answer gives next '4454685361', and the next call carries that very integer", async () => {
    const server = answering(
      await readFile(new URL('../core/restapi/testdata/vendors-sample.json', import.meta.url), 'utf8'),
      '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":2,"GroupIdList":[],"Next":0}',
    );
    const pages = [];
    for await (const page of paginateGroups({ ...who, fetch: server.fetch })) pages.push(page);
    assert.deepEqual(pages[0].groupIds, ['@TGS#2J4SZEAEL', '@TGS#2C5SZEAEF']);
    assert.equal(pages[0].next, '4454685361');
    assert.deepEqual(server.bodies, ['{}', '{"Next":4454685361}']);
  });

  it('survive up to 2^63-1', async () => {
    for (const next of ['9007199254740993', '9223372036854775807']) {
      const server = answering(
        `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a"}],"Next":${next}}`,
        '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[],"Next":0}',
      );
      const page = await listGroups({ ...who, fetch: server.fetch });
      assert.equal(page.next, next);
      await listGroups({ ...who, fetch: server.fetch, next: page.next, limit: 20, groupType: 'Meeting' });
      assert.equal(server.bodies[1], `{"Limit":20,"Next":${next},"GroupType":"ChatRoom"}`);
    }
  });

  it('beyond 2^63-1 are refused rather than rounded', async () => {
    const server = answering(
      '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"GroupIdList":[],"Next":9223372036854775808}',
    );
    await assert.rejects(listGroups({ ...who, fetch: server.fetch, maxRetries: 0 }), {
      name: 'ProtocolError',
      message: /Next.*64 bits/,
    });
  });
});

describe('a call', () => {
  it('goes to the region of the SDKAppID, signed, with every value percent-encoded', async () => {
    const server = answering('{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"GroupIdList":[],"Next":0}');
    await listGroups({ sdkAppId: 20000001, identifier: 'a&b=ü', userSig: 'eJw*-_/+=', fetch: server.fetch });
    const url = new URL(server.urls[0]);
    assert.equal(url.origin, 'https://adminapisgp.im.qcloud.com');
    assert.equal(url.pathname, '/v4/group_open_http_svc/get_appid_group_list');
    assert.match(
      url.search,
      /^\?sdkappid=20000001&identifier=a%26b%3D%C3%BC&usersig=eJw%2A-_%2F%2B%3D&random=\d+&contenttype=json$/,
    );
    assert.ok(Number(url.searchParams.get('random')) < 2 ** 32);
  });

  it('to a proxy carries no query and no identity', async () => {
    const server = answering('{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"GroupIdList":[],"Next":0}');
    await listGroups({
      proxy: 'https://proxy.example/chat/',
      headers: { authorization: 'Bearer t' },
      fetch: server.fetch,
    });
    assert.deepEqual(server.urls, ['https://proxy.example/chat/v4/group_open_http_svc/get_appid_group_list']);
    assert.equal(server.inits[0].headers.get('authorization'), 'Bearer t');
    assert.equal(server.inits[0].headers.get('content-type'), 'application/json');
    assert.equal(server.inits[0].redirect, 'manual');
  });

  it('an ID that holds a line feed, or begins with a byte order mark, comes back whole', async () => {
    const server = answering(
      '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":3,"GroupIdList":[{"GroupId":"a\\nb"},{"GroupId":""},{"GroupId":"\\u0000\\"😀"}],"Next":0}',
      '{"ActionStatus":"OK","ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"\ufeffa"},{"GroupId":"b"}],"Next":0}',
    );
    const options = { proxy: 'https://proxy.example', fetch: server.fetch, minIntervalMs: 0 };
    assert.deepEqual((await listGroups(options)).groupIds, ['a\nb', '', '\u0000"😀']);
    assert.deepEqual((await listGroups(options)).groupIds, ['\ufeffa', 'b']);
  });
});
