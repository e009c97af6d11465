// Attacks by well-formed requests: forged tokens, two flooding callers, and probes.
import { Agent, request } from 'node:https';

const path = '/v4/group_open_http_svc/get_appid_group_list';
const timeoutMs = 60_000;

/**
 * Returns the attacks by name, in the form of connectionAttacks.
 * @param {{ signal: AbortSignal, search: () => (chunk: Buffer) => void, tokens: string[], forged: string[], random: () => number
 *   }} context tokens are those of the flooding callers; forged ones are invalid
 */
export function requestAttacks({ signal, search, tokens, forged, random }) {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  signal.addEventListener('abort', () => agent.destroy());

  /** Sends a request. Resolves with the status, or the code of an error. */
  const send = ({ port, address }, method, target, headers = {}, body = undefined) =>
    new Promise((resolve) => {
      const options = { agent, host: '127.0.0.1', port, localAddress: address, method, path: target, headers };
      const call = request({ ...options, signal, timeout: timeoutMs }, (answer) => {
        const look = search();
        look(Buffer.from(answer.rawHeaders.join('\n')));
        answer.on('data', look);
        answer
          .on('error', (error) => resolve(error.code ?? 'error'))
          .on('end', () => resolve(String(answer.statusCode)));
      });
      call.on('timeout', () => call.destroy(Object.assign(new Error('no answer'), { code: 'timeout' })));
      call.on('error', (error) => resolve(error.code ?? 'error'));
      call.end(body);
    });
  const list = (target, authorization, body) =>
    send(target, 'POST', path, { authorization, 'content-type': 'application/json' }, body);
  const whole = (most) => Math.floor(random() * most);

  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const made = (length) => Array.from({ length }, () => characters[whole(64)]).join('');
  const forgeries = [
    () => `Bearer tcg_${made(43)}`,
    () => `Bearer ${forged[whole(forged.length)]}`,
    () => `Bearer ${forged[whole(forged.length)]}`,
    () => `Bearer tcg_${'x'.repeat(14_000)}`,
    () => `Bearer tcg_${'x'.repeat(40_000)}`, // larger than the limit of all headers
    () => `Bearer ${`${'e'.repeat(100)}.`.repeat(100)}`,
    () => [`Bearer tcg_${made(43)}`, `Bearer ${tokens[0]}`],
    () => `Basic ${Buffer.from(`admin:tcg_${made(43)}`).toString('base64')}`,
    () => 'Bearer ',
  ];
  const forge = (target) => list(target, forgeries[whole(forgeries.length)](), '{}');
  const flood = (token) => (target) => {
    // Random cursors of 63 bits, as the service's are, so that no two requests share an answer.
    const cursor = (BigInt(whole(2 ** 31)) << 32n) + BigInt(whole(2 ** 32));
    return list(target, `Bearer ${token}`, `{"Limit":${1 + whole(10_000)},"Next":${cursor}}`);
  };
  const probe = (target) => {
    const authorization = [undefined, `Bearer ${tokens[0]}`, `Bearer tcg_${made(43)}`][whole(3)];
    return send(target, 'GET', ['/healthz', '/readyz', '/metrics'][whole(3)], authorization ? { authorization } : {});
  };
  return {
    'forged tokens': { slots: 12, everyMs: 50, strike: forge },
    'flooder-1': { slots: 20, everyMs: 200, strike: flood(tokens[0]) },
    'flooder-2': { slots: 20, everyMs: 200, strike: flood(tokens[1]) },
    probes: { slots: 4, everyMs: 250, strike: probe },
  };
}
