// An OpenID Connect issuer on this machine, with valid and forged tokens.
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { startLocalServer } from '../../../test/support/local-server.js';

const audience = 'soak';
const group = 'listers';

/**
 * Starts an issuer.
 * @returns {Promise<{ flags: string[], fetches: () => number, token: (name: string) => string, forged: string[],
 *   stop: () => Promise<void> }>} flags make a proxy accept the issuer's tokens; fetches returns how often its keys were
 *   fetched; token returns a valid token of a caller; forged tokens are invalid, each for another reason
 */
export async function startIssuer() {
  const genuine = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...genuine.publicKey.export({ format: 'jwk' }), kid: 'genuine', alg: 'ES256', use: 'sig' };
  let fetches = 0;
  const server = await startLocalServer((request, response) => {
    const documents = {
      '/.well-known/openid-configuration': { issuer: server.origin, jwks_uri: `${server.origin}/keys` },
      '/keys': { keys: [jwk] },
    };
    if (request.url === '/keys') fetches++;
    response.writeHead(documents[request.url] ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(documents[request.url] ?? {}));
  });

  const seconds = () => Math.floor(Date.now() / 1000);
  const claims = (more) => ({
    iss: server.origin,
    aud: audience,
    sub: 'somebody',
    groups: [group],
    iat: seconds(),
    exp: seconds() + 3600,
    ...more,
  });
  const es256 = (key) => (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  const jwt = (header, payload, signature = es256(genuine.privateKey)) => {
    const text = [{ typ: 'JWT', alg: 'ES256', kid: 'genuine', ...header }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${Buffer.from(signature(text)).toString('base64url')}`;
  };
  const publicKey = genuine.publicKey.export({ format: 'pem', type: 'spki' });
  const hmac = (text) => createHmac('sha256', publicKey).update(text).digest();
  const whole = jwt({}, claims({ sub: 'tampered' }));
  const [header, , signature] = whole.split('.');
  const forged = [
    jwt({ alg: 'none' }, claims({ sub: 'none' }), () => ''),
    jwt({ alg: 'HS256' }, claims({ sub: 'hmac' }), hmac),
    jwt({}, claims({ sub: 'stranger' }), es256(other.privateKey)),
    jwt({}, claims({ sub: 'expired', exp: seconds() - 60 })),
    jwt({}, claims({ sub: 'audience', aud: 'another' })),
    jwt({}, claims({ sub: 'issuer', iss: 'https://issuer.example' })),
    jwt({}, claims({ sub: 'group', groups: [] })),
    jwt({ jwk }, claims({ sub: 'jwk' }), es256(other.privateKey)),
    `${header}.${Buffer.from(JSON.stringify(claims({ sub: 'admin' }))).toString('base64url')}.${signature}`,
    // Unknown keys, for which the proxy must not ask the issuer each time.
    ...Array.from({ length: 20 }, () =>
      jwt({ kid: randomBytes(8).toString('hex') }, claims({ sub: 'unknown' }), es256(other.privateKey)),
    ),
  ];
  return {
    flags: ['--oidc-issuer', server.origin, '--oidc-audience', audience, '--oidc-group', group],
    fetches: () => fetches,
    token: (name) => jwt({}, claims({ sub: name, preferred_username: name, exp: seconds() + 24 * 3600 })),
    forged,
    stop: server.stop,
  };
}
