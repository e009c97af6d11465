// Starts the sandbox, for the demo and the tests.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const binary = fileURLToPath(new URL('../../build/sandbox', import.meta.url));

/**
 * Starts build/sandbox on a free port.
 * @param {string[]} flags as cmd/sandbox takes them
 * @returns {Promise<{ options: object, calls: object[], changes: object[], events: EventEmitter,
 *   stop: () => Promise<void> }>}
 *   options are those that a listing needs; calls grows by an entry for each call that arrives, as the sandbox logs it, and
 *   changes for each time that it creates and dismisses groups; events has a 'call' for each call
 */
export async function startSandbox(flags = []) {
  const child = spawn(binary, ['--addr', '127.0.0.1:0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const calls = [];
  const changes = [];
  const events = new EventEmitter();
  const complaints = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    const entry = line.startsWith('{') ? JSON.parse(line) : {};
    if (entry.msg === 'call') {
      calls.push(entry);
      events.emit('call');
    } else if (entry.msg === 'groups change') changes.push(entry);
    else complaints.push(line);
  });
  const firstLine = once(createInterface({ input: child.stdout }), 'line');
  await Promise.race([
    firstLine,
    exited.then(([status]) => {
      throw new Error(`the sandbox did not start (exit status ${status}): ${complaints.join('\n')}`);
    }),
  ]);
  const options = JSON.parse((await firstLine)[0]);
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { options, calls, changes, events, stop };
}

/** The groups of a sandbox started with the same flags, in listing order: [{ groupId, type }]. */
export async function sandboxGroups(flags = []) {
  const child = spawn(binary, ['--print-groups', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const groups = [];
  for await (const line of createInterface({ input: child.stdout })) groups.push(JSON.parse(line));
  return groups;
}
