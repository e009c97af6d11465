// What stands in for Electron, whose program is not at hand: the main process runs in a real Node.js and the page in a
// real Chromium, from a file, without Node.js in it. Of Electron's own modules there is as much as the programs here
// call.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Electron's modules for the main process: what a page asks for comes from the test, as messages. */
export const electronModule = `
const handlers = new Map();
process.on('message', async ({ id, channel, args }) => {
  try {
    process.send({ id, value: await handlers.get(channel)({}, ...args) });
  } catch (error) {
    process.send({ id, failed: String(error) });
  }
});
exports.app = { whenReady: async () => {}, quit: () => process.disconnect() };
exports.ipcMain = { handle: (channel, handler) => handlers.set(channel, handler) };
exports.BrowserWindow = class {
  constructor({ webPreferences }) { this.preload = webPreferences.preload; }
  loadFile(path) { process.send({ open: path, preload: this.preload }); }
};`;

/**
 * Starts a main process and opens its window in a browser.
 * @param {{ folder: string, main: string, execPath: string, env: object }} program
 * @param {import('playwright-core').Browser} browser
 * @param {(page: import('playwright-core').Page) => unknown} check
 */
export async function runProgram({ folder, main, execPath, env }, browser, check) {
  const child = fork(join(folder, main), {
    cwd: folder,
    execPath,
    execArgv: [],
    env: { PATH: process.env.PATH, NODE_PATH: join(folder, 'stand-in'), ...env },
  });
  const exited = once(child, 'exit');
  const page = await browser.newPage();
  try {
    const [{ open, preload }] = await Promise.race([
      once(child, 'message'),
      exited.then(([status]) => {
        throw new Error(`the main process ended with status ${status}`);
      }),
    ]);
    const waiting = new Map();
    child.on('message', ({ id, value, failed }) => {
      if (failed) waiting.get(id).reject(new Error(failed));
      else waiting.get(id).resolve(value);
    });
    let asked = 0;
    await page.exposeFunction('invokeMain', (channel, args) => {
      const id = ++asked;
      child.send({ id, channel, args });
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    });
    // The preload script sees Electron, the page only what it exposes: as with contextIsolation and sandbox.
    await page.addInitScript(`((invoke) => {
      const contextBridge = { exposeInMainWorld: (name, api) => { globalThis[name] = api; } };
      const ipcRenderer = { invoke: (channel, ...args) => invoke(channel, args) };
      ((require) => {
        ${await readFile(preload, 'utf8')}
      })(() => ({ contextBridge, ipcRenderer }));
    })(globalThis.invokeMain);`);
    page.on('pageerror', (error) => console.error(error)); // for who looks into a failure
    await page.goto(pathToFileURL(join(folder, open)).href);
    await page.waitForFunction(() => document.title === 'done');
    await check(page);
  } finally {
    await page.close();
    child.disconnect();
    await exited;
  }
}
