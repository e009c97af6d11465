// The benchmarks' own arithmetic: what they say rests on it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { byTurns, compare, median, ratioOf } from '../bench/measure.mjs';
import { plot } from '../bench/plot.mjs';
import { begin, end, intoPage } from '../bench/report.mjs';
import { judge } from '../bench/rows.mjs';

describe('the median', () => {
  it('is the number in the middle, or between the two there, by size', () => {
    assert.equal(median([10, 9, 100]), 10);
    assert.equal(median([100, 9, 10, 20]), 15);
    assert.equal(median([7]), 7);
  });

  it('leaves the numbers as they were', () => {
    const numbers = [3, 1, 2];
    median(numbers);
    assert.deepEqual(numbers, [3, 1, 2]);
  });
});

describe('what is done by turns', () => {
  // The time stands still but for what a side takes.
  const setClock = (t) => {
    const clock = { now: 0 };
    t.mock.method(performance, 'now', () => clock.now);
    return clock;
  };

  it('runs twice in a row, in turn from either end, and only the runs are timed', async (t) => {
    const clock = setClock(t);
    const log = [];
    const side = (name, ms) => ({
      prepare() {
        log.push(`for ${name}`);
        clock.now += 1;
      },
      async run() {
        await undefined;
        log.push(name);
        clock.now += ms;
      },
    });
    const times = await byTurns(60, [side('a', 2), side('b', 3)]);
    const a = ['for a', 'a', 'for a', 'a'];
    const b = ['for b', 'b', 'for b', 'b'];
    assert.deepEqual(log, [...a, ...b, ...b, ...a, ...a, ...b, ...b, ...a, ...a, ...b]);
    assert.deepEqual(times, [
      [2, 2, 2, 2],
      [3, 3, 3, 3],
    ]);
  });

  it('counts the faster of two runs, and forgets the warm-up', async (t) => {
    const clock = setClock(t);
    const takes = [90, 80, 5, 7, 6, 4];
    const run = () => {
      clock.now += takes.shift();
    };
    assert.deepEqual(await byTurns(190, [{ run }]), [[5, 4]]);
  });

  it('is compared by the median of the ratios, whatever spoils a round', async (t) => {
    const clock = setClock(t);
    let runs = 0;
    const ours = {
      run() {
        clock.now += ++runs === 10 || runs === 9 ? 1000 : 2;
      },
    };
    const theirs = {
      run() {
        clock.now += 5;
      },
    };
    const { ours: a, theirs: b, ratio } = await compare(2200, ours, theirs);
    assert.deepEqual([a, b], [2, 5]);
    assert.ok(Math.abs(ratio - 2.5) < 1e-9, String(ratio));
  });
});

describe('a ratio', () => {
  it('is one over itself when the sides are exchanged', () => {
    const [a, b] = [
      [1, 2, 9, 4],
      [2, 1, 3, 4],
    ];
    const [there, back] = [ratioOf(a, b), ratioOf(b, a)];
    assert.ok(Math.abs(there.ratio * back.ratio - 1) < 1e-9);
    assert.ok(Math.abs(there.from * back.to - 1) < 1e-9);
  });

  it('lies within its interval, which is a part of what was measured', () => {
    const a = Array.from({ length: 100 }, (_, i) => i + 1);
    const ones = a.map(() => 1);
    const { ratio, from, to } = ratioOf(a, ones);
    assert.ok(from < ratio && ratio < to, `${from} ${ratio} ${to}`);
    assert.ok(Math.abs(from - 41) < 1e-9 && Math.abs(to - 60) < 1e-9, `${from} ${to}`); // the ranks of the sign test
  });
});

describe('a row', () => {
  it('is short when its ratio misses the goal by anything', () => {
    assert.deepEqual(judge({ least: 2.5 }, { ratio: 2.5 }), { goal: 'at least 2.50', ok: true });
    assert.equal(judge({ least: 2.5 }, { ratio: 2.4999 }).ok, false);
    assert.deepEqual(judge({ most: 1.1 }, { ratio: 1.1 }), { goal: 'at most 1.10', ok: true });
    assert.equal(judge({ most: 1.1 }, { ratio: 1.1001 }).ok, false);
    assert.equal(judge({ most: 1.1 }, { ratio: Number.NaN }).ok, false);
  });

  it('is short when a call was throttled', () => {
    assert.equal(judge({ most: 1.02 }, { ratio: 1, throttled: 1 }).ok, false);
  });
});

describe('the page', () => {
  it('keeps what is written by hand', () => {
    const page = `# Title\n\n${begin}\n\nold\n\n${end}\n\n## By hand\n`;
    assert.equal(intoPage(page, 'new $& text'), `# Title\n\n${begin}\n\nnew $& text\n\n${end}\n\n## By hand\n`);
  });

  it('has its marks', async () => {
    const page = await readFile(new URL('../docs/benchmarks.md', import.meta.url), 'utf8');
    assert.match(intoPage(page, 'new'), /^# Benchmarks\n.*\n\nnew\n\n.*\n## What falls short/s);
  });

  it('is refused without its marks', () => {
    for (const page of ['# Title', `${begin}\nold`, `${end}\n${begin}`, `${begin}${end}${begin}${end}`]) {
      assert.throws(() => intoPage(page, 'new'), /the page must have these two lines once each/);
    }
  });
});

describe('the plot', () => {
  it('puts ten times as many IDs, and ten times as long, at equal distances', () => {
    const times = [
      [0.01, 0.1, 1],
      [0.1, 1, 10],
    ];
    const svg = plot({ sizes: [100, 1000, 10_000], readers: ['one', 'two'], times });
    const [one, two] = [...svg.matchAll(/<polyline points="([^"]+ [^"]+ [^"]+)"\/>/g)].map(([, points]) =>
      points.split(' ').map((point) => point.split(',').map(Number)),
    );
    const near = (a, b) => assert.ok(Math.abs(a - b) <= 0.11, `${a} ${b}`);
    near(one[1][0] - one[0][0], one[2][0] - one[1][0]);
    near(one[1][1] - one[0][1], one[2][1] - one[1][1]);
    near(one[0][1], 380); // the lowest time is the bottom
    near(two[2][1], 84); // the highest is the top
    near(two[1][1], one[2][1]);
  });
});
