/** Signing with usersig.wasm, the file. Only node.js loads this, and only when a secretKey is used. */
import { compile } from './load.js';
import { open } from './open.js';
import { createSigner } from './signer.js';

// Bundlers copy the file that such an expression names. File tracers do so only if it is a statement.
function byDefault() {
  return new URL('../dist/usersig.wasm', import.meta.url);
}

export const { load, sign } = createSigner((wasm) => compile(wasm, open, { option: 'signer', byDefault }));
