/** Whether standard output was closed when the process began, as by `>&-`. */
import { fstatSync, readFileSync, statSync } from 'node:fs';

/**
 * Reports whether a stream looks like a closed standard output. Node.js puts /dev/null in its place, opened for reading and
 * writing; a shell's `> /dev/null` opens it for writing only. Only Linux shows the difference. Some parents give a process
 * that they do not listen to the same thing.
 */
export function looksClosed({ fd }) {
  if (process.platform !== 'linux' || fd !== 1) return false;
  try {
    const is = fstatSync(fd);
    if (!is.isCharacterDevice() || is.rdev !== statSync('/dev/null').rdev) return false;
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
    return (Number.parseInt(flags, 8) & 3) === 2;
  } catch {
    return false; // a system without these files
  }
}
