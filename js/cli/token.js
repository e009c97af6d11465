/** The token by which a signing proxy knows its caller: TENCENT_CHAT_PROXY_TOKEN or the file of --proxy-token-file. */
import { HttpError } from '../errors.js';
import { UsageError } from './usageerror.js';

export const tokenVariable = 'TENCENT_CHAT_PROXY_TOKEN';
export const tokenFlag = 'proxy-token-file';

// As RFC 6750 has it.
const valid = /^[\w\-.~+/]+=*$/;

/** Returns the headers that carry a token. @param {string} name where it was given */
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

const ways = `set ${tokenVariable} or give --${tokenFlag} FILE`;

/** Returns what to do about a proxy that refused the caller, or undefined about any other error. */
export function proxyHint(error, { proxy, token }) {
  if (!proxy || !(error instanceof HttpError) || ![401, 403].includes(error.status)) return undefined;
  if (error.status === 403)
    return `The proxy does not let this caller list groups: ${ways}, with another caller's token.`;
  if (token) return `The proxy rejects the token from ${token}: ${ways}, with a valid token.`;
  return `The proxy requires a token: ${ways}.`;
}

const partLength = 8; // a shorter part of a token betrays nothing

/**
 * Returns a function that removes a token and every part of it from a text, as it is and percent-encoded: proxies repeat
 * headers in their errors, and messages are cut.
 */
export function withoutToken(token) {
  if (token === undefined) return (text) => text;
  const forms = [token, encodeURIComponent(token)];
  const part = Math.min(partLength, token.length);
  return (text) => {
    let rest = '';
    for (let i = 0; i < text.length; ) {
      let end = i;
      for (const form of forms) {
        for (let to = Math.max(end, i + part); to <= text.length && form.includes(text.slice(i, to)); to++) end = to;
      }
      rest += end > i ? '[redacted]' : text[i];
      i = end > i ? end : i + 1;
    }
    return rest;
  };
}
