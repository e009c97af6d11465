/**
 * The command line calls through the proxy that HTTPS_PROXY names. The fetch of Node.js 20 cannot, and that of later versions does
 * so only if the process was started with NODE_USE_ENV_PROXY=1.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { environmentProxy, fetchUsesEnvironment, isDirect } from '../environment-proxy.js';
import { UsageError } from './usageerror.js';

/**
 * Returns the way to hosts that leads through the environment's proxy, undefined where the global fetch will do: the proxy's name
 * for people, and a fetch. Of a Response, the library needs no more than status, headers.get and body.
 * @throws a UsageError if the proxy's URL is none
 */
export function environmentTunnel(env) {
  const named = environmentProxy(env);
  if (!named || fetchUsesEnvironment()) return undefined;
  const agent = new TunnelAgent(proxyUrl(named), named.variable);
  const agentFor = (url) => (isDirect(url, env) ? undefined : agent);
  return {
    name: agent.proxyName,
    agentFor,
    fetch: (url, init) => (agentFor(url) ? post(url, init, agent) : fetch(url, init)),
  };
}

function proxyUrl({ variable, value }) {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!/^https?:$/.test(url?.protocol)) {
    // Its value may hold a password.
    throw new UsageError(`${variable} must be the URL of an HTTP proxy: it begins with http:// or https://.`);
  }
  return url;
}

function post(url, { method, headers, body, signal }, agent) {
  return new Promise((resolve, reject) => {
    // Node.js does not hand signal on to the agent.
    const options = { method, headers: Object.fromEntries(headers), agent, signal, tunnelSignal: signal };
    const request = https.request(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      resolve({ status: response.statusCode, headers: { get: (name) => response.headers[name] }, body: response });
    });
    request.end(body);
  });
}

/** Connects to hosts by CONNECT through a proxy, and keeps the connections for further calls. */
class TunnelAgent extends https.Agent {
  #proxy;

  /** @param {string} variable that names the proxy, for messages */
  constructor(proxy, variable) {
    super({ keepAlive: true });
    this.#proxy = proxy;
    this.proxyName = `the proxy of ${variable} (${proxy.host})`;
  }

  createConnection(options, callback) {
    this.#tunnel(options).then(
      (socket) => callback(null, super.createConnection({ ...options, socket })),
      (error) => callback(error),
    );
  }

  #tunnel({ host, port, tunnelSignal: signal }) {
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const headers = { host: authority, ...authorization(this.#proxy) };
    const { request } = this.#proxy.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const connect = request(withoutUser(this.#proxy), { method: 'CONNECT', path: authority, headers, signal });
      connect.on('error', (error) => {
        const message = `${this.proxyName} cannot be reached: ${error.message}`;
        reject(Object.assign(new Error(message), { code: error.code }));
      });
      connect.on('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        // The engine knows these words from undici.
        reject(new Error(`Proxy response (${response.statusCode}) from ${this.proxyName}`));
      });
      connect.end();
    });
  }
}

function authorization({ username, password }) {
  if (!username && !password) return {};
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

function withoutUser(proxy) {
  const url = new URL(proxy);
  url.username = '';
  url.password = '';
  return url;
}
