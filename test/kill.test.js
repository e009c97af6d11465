// `kill -9` at any moment loses nothing, repeats nothing and leaves nothing half-written. KILLS says how often.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formats } from '../js/formats.js';
import { killAgainAndAgain } from './support/kill.js';

const kills = Number(process.env.KILLS ?? 12);

for (const [format, share] of [
  ['ids', 0.5],
  ['csv', 0.5],
]) {
  const times = Math.ceil(kills * share);
  it(`a listing to ${format} that is killed ${times} times holds every ID exactly once`, async (t) => {
    const { expected, output, files, amidst, listings } = await killAgainAndAgain(times, format);
    t.diagnostic(`${amidst} of ${times} kills hit a run between its calls; ${listings} runs were faster than the kill`);
    const whole = formats[format].head + expected.map(formats[format].row).join('');
    if (output !== whole) {
      let at = 0;
      while (output[at] === whole[at]) at++;
      const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 30), at + 60));
      assert.fail(`at character ${at} the output has ${around(output)}, expected was ${around(whole)}`);
    }
    assert.deepEqual(files.sort(), ['checkpoint', 'groups'], 'nothing is left of the runs that were killed');
    assert.ok(amidst > 0, 'no kill hit a run while it was listing: the test proves nothing');
  });
}
