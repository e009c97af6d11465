// What a page downloads stays near what any Go program weighs.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { measureSize, mostSize } from '../bench/size.mjs';

it(`groups.wasm is at most ${mostSize} times as large as an empty Go program, both after brotli`, async (t) => {
  const { ours, theirs, ratio } = await measureSize('empty');
  t.diagnostic(`${ours} bytes, against ${theirs}: ${ratio.toFixed(3)} times as large`);
  assert.ok(ratio <= mostSize, `${ours} bytes are ${ratio.toFixed(3)} times ${theirs}`);
});
