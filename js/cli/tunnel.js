/**
 * Calls through the proxy that HTTPS_PROXY names. The fetch of Node.js 20 cannot use it, and that of later versions
 * does so only if the process was started with NODE_USE_ENV_PROXY=1.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { environmentProxy, fetchUsesEnvironment, isDirect } from '../environment-proxy.js';
import { codeOf, messageOf } from './systemerror.js';
import { UsageError } from './usageerror.js';

/** @import { FetchInit, FetchResponse } from '../../index.js' */

/**
 * @typedef {object} Tunnel
 * @property {string} name of the proxy, for messages
 * @property {(url: string) => https.Agent | undefined} agentFor a URL, undefined if it is called directly
 * @property {(url: string, init: FetchInit) => Promise<FetchResponse>} fetch
 */

/**
 * Node.js does not pass signal to the agent, so there is another one.
 * @typedef {https.RequestOptions & { tunnelSignal: AbortSignal }} TunnelOptions
 */

/**
 * Returns the tunnel through the environment's proxy, undefined if the global fetch needs none.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Tunnel | undefined}
 * @throws a UsageError if the proxy's URL is invalid
 */
export function environmentTunnel(env) {
  const named = environmentProxy(env);
  if (!named || fetchUsesEnvironment()) return undefined;
  const agent = new TunnelAgent(proxyUrl(named), named.variable);
  /** @param {string} url */
  const agentFor = (url) => (isDirect(url, env) ? undefined : agent);
  return {
    name: agent.proxyName,
    agentFor,
    fetch: (url, init) => (agentFor(url) ? post(url, init, agent) : fetch(url, init)),
  };
}

/** @param {{ variable: string, value: string }} named */
function proxyUrl({ variable, value }) {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    // The message does not repeat the value, which may hold a password.
    throw new UsageError(`${variable} must be the URL of an HTTP proxy, beginning with http:// or https://.`);
  }
  return url;
}

/**
 * @param {string} url
 * @param {FetchInit} init
 * @param {https.Agent} agent
 * @returns {Promise<FetchResponse>}
 */
function post(url, { method, headers, body, signal }, agent) {
  return new Promise((resolve, reject) => {
    /** @type {TunnelOptions} */
    const options = { method, headers: Object.fromEntries(headers), agent, signal, tunnelSignal: signal };
    const request = https.request(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode = 0, headers } = response;
      resolve({
        status: statusCode,
        headers: { get: (name) => /** @type {string | undefined} */ (headers[name]) ?? null },
        body: response,
      });
    });
    request.end(body);
  });
}

/** Connects to hosts by CONNECT through a proxy, and reuses the connections. */
class TunnelAgent extends https.Agent {
  #proxy;

  /**
   * @param {URL} proxy
   * @param {string} variable that names the proxy, for messages
   */
  constructor(proxy, variable) {
    super({ keepAlive: true });
    this.#proxy = proxy;
    this.proxyName = `the proxy of ${variable} (${proxy.host})`;
  }

  /**
   * @override
   * @param {TunnelOptions} options
   * @param {(error: unknown, socket?: import('node:stream').Duplex | null) => void} callback
   */
  createConnection(options, callback) {
    this.#tunnel(options).then(
      (socket) => {
        const connection = { ...options, socket };
        callback(null, super.createConnection(connection));
      },
      (error) => callback(error),
    );
    return undefined;
  }

  /**
   * @param {TunnelOptions} options
   * @returns {Promise<import('node:net').Socket>}
   */
  #tunnel({ host, port, tunnelSignal: signal }) {
    const authority = `${host?.includes(':') ? `[${host}]` : host}:${port}`;
    const headers = { host: authority, ...authorization(this.#proxy) };
    const { request } = this.#proxy.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const connect = request(withoutUser(this.#proxy), { method: 'CONNECT', path: authority, headers, signal });
      connect.on('error', (error) => {
        const message = `${this.proxyName} cannot be reached: ${messageOf(error)}`;
        reject(Object.assign(new Error(message), { code: codeOf(error) }));
      });
      connect.on('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        // undici's words, which the engine recognizes.
        reject(new Error(`Proxy response (${response.statusCode}) from ${this.proxyName}`));
      });
      connect.end();
    });
  }
}

/** @param {URL} proxy */
function authorization({ username, password }) {
  if (!username && !password) return {};
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

/** @param {URL} proxy */
function withoutUser(proxy) {
  const url = new URL(proxy);
  url.username = '';
  url.password = '';
  return url;
}
