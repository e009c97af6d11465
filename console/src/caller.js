/** Whose token it is, as the proxy sees it: what one caller listed is for no other. */

/**
 * Returns what is the same for all tokens of a caller and for no other's. The token must have been accepted by the
 * proxy, which means that the claims of a JWT are true. The proxy takes tokens of one issuer, and tells its users apart
 * by sub, as is done here. Of a token of another kind nothing is known but the token itself.
 * @param {string | undefined} token undefined where none was needed
 */
export function callerOf(token) {
  const user = userOf(token);
  return user === undefined ? `token ${token}` : `user ${user}`;
}

/**
 * Reports whether the caller is known by their name at an issuer, so that another token of theirs is known to be
 * theirs.
 */
export const isUser = (token) => userOf(token) !== undefined;

function userOf(token) {
  const parts = token?.split('.') ?? [];
  if (parts.length !== 3) return undefined;
  try {
    const bytes = Uint8Array.from(atob(parts[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const { iss, sub } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof iss === 'string' && typeof sub === 'string' && sub !== '') return JSON.stringify([iss, sub]);
  } catch {
    // It has two dots and is no JWT.
  }
  return undefined;
}
