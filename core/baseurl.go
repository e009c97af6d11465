package core

// readBaseURL checks the URL of an endpoint or a proxy and returns it without a trailing slash. The problem, if not empty,
// completes the sentence "endpoint ..." and says what is accepted.
//
// It takes far less than the URL standard does, and that is the point: what this function and the host's fetch could
// understand differently (backslashes, tabs, numeric forms of addresses, dot segments) is refused, so that the host
// reached is the host checked. http is for this machine only, since a signature in the open can be read on the way; origin,
// if not empty, is the origin of the page that asks, which may be http as well.
func readBaseURL(url, origin string) (base, problem string) {
	// Its command comes after it, on each call.
	if within(url, "/v4/group_open_http_svc") {
		return "", "must be the base URL: leave out /v4/group_open_http_svc and everything after it"
	}
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
	start := len("https://")
	secure := hasPrefix(url, "https://")
	if !secure {
		start = len("http://")
		if !hasPrefix(url, "http://") {
			return "", "must begin with https:// (or http:// on a loopback host)"
		}
	}
	slash := start
	for slash < len(url) && url[slash] != '/' {
		slash++
	}
	colon := start // behind the host
	if hasPrefix(url[start:], "[") {
		for ; colon <= slash; colon++ {
			if colon == slash {
				return "", "has an IPv6 address without its closing bracket"
			}
			if url[colon] == ']' {
				colon++
				break
			}
		}
		if colon < slash && url[colon] != ':' {
			return "", "has something other than a port behind its IPv6 address"
		}
	} else {
		for colon < slash && url[colon] != ':' {
			colon++
		}
	}
	host := lower(url[start:colon])
	if !isHost(host) {
		return "", "has no valid host name"
	}
	if colon < slash {
		if n, ok := atoi(url[colon+1 : slash]); !ok || n < 1 || n > 65535 {
			return "", "must have a port from 1 to 65535"
		}
	}
	end := len(url)
	for end > slash && url[end-1] == '/' {
		end--
	}
	if !isPlainPath(url[slash:end]) {
		return "", "must have a plain path: letters, digits, - . _ ~ and no . or .. segment"
	}
	if !secure && !isLoopback(host) && lower(url[:slash]) != lower(origin) {
		problem = "must be https: http is accepted only on a loopback host (localhost, 127.0.0.0/8, [::1])"
		if origin != "" {
			problem += " and on the page's own origin, " + origin
		}
		return "", problem
	}
	return url[:end], ""
}

// isHost tells a host name, in small letters, or an address. What ends in a number is an address to the URL standard, which
// looks at the last label alone and accepts hexadecimal, octal and shortened forms.
func isHost(host string) bool {
	if hasPrefix(host, "[") {
		for i := 1; i < len(host)-1; i++ {
			if c := host[i]; c != ':' && c != '.' && !isHex(c) {
				return false
			}
		}
		return len(host) >= len("[::]")
	}
	if host == "" || len(host) > 253 || host[0] == '.' || host[0] == '-' || within(host, "..") {
		return false
	}
	label := 0 // where the last one that is not empty begins
	for i := range len(host) {
		c := host[i]
		if c != '.' && c != '-' && c != '_' && !isAlphanumeric(c) {
			return false
		}
		if c == '.' && i+1 < len(host) {
			label = i + 1
		}
	}
	return !isDigit(host[label]) || isIPv4(host)
}

// isIPv4 knows addresses in the one form that everybody reads alike: four decimal numbers.
func isIPv4(host string) bool {
	numbers, from := 0, 0
	for i := 0; i <= len(host); i++ {
		if i < len(host) && host[i] != '.' {
			continue
		}
		if n, ok := atoi(host[from:i]); !ok || n < 0 || n > 255 {
			return false
		}
		numbers++
		from = i + 1
	}
	return numbers == 4
}

// isLoopback knows the name and the addresses that never leave this machine: localhost, 127.0.0.0/8 written as four decimal
// numbers, and ::1. What ends in .localhost should stay here as well (RFC 6761), but not every resolver sees to it.
func isLoopback(host string) bool {
	return host == "localhost" || host == "[::1]" || hasPrefix(host, "127.") && isIPv4(host)
}

func isPlainPath(path string) bool {
	for i := range len(path) {
		if path[i] != '/' && !isUnreserved(path[i]) {
			return false
		}
	}
	return !within(path+"/", "/./") && !within(path+"/", "/../")
}
