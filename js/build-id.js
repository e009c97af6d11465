/** Which module a WebAssembly.Module is: Go's linker writes its build ID, such as groups.wasm@1.2.3, into a section. */
import version from '../dist/version.js';
import { files, Unloadable } from './load-failure.js';

const maxBytes = 200; // of a section: ours has fewer

/**
 * Checks that a module is the one of this package and of its version.
 * @param {WebAssembly.Module} module
 * @param {'wasm' | 'signer'} option of init, which tells which module it should be
 * @throws an Unloadable if it is another one
 */
export function checkBuildId(module, option) {
  const file = files[option];
  const [section = new ArrayBuffer(0)] = WebAssembly.Module.customSections(module, 'go:buildid');
  // Without TextDecoder, which may be missing, as in jsdom.
  const text = String.fromCharCode(...new Uint8Array(section).subarray(0, maxBytes));
  const [, name, found] = /"(\w+\.wasm)@([\w.+-]+)"/.exec(text) ?? [];
  if (name === file && found === version) return;
  const other = name ? `it is ${name} of version ${found}, not` : 'it is not';
  throw new Unloadable(
    `${other} ${file} of version ${version}`,
    `Copy node_modules/tencent-chat-groups/dist/${file} again: the file and the JavaScript must be of the same version. ` +
      'Caches and service workers may keep an old file.',
    { retryable: false },
  );
}
