// Attacks on the level of connections: they are idle, send or read slowly, or send malformed requests.
import { connect as connectTCP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTLS } from 'node:tls';
import { withResolvers } from '../../../test/support/with-resolvers.js';
import { frame, headersFrame, preface } from './http2.mjs';

const path = '/v4/group_open_http_svc/get_appid_group_list';

/**
 * Opens a connection. Resolves with its outcome: the status of the first answer, 'HTTP/2', 'closed' by the proxy
 * without an answer, 'held' open for holdMs, or the code of an error.
 * @param {object} target { port, address }: address is the local one
 * @param {{ holdMs: number, signal: AbortSignal, search: () => (chunk: Buffer) => void, tls?: boolean, alpn?: string[], slow?:
 *   boolean, attack: (socket: import('node:net').Socket) => void | Promise<void> }} how slow reads 256 bytes per second;
 *   attack is called once the connection is open
 */
function strike({ port, address }, { holdMs, signal, search, tls = true, alpn, slow = false, attack }) {
  const { promise, resolve } = withResolvers();
  const options = { host: '127.0.0.1', port, localAddress: address };
  const socket = tls ? connectTLS({ ...options, rejectUnauthorized: false, ALPNProtocols: alpn }) : connectTCP(options);
  let head = '';
  const look = search();
  const read = (chunk) => {
    if (!chunk) return;
    look(chunk);
    if (head.length < 16) head += chunk.subarray(0, 16).toString('latin1');
  };
  const outcome = (otherwise) => {
    if (socket.alpnProtocol === 'h2') return 'HTTP/2';
    return /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? otherwise;
  };
  const end = (otherwise) => {
    clearTimeout(timer);
    clearInterval(sips);
    signal.removeEventListener('abort', giveUp);
    socket.destroy();
    resolve(outcome(otherwise));
  };
  const giveUp = () => end('held');
  const timer = setTimeout(giveUp, holdMs);
  let sips;
  signal.addEventListener('abort', giveUp);
  socket.on('error', (error) => end(error.code ?? 'error')).on('close', () => end('closed'));
  socket.once(tls ? 'secureConnect' : 'connect', async () => {
    if (slow) sips = setInterval(() => read(socket.read(256)), 1000);
    else socket.on('data', read);
    await attack(socket);
  });
  return promise;
}

/** Writes one byte of a string per second while the connection is open. */
async function trickle(socket, text) {
  for (const byte of text) {
    if (socket.destroyed) return;
    socket.write(byte);
    await pause(1000);
  }
}

const post = (host, token, more) =>
  `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n${more}`;

/** Returns requests that two servers in a row could parse differently, and invalid ones. */
const malformed = (token) => [
  post(
    '127.0.0.1',
    token,
    'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
  ),
  post('127.0.0.1', token, 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}'),
  post('127.0.0.1', token, 'Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'),
  post('127.0.0.1', token, 'Content-Length: +2\r\n\r\n{}'),
  post('127.0.0.1', token, 'Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n'),
  post('127.0.0.1\r\nHost: evil.example', token, 'Content-Length: 2\r\n\r\n{}'),
  post('evil.example', token, 'Content-Length: 2\r\n\r\n{}'),
  post('127.0.0.1', token, 'Content-Length: 1073741824\r\n\r\n{'),
  post('127.0.0.1', token, 'X: a\0b\r\nContent-Length: 2\r\n\r\n{}'),
  post('127.0.0.1', token, `X: ${'x'.repeat(64 << 10)}\r\n\r\n`),
  post('127.0.0.1', token, 'Content-Length: 28\r\n\r\n{"usersig":"eJx","Limit":10}'),
  `POST ${path}?usersig=x&identifier=administrator HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
  'GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
  'CONNECT console.tim.qq.com:443 HTTP/1.1\r\nHost: console.tim.qq.com:443\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
  'GET / HTTP/3.7\r\n\r\n',
  `${'\r\n'.repeat(1000)}GARBAGE\r\n\r\n`,
  '\x16\x03\x01\0\x05\x01\0\0\x01\x03',
];

const streamsPerConnection = 32;

/**
 * Returns the attacks by name: slots is the number of concurrent connections, and each slot starts at most one per
 * everyMs.
 * @param {{ signal: AbortSignal, search: (how?: object) => (chunk: Buffer) => void, file: string, tokens: string[], random: () =>
 *   number }} context file is the path of a big file of the console; tokens are valid
 */
export function connectionAttacks({ signal, search, file, tokens, random }) {
  const text = { signal, search: () => search() };
  const binary = { signal, search: () => search({ byLooks: false }) };
  const any = (list) => list[Math.floor(random() * list.length)];
  return {
    'idle connections': {
      slots: 300,
      everyMs: 20_000,
      strike: (target) => strike(target, { ...text, holdMs: 60_000, attack: () => {} }),
    },
    'handshakes that never end': {
      slots: 80,
      everyMs: 20_000,
      strike: (target) =>
        strike(target, {
          ...text,
          tls: false,
          holdMs: 60_000,
          attack: (socket) => trickle(socket, '\x16\x03\x01\x02\0\x01'),
        }),
    },
    'headers byte by byte': {
      slots: 80,
      everyMs: 20_000,
      strike: (target) =>
        strike(target, {
          ...text,
          holdMs: 60_000,
          attack: (socket) => trickle(socket, `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(60)}`),
        }),
    },
    'bodies byte by byte': {
      slots: 20,
      everyMs: 20_000,
      strike: (target) =>
        strike(target, {
          ...text,
          holdMs: 60_000,
          attack: (socket) => {
            socket.write(post('127.0.0.1', any(tokens), 'Content-Length: 4000\r\n\r\n'));
            return trickle(socket, ' '.repeat(60));
          },
        }),
    },
    'slow readers of a file': {
      slots: 400,
      everyMs: 30_000,
      strike: (target) =>
        strike(target, {
          ...binary,
          slow: true,
          holdMs: 60_000,
          // More than the operating system buffers for a connection.
          attack: (socket) => void socket.write(`GET ${file} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(10)),
        }),
    },
    'slow readers of pages': {
      slots: 40,
      everyMs: 20_000,
      strike: (target) =>
        strike(target, {
          ...text,
          slow: true,
          holdMs: 60_000,
          attack: (socket) =>
            void socket.write(post('127.0.0.1', any(tokens), 'Content-Length: 2\r\n\r\n{}').repeat(50)),
        }),
    },
    'HTTP/2 streams without a window': {
      slots: 700,
      everyMs: 30_000,
      strike: (target, slot) =>
        strike(target, {
          ...binary,
          alpn: slot % 3 === 0 ? ['h2'] : ['h2', 'http/1.1'],
          holdMs: 60_000,
          attack: (socket) => {
            socket.write(Buffer.concat([preface, frame('settings', 0, Buffer.from([0, 4, 0, 0, 0, 0]))])); // a window of 0
            const streams = Array.from({ length: streamsPerConnection }, (_, n) =>
              headersFrame(2 * n + 1, '127.0.0.1'),
            );
            socket.write(Buffer.concat(streams));
          },
        }),
    },
    'malformed requests': {
      slots: 8,
      everyMs: 1000,
      strike: (target) =>
        strike(target, {
          ...text,
          holdMs: 15_000,
          attack: (socket) => void socket.write(any(malformed(any(tokens))), 'latin1'),
        }),
    },
  };
}
