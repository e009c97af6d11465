// A real Chromium. The Makefile says where it is.
import { chromium } from 'playwright-core';

/**
 * @param {string[]} [flags] more than the usual ones
 * @param {string[]} [without] flags of Playwright's own to leave out
 */
export function launchChromium(flags = [], without = []) {
  const executablePath = process.env.CHROMIUM;
  if (!executablePath)
    throw new Error('set CHROMIUM to the path of a Chromium: scripts/programs/chromium.sh finds or installs one');
  return chromium.launch({
    executablePath,
    ignoreDefaultArgs: without,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...flags,
    ],
  });
}
