// The process that memory.mjs looks at.
import { setImmediate } from 'node:timers/promises';

const limit = 500; // IDs per page
const pagesOfAMillion = 2000;
// Go first collects garbage when there are 4 MB of it, some hundreds of pages into a listing. Until then memory only
// rises.
const settledPages = 1000;

// The memory of groups.wasm, which the package keeps to itself.
let engine;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...args) => {
  const instance = await instantiate(...args);
  if (instance.exports?.mailbox && !engine) engine = instance.exports.mem;
  return instance;
};

const { paginateGroups } = await import('../js/node.js');

async function fromMemory() {
  const { compactAnswer } = await import('./answers.mjs');
  let page = 0;
  const fetch = async () => {
    page++;
    return new Response(compactAnswer(limit, page === pagesOfAMillion ? 0 : page));
  };
  return { proxy: 'https://proxy.example', fetch };
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

const options = process.env.OPTIONS ? JSON.parse(process.env.OPTIONS) : await fromMemory();
let listed = 0;
let pages = 0;
let settled;
let last;
for await (const { groupIds, next } of paginateGroups({ ...options, minIntervalMs: 0, limit })) {
  listed += groupIds.length;
  pages++;
  // Both times with a page in hand.
  if (pages === settledPages) settled = await held();
  if (next === null) last = await held();
}
console.log(JSON.stringify({ listed, pages, settled, last }));
