// An ordinary Go client's reader, bench/ordinary, run by Go's own wasm_exec.js as it is.
import { readFile } from 'node:fs/promises';

/** @returns {Promise<(bytes: Uint8Array) => { groupIds: string[], totalCount: number, next: string }>} */
export async function startOrdinary() {
  await import('../build/wasm_exec.js'); // defines globalThis.Go
  const go = new globalThis.Go();
  const bytes = await readFile(new URL('../build/ordinary.wasm', import.meta.url));
  const { instance } = await WebAssembly.instantiate(bytes, go.importObject);
  go.run(instance); // settles only when Go exits
  return (answer) => {
    const result = globalThis.readAnswer(answer);
    if (typeof result === 'string') throw new Error(result);
    return result;
  };
}
