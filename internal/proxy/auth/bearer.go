package auth

import "strings"

// maxTokenBytes allows JWTs with a hundred groups, and fits into a header line of common reverse proxies.
const maxTokenBytes = 8 << 10

const scheme = "Bearer "

// bearer returns the token of a request's Authorization headers (RFC 6750, section 2.1). It accepts one header only,
// with the scheme in upper or lower case, one space, and a token of at most maxTokenBytes.
func bearer(authorization []string) (token string, ok bool) {
	if len(authorization) != 1 {
		return "", false
	}
	value := authorization[0]
	if len(value) < len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		return "", false
	}
	token = value[len(scheme):]
	unpadded := strings.TrimRight(token, "=")
	if len(token) > maxTokenBytes || unpadded == "" || strings.Trim(unpadded, alphanumeric+"-._~+/") != "" {
		return "", false
	}
	return token, true
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
