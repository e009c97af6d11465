/** Signing with usersig.wasm as a part of the JavaScript. Only inline-node.js loads this, when a secretKey is used. */
import { compile } from './load.js';
import { open } from './open.js';
import { createSigner } from './signer.js';
import { unpack } from './unpack-node.js';

const byDefault = async () => unpack((await import('../dist/inline/usersig.js')).default);

export const { load, sign } = createSigner((wasm) => compile(wasm, open, { option: 'signer', byDefault }));
