package proxy

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// peerOf returns a client's address for the log. Each trusted reverse proxy appends its client's address to
// X-Forwarded-For. The last address that is not a trusted proxy's is the client's; a client can forge earlier ones.
func peerOf(r *http.Request, trusted []netip.Prefix) string {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !isInAny(remote.Addr(), trusted) {
		return r.RemoteAddr
	}
	peer := r.RemoteAddr
	for _, text := range slices.Backward(strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")) {
		address, err := parseAddress(strings.TrimSpace(text))
		if err != nil {
			break
		}
		peer = address.String()
		if !isInAny(address, trusted) {
			break
		}
	}
	return peer
}

// parseAddress parses an address with or without a port. It drops the zone, which may be any text.
func parseAddress(text string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone(""), nil
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return address.Unmap().WithZone(""), err
}

func isInAny(address netip.Addr, networks []netip.Prefix) bool {
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}
