// Package loopback knows the hosts that never leave this machine.
package loopback

import "net"

// Is tells whether a host, without a port or brackets, is localhost or a loopback address.
func Is(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
