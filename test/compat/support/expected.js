// The sandbox that every program lists, and what it has to find there.
import assert from 'node:assert/strict';
import { sandboxGroups, startSandbox } from '../../../scripts/programs/sandbox.mjs';

const flags = ['--groups', '2500', '--interval', '0s', '--seed', '3'];
/** Of the sandbox, in the order of its list. */
export const groupIds = (await sandboxGroups(flags)).map(({ groupId }) => groupId);

export const startCompatSandbox = () => startSandbox(flags);

/** @param {string} output one group ID a line */
export const assertAllGroups = (output) => assert.deepEqual(output.trim().split('\n'), groupIds);
