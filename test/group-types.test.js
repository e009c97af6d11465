// Listings of several group types, one type after the other.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { countGroups, listAllGroups, listGroups, paginateGroups, ValidationError } from 'tencent-chat-groups';
import { sandboxGroups, startSandbox } from '../scripts/programs/sandbox.mjs';
import { answering } from './support/answering.js';

const types = ['Public', 'Private', 'ChatRoom', 'AVChatRoom', 'BChatRoom', 'Community'];
const flags = ['--groups', '2500', '--interval', '0s', '--seed', '5'];
const who = { proxy: 'https://proxy.example', minIntervalMs: 0 };
const page = (ids, totalCount, next = 0) =>
  JSON.stringify({
    ErrorCode: 0,
    GroupIdList: ids.map((GroupId) => ({ GroupId })),
    TotalCount: totalCount,
    Next: next,
  });

describe('several group types', () => {
  let sandbox;
  let expected; // type → IDs
  before(async () => {
    sandbox = await startSandbox(flags);
    expected = Object.fromEntries(types.map((type) => [type, []]));
    for (const { groupId, type } of await sandboxGroups(flags)) expected[type].push(groupId);
  });
  after(() => sandbox.stop());

  it("are listed one after the other with 'each', and told apart", async () => {
    const listing = await listAllGroups({ ...sandbox.options, groupType: 'each', limit: 300, minIntervalMs: 0 });
    assert.deepEqual(listing.groupIdsByType, expected);
    assert.deepEqual(Object.keys(listing.groupIdsByType), types);
    assert.deepEqual(
      listing.groupIds,
      types.flatMap((type) => expected[type]),
    );
    assert.equal(listing.totalCount, 2500);
    assert.equal(listing.complete, true);
    assert.equal(listing.next, null);
  });

  it('are listed in the order that is asked for, by their names of today as well', async () => {
    const pages = [];
    for await (const each of paginateGroups({
      ...sandbox.options,
      groupType: ['Community', 'Work'],
      limit: 300,
      minIntervalMs: 0,
    })) {
      pages.push(each);
    }
    const found = { Community: [], Private: [] };
    for (const { groupType, groupIds, totalCount } of pages) {
      found[groupType].push(...groupIds);
      assert.equal(totalCount, expected[groupType].length);
    }
    assert.deepEqual(found, { Community: expected.Community, Private: expected.Private });
    assert.ok(pages.length > 2);
    assert.equal(pages.filter(({ next }) => next === null).length, 2);
  });

  it('are counted one after the other, and together', async () => {
    const totalCountByType = Object.fromEntries(types.map((type) => [type, expected[type].length]));
    assert.deepEqual(await countGroups({ ...sandbox.options, groupType: 'each', minIntervalMs: 0 }), {
      totalCount: 2500,
      totalCountByType,
    });
    assert.deepEqual(await countGroups({ ...sandbox.options, groupType: ['Public'], minIntervalMs: 0, maxPages: 1 }), {
      totalCount: expected.Public.length,
      totalCountByType: { Public: expected.Public.length },
    });
  });

  it('can be resumed after any page, and then lack no group', async () => {
    const options = { ...sandbox.options, groupType: 'each', limit: 300, minIntervalMs: 0 };
    const { pages } = await listAllGroups(options);
    for (let n = 1; n <= pages; n++) {
      const begun = await listAllGroups({ ...options, maxPages: n });
      const rest = await listAllGroups({ ...options, resume: JSON.parse(JSON.stringify(begun.checkpoint)) });
      assert.deepEqual(
        [...begun.groupIds, ...rest.groupIds],
        types.flatMap((type) => expected[type]),
      );
      assert.equal(rest.totalCount, 2500);
      assert.equal(rest.complete, null);
      assert.equal(begun.complete, n === pages);
      const together = Object.fromEntries(
        types.map((type) => [type, [...(begun.groupIdsByType[type] ?? []), ...(rest.groupIdsByType[type] ?? [])]]),
      );
      assert.deepEqual(together, expected);
    }
  });

  it('leave what was found by type in an error', async () => {
    const { fetch } = answering(page(['a', 'b'], 3, 7), page(['b', 'c'], 3), page(['d'], 2, 7), '{"ErrorCode":10007}');
    await assert.rejects(listAllGroups({ ...who, groupType: ['Public', 'Community'], fetch }), (error) => {
      assert.equal(error.code, 10007);
      assert.deepEqual(error.groupIds, ['a', 'b', 'c', 'd']);
      assert.deepEqual(error.groupIdsByType, { Public: ['a', 'b', 'c'], Community: ['d'] });
      assert.equal(error.checkpoint.groupType, 'Community');
      assert.equal(error.checkpoint.next, '7');
      return true;
    });
  });

  it('of which one has no groups have an empty list for it', async () => {
    const { fetch, bodies } = answering(page([], 0), page(['a'], 1));
    const { groupIdsByType, complete } = await listAllGroups({ ...who, groupType: ['Public', 'Community'], fetch });
    assert.deepEqual(groupIdsByType, { Public: [], Community: ['a'] });
    assert.equal(complete, true);
    assert.deepEqual(bodies, ['{"GroupType":"Public"}', '{"GroupType":"Community"}']);
  });

  it('of a listing that has ended are no more, and nothing is sent', async () => {
    const first = answering(page(['a'], 1));
    const { checkpoint } = await listAllGroups({ ...who, groupType: ['Public'], fetch: first.fetch });
    const { fetch, bodies } = answering();
    const again = await listAllGroups({ ...who, groupType: ['Public'], resume: checkpoint, fetch });
    assert.deepEqual(again.groupIds, []);
    assert.deepEqual(again.groupIdsByType, {});
    assert.deepEqual(bodies, []);
  });

  it('share one pace', async () => {
    const paced = await startSandbox(['--groups', '30']);
    try {
      const { totalCount } = await countGroups({ ...paced.options, groupType: ['Public', 'Private', 'Community'] });
      assert.ok(totalCount > 0);
      assert.equal(paced.calls.length, 3);
      for (const { code, gapMs } of paced.calls.slice(1)) assert.ok(code === 0 && gapMs >= 1000, `${code} ${gapMs}`);
    } finally {
      await paced.stop();
    }
  });

  it('are named in pages of one type, and in none where all types are listed at once', async () => {
    const { fetch } = answering(page(['a'], 1), page(['a'], 1));
    assert.equal((await listGroups({ ...who, groupType: 'Meeting', fetch })).groupType, 'ChatRoom');
    const all = await listGroups({ ...who, fetch });
    assert.equal(all.groupType, null);
    assert.equal('groupIdsByType' in all, false);
  });

  for (const [options, option, message] of [
    [{ groupType: [] }, 'groupType', /got an array/],
    [{ groupType: ['Public', 'Work', 'Private'] }, 'groupType', /has Private twice/],
    [{ groupType: ['Public', 'each'] }, 'groupType', /got the string 'each'/],
    [{ groupType: ['Public', 'comunity'] }, 'groupType', /'comunity': did you mean Community\?/],
    [{ groupType: ['Public,Community'] }, 'groupType', /got the string 'Public,Community'/],
    [{ groupType: ['Public', 7] }, 'groupType', /got 7\./],
    [{ groupType: new Set(['Public']) }, 'groupType', /got a Set/],
    [{ groupType: 'each', next: '7' }, 'next', /one group type.*resume from a checkpoint/],
  ]) {
    it(`are refused as ${JSON.stringify(options)}, before anything is sent`, async () => {
      const { fetch, bodies } = answering();
      await assert.rejects(listAllGroups({ ...who, ...options, fetch }), (error) => {
        assert.ok(error instanceof ValidationError);
        assert.equal(error.option, option);
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(bodies, []);
    });
  }

  it('are refused by listGroups, which fetches one page', async () => {
    await assert.rejects(listGroups({ ...who, groupType: 'each', fetch: answering().fetch }), /call listAllGroups/);
  });
});
