// A company's network: a proxy that tunnels (CONNECT), and a service behind a certificate of the company's own CA.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Serves a sandbox over TLS, with a certificate for 127.0.0.1 of a CA that is in the file `ca`. */
export async function startTlsService({ endpoint }) {
  const folder = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-ca-'));
  const openssl = (...args) => run('openssl', args, { cwd: folder });
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...fresh,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Company CA',
  );
  await openssl('req', ...fresh, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=127.0.0.1');
  await writeFile(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'extensions'];
  await openssl('x509', '-req', '-in', 'request.pem', ...signer, '-out', 'cert.pem', '-days', '2');
  const [key, cert, ca] = await Promise.all(
    ['key.pem', 'cert.pem', 'ca.pem'].map((name) => readFile(join(folder, name))),
  );
  const server = createTlsServer({ key, cert: [cert, ca].join('') }, async (request, response) => {
    const answer = await fetch(endpoint + request.url, { method: 'POST', body: await buffer(request) });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  const { port, stop } = await listening(server);
  return {
    origin: `https://127.0.0.1:${port}`,
    ca: join(folder, 'ca.pem'),
    async stop() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts a proxy that tunnels. `seen` has the first line of each request. */
export async function startTunnel() {
  const seen = [];
  const sockets = new Set();
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(400).end();
  });
  server.on('connect', ({ method, url }, near, head) => {
    seen.push(`${method} ${url}`);
    const { hostname, port } = new URL(`http://${url}`);
    const far = connect(port, hostname, () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      far.write(head);
      far.pipe(near).pipe(far);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => other.destroy());
    }
  });
  const { port, stop } = await listening(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await stop();
    },
  };
}

async function listening(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port: server.address().port, stop };
}
