// The memory of another process, from Linux's /proc.
import { readFileSync } from 'node:fs';

/**
 * Returns the resident memory of a process in MB (2^20 bytes): its current value and its peak, or NaN if it has exited.
 */
export function memoryOf(pid) {
  let status = '';
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error;
  }
  const megabytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { current: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
