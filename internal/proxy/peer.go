package proxy

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// peerOf returns the address of whoever sent a request, for the log. Of trusted reverse proxies it believes X-Forwarded-For: each of
// them appends the address that it was called from, so the last address that is not a trusted proxy's is the client's. Whatever is
// before it came from the client.
func peerOf(r *http.Request, trusted []netip.Prefix) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !isInAny(at.Addr(), trusted) {
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

// parseAddress reads an address with or without a port. It drops a zone, which may be any text.
func parseAddress(text string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone(""), nil
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return address.Unmap().WithZone(""), err
}

func isInAny(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address.Unmap().WithZone("")) })
}
