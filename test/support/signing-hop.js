// What a browser needs between it and the service: a server that serves the page and adds identity and signature.
import { sign } from '../../js/sign.js';
import { startLocalServer } from './local-server.js';
import { readPageFile } from './page-file.js';

/**
 * Serves a folder, and the one call, signed, from a sandbox.
 * @param {string} root the folder
 * @param {object} options the sandbox's
 * @param {{ wasmType?: string, csp?: string }} [how] the Content-Type of .wasm files, and a Content-Security-Policy
 * @returns {Promise<{ origin: string, seen: object[], stop: () => Promise<void> }>} seen holds what the page sent
 */
export async function startSigningHop(root, { endpoint, ...who }, { wasmType = 'application/wasm', csp } = {}) {
  const seen = [];
  const server = await startLocalServer(async (request, response) => {
    try {
      if (request.method === 'POST') {
        let body = '';
        for await (const chunk of request) body += chunk;
        seen.push({ url: request.url, headers: request.headers, body });
        const userSig = await sign({ ...who, expireSeconds: 300 });
        const query = new URLSearchParams({
          sdkappid: who.sdkAppId,
          identifier: who.identifier,
          usersig: userSig,
          random: '1',
          contenttype: 'json',
        });
        const answer = await fetch(`${endpoint}${request.url}?${query}`, { method: 'POST', body });
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(Buffer.from(await answer.arrayBuffer()));
        return;
      }
      const file = await readPageFile(root, request.url);
      const type = file.type === 'application/wasm' ? wasmType : file.type;
      response.writeHead(200, { 'content-type': type, ...(csp && { 'content-security-policy': csp }) });
      response.end(file.body);
    } catch (error) {
      response.writeHead(error.code === 'ENOENT' || error.code === 'EISDIR' ? 404 : 500).end();
    }
  });
  return { ...server, seen };
}
