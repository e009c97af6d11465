/** tencent-chat-groups check: whether the set-up works, from the credential to one call, and what to do where it does not. */
import { lookup } from 'node:dns/promises';
import * as https from 'node:https';
import { isIP } from 'node:net';
import version from '../../dist/version.js';
import { untilAborted } from '../abort.js';
import { ApiError, GroupListError } from '../errors.js';
import { regions } from '../facts.js';
import { countGroups } from '../node.js';
import { duration, plural } from './figures.js';
import { say } from './output.js';
import { explain } from './report.js';
import { readUserSig } from './usersig.js';
import { printable } from './visible.js';

const defaultTimeoutMs = 10_000; // as that of a call
const maxClockMs = 60_000; // how far clocks may be apart: far less than a UserSig is valid

/** @typedef {{ check: string, status: 'ok' | 'warning' | 'failed' | 'skipped', detail: string, hint?: string }} Finding */

/** Writes the findings and returns the exit status. */
export async function check(options, { format, sandbox }, { stdout, introduce, names, hide, tunnel }) {
  const findings = [];
  const found = (more) => findings.push(...more.filter(Boolean).map((finding) => cleaned(finding, hide)));
  const url = await urlOfCall(options); // rejects wrong options
  introduce();
  found([versions(), credential(options, names), region(options, url, names), userSig(options, url)]);
  if (!sandbox) found(await way(options, url, tunnel));
  found(await count(options, names));
  const ok = findings.every(({ status }) => status !== 'failed');
  const text = format === 'json' ? `${JSON.stringify({ ok, checks: findings })}\n` : findings.map(lines).join('');
  await say(stdout, text, options.signal);
  return ok ? 0 : 1;
}

/** @returns {Finding} */
function finding(check, status, detail, hint) {
  return { check, status, detail, ...(hint && { hint }) };
}

function cleaned({ detail, hint, ...rest }, hide) {
  return { ...rest, detail: printable(hide(detail)), ...(hint && { hint: printable(hide(hint)) }) };
}

function lines({ check, status, detail, hint }) {
  const indent = ' '.repeat(21);
  return `${status.padEnd(8)} ${check.padEnd(12)}${detail}\n${hint ? `${indent}${hint}\n` : ''}`;
}

/** Returns the URL of the first call, which is not made. */
async function urlOfCall(options) {
  let url;
  const fetch = (called) => {
    url = new URL(called);
    return Promise.reject(new Error('no call is made'));
  };
  try {
    await countGroups({ ...options, fetch, maxRetries: 0, minIntervalMs: 0 });
  } catch (error) {
    if (!url) throw error;
  }
  return url;
}

function versions() {
  const { version: node, platform, arch } = process;
  return finding('version', 'ok', `tencent-chat-groups ${version}, Node.js ${node}, ${platform} ${arch}`);
}

function credential({ proxy, secretKey, sdkAppId, identifier }, names) {
  const from = (option) => (names[option] ? ` (${names[option]})` : '');
  if (proxy !== undefined) {
    const token = names.token ? `a token (${names.token})` : 'no token';
    return finding('credential', 'ok', `the signing proxy ${new URL(proxy).origin}${from('proxy')}, with ${token}`);
  }
  const kind = secretKey === undefined ? `a UserSig${from('userSig')}` : `a secret key${from('secretKey')}`;
  const who = `for SDKAppID ${sdkAppId}${from('sdkAppId')} and identifier ${identifier}${from('identifier')}`;
  return finding('credential', 'ok', `${kind}, ${who}`);
}

function region({ proxy, endpoint, region: given }, url, names) {
  if (proxy !== undefined) return finding('region', 'skipped', 'the signing proxy knows it');
  if (endpoint !== undefined) return finding('region', 'ok', `the endpoint ${url.origin}, not a region`);
  const { label, host, backup } = regionOf(url);
  const reason = given === undefined ? 'by the SDKAppID' : `by ${names.region}`;
  return finding('region', 'ok', `${label}, ${reason}: ${host}, and ${backup} if that is down`);
}

const regionOf = (url) => regions.find(({ host }) => host === url.hostname);

/** What the UserSig of a call was made for, against what was given. */
function userSig({ proxy, secretKey, sdkAppId, identifier }, url) {
  if (proxy !== undefined) return finding('userSig', 'skipped', 'the signing proxy makes it');
  const its = readUserSig(url.searchParams.get('usersig'));
  const wrong = (detail, hint) => finding('userSig', 'failed', detail, hint);
  if (!its) return wrong('it cannot be read', 'Check whether it was cut short, and make a new one.');
  if (its.sdkAppId !== sdkAppId) {
    return wrong(
      `it was made for SDKAppID ${its.sdkAppId}, not ${sdkAppId}`,
      'Give the SDKAppID that it was made for.',
    );
  }
  if (its.identifier !== identifier) {
    const detail = `it was made for identifier ${its.identifier}, not ${identifier}`;
    return wrong(detail, 'Give the identifier that it was made for.');
  }
  const expires = new Date(its.expiresMs).toISOString();
  if (its.expiresMs <= Date.now()) return wrong(`it expired at ${expires}`, 'Make a new one, or give the secret key.');
  if (its.madeMs > Date.now() + maxClockMs) {
    const made = new Date(its.madeMs).toISOString();
    return finding('userSig', 'warning', `it was made at ${made}, which is in the future`, 'Check the clocks.');
  }
  const made = secretKey === undefined ? 'valid' : 'made with the key, valid';
  return finding('userSig', 'ok', `${made} until ${expires}`);
}

/** The network between here and the host that is called: a proxy, DNS, TLS, and the region's second host. */
async function way({ signal, timeoutMs = defaultTimeoutMs }, url, tunnel) {
  if (url.protocol === 'http:') return [finding('network', 'ok', `${url.host} is this machine; TLS is not needed`)];
  const agent = tunnel?.agentFor(url.href);
  const first = agent ? finding('proxy', 'ok', `calls go through ${tunnel.name}`) : await dns(url.hostname, signal);
  const hosts = [finding('tls', ...(await tls(url.host, agent, signal, timeoutMs)))];
  const backup = regionOf(url)?.backup;
  if (backup) {
    const [status, detail] = await tls(backup, agent, signal, timeoutMs);
    const unreachable = ['warning', detail, 'Allow this host too: listings go there when the first one is down.'];
    hosts.push(finding('backup', ...(status === 'ok' ? [status, detail] : unreachable)));
  }
  return [first, ...hosts];
}

async function dns(hostname, signal) {
  const name = hostname.replace(/^\[|\]$/g, '');
  if (isIP(name)) return undefined;
  try {
    const addresses = await untilAborted(lookup(name, { all: true }), signal);
    return finding('dns', 'ok', `${name} is ${addresses.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    if (signal.aborted) throw error;
    return finding('dns', 'failed', `${name}: ${error.code ?? error.message}`);
  }
}

/** Returns status and detail of a TLS connection to a host. */
async function tls(host, agent, signal, timeoutMs) {
  const beganMs = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { protocol, issuer } = await untilAborted(handshake(host, agent, timeout), signal);
    const took = duration(performance.now() - beganMs);
    return ['ok', `${host} answers in ${took} by ${protocol}, with a certificate of ${issuer}`];
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = timeout.aborted ? `no answer within ${timeoutMs} ms` : error.message;
    return ['failed', `${host}: ${reason}${error.code ? ` (${error.code})` : ''}`]; // the count says what to do
  }
}

function handshake(host, agent, signal) {
  return new Promise((resolve, reject) => {
    const request = https.request(`https://${host}/`, { method: 'HEAD', agent, signal, tunnelSignal: signal });
    request.on('error', reject);
    request.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        const { O: organization, CN: commonName } = socket.getPeerCertificate().issuer ?? {};
        resolve({ protocol: socket.getProtocol(), issuer: organization ?? commonName ?? 'an unnamed authority' });
        request.destroy();
      }),
    );
  });
}

/** One call, and the server's clock against that of this machine. */
async function count(options, names) {
  let clock = finding('clock', 'skipped', 'no answer told the time');
  const { fetch = globalThis.fetch } = options;
  const timed = async (url, init) => {
    const sentMs = Date.now();
    const response = await fetch(url, init);
    clock = clockOf(response.headers.get('date'), sentMs) ?? clock;
    return response;
  };
  try {
    const total = await countGroups({ ...options, fetch: timed, maxRetries: 0, minIntervalMs: 0 });
    return [clock, finding('count', 'ok', plural(total, 'group'))];
  } catch (error) {
    if (!(error instanceof GroupListError)) throw error;
    const { what, todo } = explain(error, names);
    const id = error instanceof ApiError && error.requestId ? ` (request ID ${error.requestId})` : '';
    return [clock, finding('count', 'failed', `${what}${id}`, todo)];
  }
}

/** @param {string | null} date header of an answer, in whole seconds */
function clockOf(date, sentMs) {
  const serverMs = Date.parse(date ?? '');
  if (Number.isNaN(serverMs)) return undefined;
  const earliestMs = sentMs - 1000;
  const aheadMs = Math.max(earliestMs - serverMs, 0) - Math.max(serverMs - Date.now(), 0);
  const off = duration(Math.abs(aheadMs));
  if (Math.abs(aheadMs) <= maxClockMs) return finding('clock', 'ok', 'as the server has it, within a minute');
  const detail = `this machine's clock is ${off} ${aheadMs > 0 ? 'ahead of' : 'behind'} the server's`;
  return finding('clock', 'warning', detail, 'Set the clock: UserSigs that are made by a wrong clock may be refused.');
}
