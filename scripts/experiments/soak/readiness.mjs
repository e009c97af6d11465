import { once } from 'node:events';
import { get } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until a proxy is ready, for some 30 s at most. Returns the last status of its /readyz, or 0 without an answer.
 */
export async function untilReady(proxy, ca) {
  for (let tries = 1; ; tries++) {
    const status = await readyStatus(proxy, ca);
    if (status === 200 || tries === 60) return status;
    await pause(500);
  }
}

async function readyStatus({ url }, ca) {
  const request = get(`${url}/readyz`, { ca, agent: false, timeout: 10_000 });
  request.on('timeout', () => request.destroy(new Error('no answer')));
  try {
    const [answer] = await once(request, 'response');
    answer.resume();
    return answer.statusCode;
  } catch {
    return 0;
  }
}
