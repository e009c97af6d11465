/** Returns an empty WebAssembly module with a build ID, as Go's linker writes it. */
export function withBuildId(id) {
  const name = Buffer.from('go:buildid');
  const section = Buffer.concat([
    Buffer.from([name.length]),
    name,
    Buffer.from(`\xff Go build ID: "${id}"\n \xff`, 'latin1'),
  ]);
  return Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 0, ...leb128(section.length), ...section]);
}

/** A number as WebAssembly writes it: seven bits per byte, lowest first. */
function leb128(number) {
  const low = number & 0x7f;
  return number > 0x7f ? [low | 0x80, ...leb128(number >>> 7)] : [low];
}
