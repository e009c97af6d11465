// A framework's server and a signing proxy on one origin, as a company's front server puts them.
import { buffer } from 'node:stream/consumers';
import { startLocalServer } from '../../support/local-server.js';

/** Serves a call of the package from a signing proxy, and everything else from a program's server. */
export function startFront(program, proxy) {
  return startLocalServer(async (request, response) => {
    const { method, url } = request;
    const answer = await fetch((method === 'POST' ? proxy : program) + url, {
      method,
      body: method === 'POST' ? await buffer(request) : undefined,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
}
