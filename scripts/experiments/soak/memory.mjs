import { memoryOf } from '../../programs/process-memory.mjs';

/**
 * Samples the memory of processes once per second.
 * @param {{ pid: number, exited: Promise<unknown> }[]} processes
 * @returns {{ figures: { peak: number, last: number }[], stop: () => void }} figures are in MB, one entry per process
 */
export function watchMemory(processes) {
  const figures = processes.map(() => ({ peak: Number.NaN, last: Number.NaN }));
  const sample = ({ pid }, n) => {
    const { current, peak } = memoryOf(pid);
    if (current > 0) figures[n] = { peak, last: current }; // a process that has just exited has none
  };
  const timers = processes.map((process, n) => {
    sample(process, n);
    const timer = setInterval(sample, 1000, process, n);
    process.exited.then(() => clearInterval(timer));
    return timer;
  });
  return { figures, stop: () => timers.forEach(clearInterval) };
}
