/** Signing with usersig.wasm, the file. Only node.js loads this, and only when a secretKey is used. */
import { compile } from './load.js';
import { open } from './open.js';
import { createSigner } from './signer.js';

const byDefault = () => new URL('../dist/usersig.wasm', import.meta.url); // bundlers know this form, and copy the file

export const { load, sign } = createSigner((wasm) => compile(wasm, open, { option: 'signer', byDefault }));
