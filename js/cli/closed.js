/** Detects a standard output that was closed when the process began, as by `>&-`. */
import { fstatSync, readFileSync, statSync } from 'node:fs';

/**
 * Reports whether a stream looks like a closed standard output. Node.js replaces it by /dev/null, opened for reading
 * and writing; a shell's `> /dev/null` opens it for writing only. The difference shows only on Linux. Some parent
 * processes that ignore the output also pass /dev/null for reading and writing.
 * @param {{ fd?: number }} stream
 */
export function looksClosed({ fd }) {
  if (process.platform !== 'linux' || fd !== 1) return false;
  try {
    const status = fstatSync(fd);
    if (!status.isCharacterDevice() || status.rdev !== statSync('/dev/null').rdev) return false;
    const [, flags = ''] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return (Number.parseInt(flags, 8) & 3) === 2;
  } catch {
    return false; // a system without these files
  }
}
