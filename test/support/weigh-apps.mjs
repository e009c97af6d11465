// The process that memory.test.js looks at: it lists the groups of many apps at once, a large page of each.
import { setImmediate } from 'node:timers/promises';
import { compactAnswer } from '../../bench/answers.mjs';

let engine; // the memory of groups.wasm, which the package keeps to itself
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...args) => {
  const instance = await instantiate(...args);
  if (instance.exports?.mailbox && !engine) engine = instance.exports.mem;
  return instance;
};
const { listAllGroups } = await import('../../js/node.js');

const answer = compactAnswer(10_000, 0);
const cut = answer.length / 2;

/** Lists so many apps, whose answers have all begun before the first of them ends. */
async function listApps(first, count) {
  let begun = 0;
  let allBegun;
  const gate = new Promise((resolve) => {
    allBegun = resolve;
  });
  const fetch = async () => {
    const parts = [answer.subarray(0, cut), answer.subarray(cut)];
    const pull = async (controller) => {
      const part = parts.shift();
      if (parts.length === 0) {
        begun++;
        if (begun === count) allBegun();
        await gate;
      }
      if (part) controller.enqueue(part);
      else controller.close();
    };
    return new Response(new ReadableStream({ pull }));
  };
  const listings = Array.from({ length: count }, (_, i) =>
    listAllGroups({ proxy: 'https://proxy.example', sdkAppId: first + i, minIntervalMs: 0, timeoutMs: 600_000, fetch }),
  );
  return (await Promise.all(listings)).reduce((sum, { groupIds }) => sum + groupIds.length, 0);
}

async function held() {
  // What a collection finds dead may hold something up until its finalizer has run.
  for (let i = 0; i < 3; i++) {
    gc();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed + arrayBuffers, engine: engine.buffer.byteLength };
}

let listed = await listApps(1, 20);
const few = await held();
listed += await listApps(1001, 400);
console.log(JSON.stringify({ listed, few, many: await held() }));
