/**
 * As unpack.js, with Node.js's own zlib: in tests, jsdom's globals may stand in for those of Node.js, and unpack
 * nothing.
 */
import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);

/**
 * @param {string} packed base64 of gzip
 * @returns {Promise<Uint8Array>}
 */
export const unpack = (packed) => unzip(Buffer.from(packed, 'base64'));
