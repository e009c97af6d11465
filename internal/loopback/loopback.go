// Package loopback recognizes hosts that are reachable from this machine only.
package loopback

import "net"

// Is reports whether a host, without a port or brackets, is localhost or a loopback address.
func Is(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
