// An OpenID Connect issuer on this machine, whose tokens the proxy takes.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Starts an issuer. Its tokens are for one audience and valid for an hour. */
export async function startIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const documents = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: [jwk] },
    };
    const document = documents[request.url];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  let tokens = 0;
  return {
    flags: ['--oidc-issuer', url, '--oidc-audience', 'console', '--oidc-claim', 'azp=console'],
    /** Makes a token of a user, which differs from every other one. */
    token(sub) {
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: url,
        aud: 'console',
        azp: 'console',
        sub,
        iat: now,
        exp: now + 3600,
        jti: String(++tokens),
      };
      const signed = `${encoded({ alg: 'ES256', kid: 'key', typ: 'JWT' })}.${encoded(claims)}`;
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
