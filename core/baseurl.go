package core

// readBaseURL checks the URL of an endpoint or a proxy and returns it without a trailing slash. The problem, if not empty,
// completes the sentence "endpoint ..." and says what is accepted.
//
// It takes far less than the URL standard does, and that is the point: what this function and the host's fetch could
// understand differently (backslashes, tabs, numeric forms of addresses, dot segments) is refused, so that the host
// reached is the host checked. http is for this machine only, since a signature in the open can be read on the way; origin,
// if not empty, is the origin of the page that asks, which may be http as well.
func readBaseURL(url, origin string) (base, problem string) {
	for i := range len(url) {
		switch c := url[i]; {
		case c == '?':
			return "", "must not have a query"
		case c == '#':
			return "", "must not have a fragment"
		case c == '@':
			return "", "must not hold a user name or password"
		case c <= ' ' || c >= 0x7f || c == '\\':
			return "", "must not hold white space, backslashes or characters outside ASCII (write an international domain name in its xn-- form)"
		}
	}
	scheme, secure := "https://", hasPrefix(url, "https://")
	if !secure {
		scheme = "http://"
	}
	if !hasPrefix(url, scheme) {
		return "", "must begin with https:// (or http:// on a loopback host)"
	}
	rest := url[len(scheme):]
	slash := indexByte(rest, '/')
	if slash < 0 {
		slash = len(rest)
	}
	authority, path := rest[:slash], rest[slash:]
	host, port := authority, ""
	if hasPrefix(authority, "[") {
		end := indexByte(authority, ']')
		if end < 0 {
			return "", "has an IPv6 address without its closing bracket"
		}
		host, port = authority[:end+1], authority[end+1:]
		if port != "" && port[0] != ':' {
			return "", "has something other than a port behind its IPv6 address"
		}
	} else if colon := indexByte(authority, ':'); colon >= 0 {
		host, port = authority[:colon], authority[colon:]
	}
	if !isHost(host) {
		return "", "has no valid host name"
	}
	if port != "" {
		if n, ok := atoi(port[1:]); !ok || n < 1 || n > 65535 {
			return "", "must have a port from 1 to 65535"
		}
	}
	if !isPlainPath(path) {
		return "", "must have a plain path: letters, digits, - . _ ~ and no . or .. segment"
	}
	if !secure && !isLoopback(host) && (origin == "" || lower(url[:len(url)-len(path)]) != lower(origin)) {
		problem = "must be https: http is accepted only on a loopback host (localhost, 127.0.0.0/8, [::1])"
		if origin != "" {
			problem += " and on the page's own origin, " + origin
		}
		return "", problem
	}
	for len(path) > 0 && path[len(path)-1] == '/' {
		path = path[:len(path)-1]
	}
	return scheme + authority + path, ""
}

func isHost(host string) bool {
	if hasPrefix(host, "[") {
		if len(host) < 4 { // [::]
			return false
		}
		for _, c := range []byte(host[1 : len(host)-1]) {
			if c != ':' && c != '.' && !isHex(c) {
				return false
			}
		}
		return true
	}
	if host == "" || len(host) > 253 || host[0] == '.' || host[0] == '-' {
		return false
	}
	for i := range len(host) {
		if c := host[i]; !isAlphanumeric(c) && c != '-' && c != '_' && (c != '.' || i > 0 && host[i-1] == '.') {
			return false
		}
	}
	return !endsInNumber(host) || isIPv4(host)
}

// endsInNumber tells whether a host is an address to the URL standard, which looks at its last label alone and accepts
// hexadecimal, octal and shortened forms.
func endsInNumber(host string) bool {
	last := host
	for part := range splitSeq(host, '.') {
		if part != "" {
			last = part
		}
	}
	return last[0] >= '0' && last[0] <= '9'
}

// isIPv4 knows addresses in the one form that everybody reads alike: four decimal numbers.
func isIPv4(host string) bool {
	numbers := 0
	for part := range splitSeq(host, '.') {
		if n, ok := atoi(part); !ok || n < 0 || n > 255 {
			return false
		}
		numbers++
	}
	return numbers == 4
}

// isLoopback knows the name and the addresses that never leave this machine: localhost, 127.0.0.0/8 written as four decimal
// numbers, and ::1. What ends in .localhost should stay here as well (RFC 6761), but not every resolver sees to it.
func isLoopback(host string) bool {
	host = lower(host)
	if host == "localhost" || host == "[::1]" {
		return true
	}
	return hasPrefix(host, "127.") && isIPv4(host)
}

func isPlainPath(path string) bool {
	for segment := range splitSeq(path, '/') {
		if segment == "." || segment == ".." {
			return false
		}
		for i := range len(segment) {
			if !isUnreserved(segment[i]) {
				return false
			}
		}
	}
	return true
}
