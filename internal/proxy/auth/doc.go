// Package auth says who calls the signing proxy, and whether they may.
//
// A caller shows a bearer token (RFC 6750). It is one of two kinds, and both may be taken side by side, see [First]:
//
//   - a token that `proxy token` made. [Tokens] knows them by their hashes, from a file.
//   - an ID token or access token of an OpenID Connect issuer, a signed JWT. [OIDC] checks it with the issuer's keys.
//
// What a caller is told is one of three constant errors: [ErrUnauthenticated], [ErrForbidden] and [ErrUnavailable]. It does not
// depend on what was wrong with the token. [Reason] has that, for the log. No error, reason or name holds a token or a part of
// one.
package auth
