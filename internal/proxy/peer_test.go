package proxy

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPeer: X-Forwarded-For counts from a trusted proxy alone, and only as far as trusted proxies wrote it.
func TestPeer(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:1000", nil, "192.0.2.1:1000"},
		{"192.0.2.1:1000", []string{"198.51.100.7"}, "192.0.2.1:1000"},
		{"10.0.0.1:1000", nil, "10.0.0.1:1000"},
		{"10.0.0.1:1000", []string{""}, "10.0.0.1:1000"},
		{"10.0.0.1:1000", []string{"198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:1000", []string{"198.51.100.7:4321"}, "198.51.100.7"},
		{"[::ffff:10.0.0.1]:1000", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"[::1]:1000", []string{"[2001:db8::1]:4321"}, "2001:db8::1"},
		{"[::1]:1000", []string{"[2001:db8::1]"}, "2001:db8::1"},
		// the first was invented by the client
		{"10.0.0.1:1000", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:1000", []string{"203.0.113.9", "198.51.100.7, 10.0.0.2"}, "198.51.100.7"}, // two proxies, two headers
		{"10.0.0.1:1000", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},                        // a caller inside
		// not an address: nothing before it counts
		{"10.0.0.1:1000", []string{"198.51.100.7, eJsecret"}, "10.0.0.1:1000"},
		{"10.0.0.1:1000", []string{"198.51.100.7, unknown, 10.0.0.2"}, "10.0.0.2"},        //
		{"10.0.0.1:1000", []string{"fe80::1%eJsecret"}, "fe80::1"},                        // a zone may be any text
		{"10.0.0.1:1000", []string{"[fe80::1%25eJsecret]:80"}, "fe80::1"},                 //
		{"[fe80::1%eth0]:1000", []string{"198.51.100.7"}, "[fe80::1%eth0]:1000"},          // not trusted
		{"@", []string{"198.51.100.7"}, "@"},                                              // a socket without an address
		{"10.0.0.1:1000", []string{"198.51.100.7,"}, "10.0.0.1:1000"},                     //
		{"10.0.0.1:1000", []string{"198.51.100.7, 10.0.0.9:1, 10.0.0.2"}, "198.51.100.7"}, //
		{"10.0.0.1:1000", []string{"198.51.100.7\r\nforged, 10.0.0.2"}, "10.0.0.2"},       //
		{"10.0.0.1:1000", []string{"for=198.51.100.7"}, "10.0.0.1:1000"},                  // Forwarded's form
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		assert.Equal(t, c.want, peerOf(r, trusted), "%s, %q", c.remote, c.forwarded)
		if len(c.forwarded) > 0 {
			assert.Equal(t, c.remote, peerOf(r, nil), "nobody is trusted")
		}
	}
}
