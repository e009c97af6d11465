package restapi

import (
	"errors"
	"strings"

	"tencent-chat-groups/core/internal/ascii"
	"tencent-chat-groups/core/internal/strictjson"
)

// ParseBaseURL checks the URL of an endpoint or a proxy and returns it without a trailing slash. http is for this
// machine only, because a signature in the clear can be read on the way. origin, if not empty, is the origin of the
// page that calls, which may be http too. The error completes the sentence "endpoint ..." and says what is accepted.
//
// It accepts far less than the URL standard on purpose. Whatever this function and the host's fetch could understand
// differently (backslashes, tabs, numeric forms of addresses, dot segments) is refused, so that the host that is
// checked is the host that is called.
func ParseBaseURL(url, origin string) (base string, err error) {
	// The path of the call comes after it.
	if strings.Contains(url, "/v4/group_open_http_svc") {
		return "", errors.New("must be the base URL: leave out /v4/group_open_http_svc and everything after it")
	}
	for _, c := range []byte(url) {
		switch {
		case c == '?':
			return "", errors.New("must not have a query")
		case c == '#':
			return "", errors.New("must not have a fragment")
		case c == '@':
			return "", errors.New("must not hold a user name or password")
		case c <= ' ' || c >= 0x7f || c == '\\':
			return "", errors.New("must not hold white space, backslashes or characters outside ASCII " +
				"(write an international domain name in its xn-- form)")
		}
	}
	rest, secure := strings.CutPrefix(url, "https://")
	if !secure {
		var ok bool
		if rest, ok = strings.CutPrefix(url, "http://"); !ok {
			return "", errors.New("must begin with https:// (or http:// on a loopback host)")
		}
	}
	authority, _, _ := strings.Cut(rest, "/")
	path := strings.TrimRight(rest[len(authority):], "/")
	host, port, err := splitHost(authority)
	if err != nil {
		return "", err
	}
	host = ascii.Lower(host)
	if !isHost(host) {
		return "", errors.New("has no valid host name")
	}
	n, ok := strictjson.ParseInteger(port)
	if port != "" && (!ok || n < 1 || n > 65535) || strings.HasSuffix(authority, ":") {
		return "", errors.New("must have a port from 1 to 65535")
	}
	if !isPlainPath(path) {
		return "", errors.New("must have a plain path: letters, digits, - . _ ~ and no . or .. segment")
	}
	if !secure && !isLoopback(host) && ascii.Lower("http://"+authority) != ascii.Lower(origin) {
		problem := "must be https: http is accepted only on a loopback host (localhost, 127.0.0.0/8, [::1])"
		if origin != "" {
			problem += " and on the page's own origin, " + origin
		}
		return "", errors.New(problem)
	}
	return strings.TrimRight(url, "/"), nil
}

func splitHost(authority string) (host, port string, err error) {
	if !strings.HasPrefix(authority, "[") {
		host, port, _ = strings.Cut(authority, ":")
		return host, port, nil
	}
	end := strings.IndexByte(authority, ']') + 1
	if end == 0 {
		return "", "", errors.New("has an IPv6 address without its closing bracket")
	}
	host, port = authority[:end], authority[end:]
	if port != "" && port[0] != ':' {
		return "", "", errors.New("has something other than a port behind its IPv6 address")
	}
	return host, strings.TrimPrefix(port, ":"), nil
}

// isHost reports whether s is a lower-case host name or an IP address.
func isHost(s string) bool {
	if strings.HasPrefix(s, "[") {
		address := s[1 : len(s)-1]
		return len(address) >= len("::") && strings.Trim(address, "0123456789abcdef:.") == ""
	}
	if s == "" || len(s) > 253 || s[0] == '.' || s[0] == '-' || strings.Contains(s, "..") {
		return false
	}
	for _, c := range []byte(s) {
		if c != '.' && c != '-' && c != '_' && !isAlphanumeric(c) {
			return false
		}
	}
	// A host whose last label begins with a digit is an address in the URL standard, which accepts hexadecimal, octal and
	// shortened forms.
	name := strings.TrimSuffix(s, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	return last[0] < '0' || last[0] > '9' || isIPv4(s)
}

// isIPv4 reports whether s is an address in the only form that everybody reads alike: four decimal numbers.
func isIPv4(s string) bool {
	numbers := strings.Split(s, ".")
	for _, number := range numbers {
		if n, ok := strictjson.ParseInteger(number); !ok || n < 0 || n > 255 {
			return false
		}
	}
	return len(numbers) == 4
}

// isLoopback reports whether calls to host never leave this machine: localhost, 127.0.0.0/8 and ::1. Names in
// .localhost should not leave it either (RFC 6761), but not every resolver ensures that.
func isLoopback(host string) bool {
	return host == "localhost" || host == "[::1]" || strings.HasPrefix(host, "127.") && isIPv4(host)
}

func isPlainPath(path string) bool {
	for _, c := range []byte(path) {
		if c != '/' && !IsUnreserved(c) {
			return false
		}
	}
	return !strings.Contains(path+"/", "/./") && !strings.Contains(path+"/", "/../")
}
