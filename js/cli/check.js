/** tencent-chat-groups check: checks the configuration, from the credential to one call, and says how to fix it. */
import { lookup } from 'node:dns/promises';
import * as https from 'node:https';
import { isIP } from 'node:net';
import version from '../../dist/version.js';
import { untilAborted } from '../abort.js';
import { ApiError, GroupListError } from '../errors.js';
import { regions } from '../facts.js';
import { countGroups } from '../node.js';
import { duration, plural } from './figures.js';
import { print } from './output.js';
import { explain } from './report.js';
import { codeOf, messageOf } from './systemerror.js';
import { readUserSig } from './usersig.js';
import { printable } from './visible.js';

/**
 * @import { TLSSocket } from 'node:tls'
 * @import { GroupListOptions } from '../../index.js'
 * @import { Values } from './flags.js'
 * @import { CommandOptions, Surroundings } from './main.js'
 * @import { Names, OptionName } from './options.js'
 * @import { Tunnel } from './tunnel.js'
 */

const defaultTimeoutMs = 10_000; // as for a call
const maxClockOffsetMs = 60_000; // far less than the validity of a UserSig

/** @typedef {'ok' | 'warning' | 'failed' | 'skipped'} Status */

/** @typedef {{ check: string, status: Status, detail: string, hint?: string }} Finding */

/**
 * Prints the findings and returns the exit status.
 * @param {CommandOptions} options
 * @param {Values} values
 * @param {Surroundings} surroundings
 */
export async function check(options, { format, sandbox }, { stdout, introduce, names, hide, tunnel }) {
  const url = await urlOfCall(options); // rejects wrong options
  introduce();
  const findings = [
    finding(
      'version',
      'ok',
      `tencent-chat-groups ${version}, Node.js ${process.version}, ${process.platform} ${process.arch}`,
    ),
    credential(options, names),
    region(options, url, names),
    userSig(options, url),
    ...(sandbox ? [] : await network(options, url, tunnel)),
    ...(await count(options, names)),
  ].map((found) => cleaned(found, hide));
  const ok = findings.every(({ status }) => status !== 'failed');
  const text = format === 'json' ? `${JSON.stringify({ ok, checks: findings })}\n` : findings.map(lines).join('');
  await print(stdout, text, options.signal);
  return ok ? 0 : 1;
}

/**
 * @param {string} check
 * @param {Status} status
 * @param {string} detail
 * @param {string} [hint]
 * @returns {Finding}
 */
function finding(check, status, detail, hint) {
  return { check, status, detail, ...(hint && { hint }) };
}

/**
 * Returns a finding without secrets and invisible characters.
 * @param {Finding} finding
 * @param {(text: string) => string} hide
 */
function cleaned({ check, status, detail, hint = '' }, hide) {
  return finding(check, status, printable(hide(detail)), printable(hide(hint)));
}

/** @param {Finding} finding */
function lines({ check, status, detail, hint }) {
  const indent = ' '.repeat(21);
  return `${status.padEnd(8)} ${check.padEnd(12)}${detail}\n${hint ? `${indent}${hint}\n` : ''}`;
}

/**
 * Returns the URL of the first call, without making it.
 * @param {GroupListOptions} options
 * @returns {Promise<URL>}
 */
function urlOfCall(options) {
  return new Promise((resolve, reject) => {
    /** @param {string} url */
    const fetch = (url) => {
      resolve(new URL(url));
      return Promise.reject(new Error('no call is made'));
    };
    countGroups({ ...options, fetch, maxRetries: 0, minIntervalMs: 0 }).catch(reject);
  });
}

/**
 * @param {GroupListOptions} options
 * @param {Names} names
 */
function credential({ proxy, secretKey, sdkAppId, identifier }, names) {
  /** @param {OptionName} option */
  const from = (option) => (names[option] ? ` (${names[option]})` : '');
  if (proxy !== undefined) {
    const token = names.token ? `a token (${names.token})` : 'no token';
    return finding('credential', 'ok', `the signing proxy ${new URL(proxy).origin}${from('proxy')}, with ${token}`);
  }
  const kind = secretKey === undefined ? `a UserSig${from('userSig')}` : `a secret key${from('secretKey')}`;
  const owner = `for SDKAppID ${sdkAppId}${from('sdkAppId')} and identifier ${identifier}${from('identifier')}`;
  return finding('credential', 'ok', `${kind}, ${owner}`);
}

/**
 * @param {GroupListOptions} options
 * @param {URL} url
 * @param {Names} names
 */
function region({ proxy, endpoint, region: given }, url, names) {
  if (proxy !== undefined) return finding('region', 'skipped', 'the signing proxy knows the region');
  const known = endpoint === undefined && regionOf(url);
  if (!known) return finding('region', 'ok', `the endpoint ${url.origin}, not a region`);
  const { label, host, backup } = known;
  const reason = given === undefined ? 'by the SDKAppID' : `by ${names.region}`;
  return finding('region', 'ok', `${label}, ${reason}: ${host}, with the backup host ${backup}`);
}

/** @param {URL} url */
const regionOf = (url) => regions.find(({ host }) => host === url.hostname);

/**
 * Compares the content of a call's UserSig with the options.
 * @param {GroupListOptions} options
 * @param {URL} url
 */
function userSig({ proxy, secretKey, sdkAppId, identifier }, url) {
  if (proxy !== undefined) return finding('userSig', 'skipped', 'the signing proxy makes it');
  const content = readUserSig(url.searchParams.get('usersig') ?? '');
  /**
   * @param {string} detail
   * @param {string} hint
   */
  const wrong = (detail, hint) => finding('userSig', 'failed', detail, hint);
  if (!content) return wrong('it cannot be read', 'Check whether it is complete, or make a new one.');
  if (content.sdkAppId !== sdkAppId) {
    return wrong(
      `it was made for SDKAppID ${content.sdkAppId}, not ${sdkAppId}`,
      'Give the SDKAppID that it was made for.',
    );
  }
  if (content.identifier !== identifier) {
    const detail = `it was made for identifier ${content.identifier}, not ${identifier}`;
    return wrong(detail, 'Give the identifier that it was made for.');
  }
  const expires = new Date(content.expiresMs).toISOString();
  if (content.expiresMs <= Date.now()) {
    return wrong(`it expired at ${expires}`, 'Make a new one, or give the secret key.');
  }
  if (content.madeMs > Date.now() + maxClockOffsetMs) {
    const made = new Date(content.madeMs).toISOString();
    const detail = `it was made at ${made}, which is in the future`;
    return finding('userSig', 'warning', detail, 'Set the clocks of this machine and of the one that made it.');
  }
  const made = secretKey === undefined ? 'valid' : 'made with the key, valid';
  return finding('userSig', 'ok', `${made} until ${expires}`);
}

/**
 * Checks the network between this machine and the host of a call: a proxy or DNS, TLS, and the region's backup host.
 * @param {CommandOptions} options
 * @param {URL} url
 * @param {Tunnel | undefined} tunnel
 * @returns {Promise<Finding[]>}
 */
async function network({ signal, timeoutMs = defaultTimeoutMs }, url, tunnel) {
  if (url.protocol === 'http:') return [finding('network', 'ok', `${url.host} is this machine; TLS is not needed`)];
  const agent = tunnel?.agentFor(url.href);
  const findings =
    agent && tunnel ? [finding('proxy', 'ok', `calls go through ${tunnel.name}`)] : await dns(url.hostname, signal);
  const { status, detail } = await tls(url.host, agent, signal, timeoutMs);
  findings.push(finding('tls', status, detail)); // the count has the hint
  const backup = regionOf(url)?.backup;
  if (backup) {
    const { status, detail } = await tls(backup, agent, signal, timeoutMs);
    const hint = 'Allow this host too: listings use it while the first host is down.';
    findings.push(status === 'ok' ? finding('backup', 'ok', detail) : finding('backup', 'warning', detail, hint));
  }
  return findings;
}

/**
 * @param {string} hostname
 * @param {AbortSignal} signal
 */
async function dns(hostname, signal) {
  const name = hostname.replace(/^\[|\]$/g, '');
  if (isIP(name)) return [];
  try {
    const addresses = await untilAborted(lookup(name, { all: true }), signal);
    return [finding('dns', 'ok', `${name} is ${addresses.map(({ address }) => address).join(', ')}`)];
  } catch (error) {
    if (signal.aborted) throw error;
    return [finding('dns', 'failed', `${name}: ${codeOf(error) ?? messageOf(error)}`)];
  }
}

/**
 * Connects to a host by TLS.
 * @param {string} host
 * @param {https.Agent | undefined} agent
 * @param {AbortSignal} signal
 * @param {number} timeoutMs
 * @returns {Promise<{ status: 'ok' | 'failed', detail: string }>}
 */
async function tls(host, agent, signal, timeoutMs) {
  const beganMs = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { protocol, issuer } = await untilAborted(handshake(host, agent, timeout), signal);
    const took = duration(performance.now() - beganMs);
    return { status: 'ok', detail: `${host} answers in ${took} by ${protocol}, with a certificate of ${issuer}` };
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = timeout.aborted ? `no answer within ${timeoutMs} ms` : messageOf(error);
    const code = codeOf(error);
    return { status: 'failed', detail: `${host}: ${reason}${code ? ` (${code})` : ''}` };
  }
}

/**
 * @param {string} host
 * @param {https.Agent | undefined} agent
 * @param {AbortSignal} signal
 * @returns {Promise<{ protocol: string | null, issuer: string }>}
 */
function handshake(host, agent, signal) {
  return new Promise((resolve, reject) => {
    const options = { method: 'HEAD', agent, signal, tunnelSignal: signal };
    const request = https.request(`https://${host}/`, options);
    request.on('error', reject);
    request.on('socket', (connection) => {
      const socket = /** @type {TLSSocket} */ (connection);
      socket.once('secureConnect', () => {
        const { O: organization, CN: commonName } = socket.getPeerCertificate().issuer ?? {};
        const issuer = String(organization ?? commonName ?? 'an unnamed authority');
        resolve({ protocol: socket.getProtocol(), issuer });
        request.destroy();
      });
    });
  });
}

/**
 * Makes one call, and compares the server's clock with that of this machine.
 * @param {CommandOptions} options
 * @param {Names} names
 */
async function count(options, names) {
  let clock = finding('clock', 'skipped', 'no response had a date');
  const { fetch = globalThis.fetch } = options;
  /** @type {NonNullable<GroupListOptions['fetch']>} */
  const timed = async (url, init) => {
    const sentMs = Date.now();
    const response = await fetch(url, init);
    clock = clockOf(response.headers?.get('date') ?? '', sentMs) ?? clock;
    return response;
  };
  try {
    const total = await countGroups({
      ...options,
      fetch: timed,
      maxRetries: 0,
      minIntervalMs: 0,
      groupType: undefined,
    });
    return [clock, finding('count', 'ok', plural(total, 'group'))];
  } catch (error) {
    if (!(error instanceof GroupListError)) throw error;
    const { message, hint } = explain(error, names);
    const id = error instanceof ApiError && error.requestId ? ` (request ID ${error.requestId})` : '';
    return [clock, finding('count', 'failed', `${message}${id}`, hint)];
  }
}

/**
 * @param {string} date header of a response, in whole seconds
 * @param {number} sentMs
 */
function clockOf(date, sentMs) {
  const serverMs = Date.parse(date);
  if (Number.isNaN(serverMs)) return undefined;
  const earliestMs = sentMs - 1000;
  const aheadMs = Math.max(earliestMs - serverMs, 0) - Math.max(serverMs - Date.now(), 0);
  if (Math.abs(aheadMs) <= maxClockOffsetMs) return finding('clock', 'ok', "within a minute of the server's");
  const offset = duration(Math.abs(aheadMs));
  const detail = `this machine's clock is ${offset} ${aheadMs > 0 ? 'ahead of' : 'behind'} the server's`;
  return finding('clock', 'warning', detail, 'Set the clock: a UserSig made with a wrong clock may be refused.');
}
