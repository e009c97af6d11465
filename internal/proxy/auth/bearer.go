package auth

import "strings"

// maxTokenBytes is how long a token may be, in bytes. JWTs with a hundred groups fit, and so much fits into one header line of common
// reverse proxies.
const maxTokenBytes = 8 << 10

const scheme = "Bearer "

// bearer returns the token of a request's Authorization headers (RFC 6750, section 2.1). There must be one header, with the
// scheme in upper or lower case, one space, and a token of at most maxToken bytes.
func bearer(authorization []string) (token string, ok bool) {
	if len(authorization) != 1 {
		return "", false
	}
	value := authorization[0]
	if len(value) < len(scheme) || !strings.EqualFold(value[:len(scheme)], scheme) {
		return "", false
	}
	token = value[len(scheme):]
	if len(token) > maxTokenBytes || !isB64Token(token) {
		return "", false
	}
	return token, true
}

// isB64Token tells whether a text is letters, digits and -._~+/ with = at its end alone.
func isB64Token(text string) bool {
	text = strings.TrimRight(text, "=")
	for i := range len(text) {
		if c := text[i]; !isAlphanumeric(c) && strings.IndexByte("-._~+/", c) < 0 {
			return false
		}
	}
	return text != ""
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
