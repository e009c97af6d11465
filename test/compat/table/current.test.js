// A table in docs/compatibility.md is what the run before this one proved. make test-compat and test-compat-slow call
// it last.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { currentPage, pageOfResults } from '../../../scripts/build/compatibility.mjs';

it('docs/compatibility.md tells what was just proved (if not: make compatibility)', () => {
  assert.equal(currentPage(), pageOfResults(process.env.COMPAT_TARGET));
});
