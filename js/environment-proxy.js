/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY: the environment's proxy, which the fetch of Node.js uses only if it is told to.
 */

import process from 'node:process'; // the global is missing in vm contexts

// http_proxy stands in for https_proxy, as in undici.
const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/**
 * Returns the proxy that the environment names for https, and the variable that does so.
 * @param {Record<string, string | undefined>} env
 * @returns {{ variable: string, value: string } | undefined}
 */
export function environmentProxy(env) {
  for (const variable of variables) {
    const value = env[variable]?.trim();
    if (value) return { variable, value };
  }
  return undefined;
}

/**
 * Reports whether a URL is to be called without a proxy: loopback hosts always, and those that NO_PROXY lists. A domain
 * there stands for its subdomains too, as with curl.
 * @param {string} url
 * @param {Record<string, string | undefined>} env
 */
export function isDirect(url, env) {
  const { hostname, port } = new URL(url);
  if (/^(?:(?:.+\.)?localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return true;
  return (env.no_proxy ?? env.NO_PROXY ?? '').split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, domain, ofPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (!domain || (ofPort && ofPort !== (port || '443'))) return false;
    return hostname === domain || hostname.endsWith(`.${domain}`);
  });
}

/** Reports whether the global fetch uses the environment's proxy by itself. */
export function fetchUsesEnvironment() {
  const { allowedNodeEnvironmentFlags, env, execArgv, versions } = process;
  if (versions.bun || versions.deno) return true;
  // A program that has undici may have told it to.
  const dispatcher = /** @type {any} */ (globalThis)[Symbol.for('undici.globalDispatcher.1')];
  if (dispatcher && dispatcher.constructor.name !== 'Agent') return true;
  const told = env.NODE_USE_ENV_PROXY === '1' || `${execArgv} ${env.NODE_OPTIONS}`.includes('--use-env-proxy');
  return told && allowedNodeEnvironmentFlags.has('--use-env-proxy');
}

/**
 * Returns the variable that names a proxy for a URL which the global fetch does not use, '' if there is none.
 * @param {string} url
 */
export function unusedProxy(url) {
  const { env } = process;
  if (fetchUsesEnvironment() || isDirect(url, env)) return '';
  return environmentProxy(env)?.variable ?? '';
}
