/**
 * The token that identifies the caller to a signing proxy: TENCENT_CHAT_PROXY_TOKEN or the file of --proxy-token-file.
 */
import { HttpError } from '../errors.js';
import { UsageError } from './usageerror.js';

export const tokenVariable = 'TENCENT_CHAT_PROXY_TOKEN';
export const tokenFlag = 'proxy-token-file';

const valid = /^[\w\-.~+/]+=*$/; // RFC 6750

/**
 * Returns the headers that carry a token.
 * @param {string} token
 * @param {string} name where it was given
 */
export function bearer(token, name) {
  if (!valid.test(token)) {
    const hint = /^bearer\s/i.test(token)
      ? "Give it without 'Bearer'."
      : 'Give the token alone, as the proxy issued it.';
    throw new UsageError(
      `${name} is not a token: tokens have letters, digits, and the characters - . _ ~ + / =. ${hint}`,
    );
  }
  return { authorization: `Bearer ${token}` };
}

const setToken = `set ${tokenVariable} or give --${tokenFlag} FILE`;

/**
 * Returns what to do about a proxy that rejected the caller; undefined about any other error.
 * @param {unknown} error
 * @param {{ proxy?: string, token?: string }} names where the proxy and the token were given
 */
export function proxyHint(error, { proxy, token }) {
  if (!proxy || !(error instanceof HttpError)) return undefined;
  if (error.status === 403) {
    return `The proxy does not allow this caller to list groups: ${setToken}, with another caller's token.`;
  }
  if (error.status !== 401) return undefined;
  if (token) return `The proxy rejects the token from ${token}: ${setToken}, with a valid token.`;
  return `The proxy requires a token: ${setToken}.`;
}

const minPartLength = 8; // a shorter part of a token reveals nothing

/**
 * Returns a function that removes a token and every part of it from a text, literal and percent-encoded: proxies
 * repeat headers in their errors, and messages are cut.
 * @param {string | undefined} token
 * @returns {(text: string) => string}
 */
export function withoutToken(token) {
  if (token === undefined) return (text) => text;
  const forms = [token, encodeURIComponent(token)];
  const minLength = Math.min(minPartLength, token.length);
  return (text) => {
    let rest = '';
    for (let i = 0; i < text.length; ) {
      let end = i;
      for (const form of forms) {
        for (let to = Math.max(end, i + minLength); to <= text.length && form.includes(text.slice(i, to)); to++)
          end = to;
      }
      rest += end > i ? '[redacted]' : text[i];
      i = end > i ? end : i + 1;
    }
    return rest;
  };
}
