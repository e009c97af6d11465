// The short form of `make soak`.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { it } from 'node:test';
import { soak } from '../scripts/experiments/soak.mjs';

it('callers, memory, pace and secrets are safe under attack', async (t) => {
  const seed = Number(process.env.SEED || randomInt(2 ** 31));
  t.diagnostic(`SEED=${seed}`);
  const { checks } = await soak({ seconds: 30, seed, intervalMs: 200, pages: 8 });
  for (const { name, figure, bound } of checks) t.diagnostic(`${name}: ${figure} (${bound})`);
  assert.deepEqual(
    checks.filter(({ ok }) => !ok),
    [],
  );
});
