// The examples of the help, run as they are printed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { helpOn } from '../js/cli/help.js';
import { PageFolder } from './support/page-folder.js';

describe('the examples of the help', () => {
  let folder;
  beforeEach(async () => {
    folder = await PageFolder.open();
  });
  afterEach(() => folder.close());

  // The proxy of the last example is nowhere.
  const examplesOf = (command) =>
    /\nExamples\n([\s\S]*?)\n\nExit status/.exec(helpOn(command))[1].replace(/.*\n.*https:.*/, '');

  const expected = { list: /^\d+$/m, check: /^ok +count +12,000 groups$/m };

  for (const command of [undefined, 'list', 'count', 'check']) {
    it(`of ${command ?? 'all commands'} work`, async () => {
      const child = folder.start(`PATH="$PWD/node_modules/.bin:$PATH"\n${examplesOf(command)}`);
      const [[status], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
      assert.equal(err.replace(/^--sandbox: .*\n/gm, ''), '');
      // Here fetch alone leads to the sandbox: check finds that the region's host cannot be reached, unless there is a
      // network.
      if (command !== 'check') assert.equal(status, 0);
      assert.match(out, expected[command] ?? /^12000$/m);
    });
  }
});
