// Package auth identifies the callers of the signing proxy, and decides whether they may call.
//
// A caller sends a bearer token (RFC 6750). There are two kinds, which [First] combines:
//
//   - a token that `proxy token` made. [Tokens] reads the hashes of these from a file.
//   - an ID token or access token of an OpenID Connect issuer, a signed JWT. [OIDC] verifies it with the issuer's keys.
//
// A refused caller gets one of three constant errors: [ErrUnauthenticated], [ErrForbidden] and [ErrUnavailable].
// [Reason] returns, for the log, what was wrong with the token. No error, reason or name holds a part of a token.
package auth
