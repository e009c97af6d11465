/** Tells Node.js from browsers. */

/**
 * Reports whether this is Node.js, Bun or Deno. A document does not speak against it: tests have jsdom's. Electron's
 * renderer and NW.js's pages have Node.js in them and are pages all the same.
 */
export function inNode() {
  const { versions } = globalThis.process ?? {};
  return Boolean(versions?.node) && !versions.nw && !inElectronPage();
}

/** Reports whether this is a page, or a worker of one. */
export function inBrowser() {
  return inElectronPage() || (typeof document !== 'undefined' && !inNode());
}

function inElectronPage() {
  const { type } = /** @type {{ type?: string }} */ (globalThis.process ?? {}); // Electron's
  return type === 'renderer' || type === 'worker';
}
