// What a page downloads, compressed as servers compress it, and what of that any Go program would weigh.
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

/** The goal: so many times an empty Go program at most. */
export const mostSize = 1.2;

const compress = promisify(brotliCompress);
const sizeOf = async (name) => (await compress(await readFile(new URL(name, import.meta.url)))).length;

/**
 * How many times as many bytes groups.wasm has as an empty Go program, after brotli.
 * @param {'empty' | 'empty-small'} program as Go builds it, or with the flags that make groups.wasm small
 */
export async function measureSize(program) {
  const [ours, theirs] = await Promise.all(['../dist/groups.wasm', `../build/${program}.wasm`].map(sizeOf));
  return { ours, theirs, ratio: ours / theirs };
}
