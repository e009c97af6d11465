import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { profileReader } from '../js/profile-rows.js';

const fields = [
  { name: 'name', kind: 'text' },
  { name: 'memberNum', kind: 'integer' },
  { name: 'muteAllMember', kind: 'switch' },
];

describe('profiles that cross the border', () => {
  it('become plain objects with what the service sent', () => {
    const read = profileReader(fields, true);
    const none = Number.NaN;
    const rows = Float64Array.of(
      ...[0, 1, 1, 1, 0, 0, 1, 0, 1, 10], // an empty name, no members, muted, a custom field
      ...[~0, ~1, ~1, ~4, 2 ** 53 - 1, 0, 0, 0, ~4, ~15],
      ...[10, 11, none, 0, none, 0, none, 0, none, 0],
      ...[11, 12, 12, 17, none, 0, none, 0, none, 0],
    );
    const profiles = read(4, rows, 'a{"k":"v"}bconst', '群😀é{"k":"群😀"}');
    assert.deepEqual(profiles, [
      { groupId: 'a', name: '', memberNum: 0, muteAllMember: true, appDefinedData: { k: 'v' } },
      { groupId: '群', name: '😀é', memberNum: 2 ** 53 - 1, muteAllMember: false, appDefinedData: { k: '群😀' } },
      { groupId: 'b' },
      { groupId: 'c', name: 'onst' },
    ]);
    for (const profile of profiles) assert.equal(Object.getPrototypeOf(profile), Object.prototype);
  });

  it('have no custom fields if none were asked for', () => {
    const read = profileReader([], false);
    assert.deepEqual(read(2, Float64Array.of(0, 1, 1, 3), 'abc', ''), [{ groupId: 'a' }, { groupId: 'bc' }]);
    assert.deepEqual(read(0, new Float64Array(), '', ''), []);
  });
});
