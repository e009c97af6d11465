// An empty Go program, instantiated as groups.wasm is, and one fetch of the same page.
import { readFile } from 'node:fs/promises';
import { GoInstance } from '../js/border.js';

await GoInstance.start(await WebAssembly.compile(await readFile(new URL('../build/empty.wasm', import.meta.url))));
const response = await fetch(process.env.URL, { method: 'POST', body: process.env.BODY });
const { GroupIdList } = await response.json();
if (GroupIdList.length !== 100) throw new Error(`${GroupIdList.length} groups`);
