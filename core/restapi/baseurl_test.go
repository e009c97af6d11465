package restapi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhereAnEndpointMayBe(t *testing.T) {
	for _, test := range []struct{ url, base string }{
		{"https://console.tim.qq.com", "https://console.tim.qq.com"},
		{"https://console.tim.qq.com/", "https://console.tim.qq.com"},
		{"https://console.tim.qq.com///", "https://console.tim.qq.com"},
		{"https://a.example:8443/a/b~c_d.e-f/", "https://a.example:8443/a/b~c_d.e-f"},
		{"https://a.example.", "https://a.example."},
		{"https://xn--bcher-kva.example", "https://xn--bcher-kva.example"},
		{"https://203.0.113.7:8443", "https://203.0.113.7:8443"},
		{"https://0.0.0.0", "https://0.0.0.0"},
		{"https://255.255.255.255", "https://255.255.255.255"},
		{"https://a.b9", "https://a.b9"},
		{"https://[::]", "https://[::]"},
		{"https://a.example:1", "https://a.example:1"},
		{"https://a.example:65535", "https://a.example:65535"},
		{"https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"},
		{"http://localhost", "http://localhost"},
		{"http://LocalHost:8600", "http://LocalHost:8600"},
		{"http://127.0.0.1:8600", "http://127.0.0.1:8600"},
		{"http://127.255.255.254", "http://127.255.255.254"},
		{"http://[::1]", "http://[::1]"},
		{"http://[::1]:80", "http://[::1]:80"},
	} {
		base, problem := parse(test.url, "")
		assert.Empty(t, problem, test.url)
		assert.Equal(t, test.base, base)
	}
}

func TestWhereAnEndpointMayNotBe(t *testing.T) {
	const (
		base     = "must be the base URL: leave out /v4/group_open_http_svc and everything after it"
		scheme   = "must begin with https:// (or http:// on a loopback host)"
		insecure = "must be https: http is accepted only on a loopback host (localhost, 127.0.0.0/8, [::1])"
		signs    = "must not hold white space, backslashes or characters outside ASCII (write an international domain name in its xn-- form)"
		user     = "must not hold a user name or password"
		host     = "has no valid host name"
		port     = "must have a port from 1 to 65535"
		path     = "must have a plain path: letters, digits, - . _ ~ and no . or .. segment"
	)
	for _, test := range []struct{ url, problem string }{
		{"", scheme}, {"a.example", scheme}, {"//a.example", scheme}, {"/a", scheme}, {"ftp://a.example", scheme},
		{"HTTPS://a.example", scheme}, {"https:a.example", scheme}, {"https:/a.example", scheme}, {"javascript:alert(1)", scheme},
		{"http://a.example", insecure}, {"http://10.0.0.1", insecure}, {"http://127.0.0.1.evil.com", insecure},
		{"http://127.0.0.1.", host}, {"http://localhost.", insecure}, {"http://localhost.evil.com", insecure},
		{"http://evil-localhost", insecure}, {"http://evil.localhost", insecure}, {"http://127.1", host}, {"http://127.0.1", host}, {"http://0x7f.1", host},
		{"http://0x7f000001", host}, {"http://2130706433", host}, {"http://0177.0.0.1", host}, {"http://127.0.0.01", host},
		{"http://127.0.0.256", host}, {"http://127.0.0.1.1", host}, {"http://0.0.0.0", insecure}, {"http://128.0.0.1", insecure},
		{"http://[::ffff:127.0.0.1]", insecure}, {"http://[::]", insecure}, {"http://[0:0:0:0:0:0:0:1]", insecure}, {"http://[::1%25lo]", host},
		{"https://a.example\\@evil.com", signs}, {"https:\\\\a.example", signs}, {"https://a.exam\tple", signs}, {"https://a.example\n", signs},
		{" https://a.example", signs}, {"https://a.example ", signs}, {"https://bücher.example", signs}, {"https://a.example/群", signs},
		{"https://ａ.example", signs}, {"https://a。example", signs}, {"https://a.example\x00", signs}, {"https://a.example\x7f", signs},
		{"https://user:password@a.example", user}, {"https://user@a.example", user}, {"https://@a.example", user}, {"http://localhost@evil.com", user},
		{"https://a.example/v4/group_open_http_svc/get_appid_group_list", base},
		{"http://127.0.0.1:8080/x/v4/group_open_http_svc/", base},
		{"https://a.example/v4/group_open_http_svc/get_appid_group_list?sdkappid=1", base},
		{"https://a.example?x", "must not have a query"}, {"https://a.example/?", "must not have a query"}, {"https://a.example#x", "must not have a fragment"},
		{"https://", host}, {"http://", host}, {"https:///a", host}, {"https://:8443", host}, {"https://.a.example", host}, {"https://a..example", host},
		{"https://-a.example", host}, {"https://127.1", host}, {"https://1.2.3.256", host}, {"https://a.0x1", host}, {"https://a.9", host}, {"https://[:]", host}, {"https://a%2eexample", host}, {"https://a*b", host}, {"https://[]", host}, {"https://[g]", host},
		{"https://[::1", "has an IPv6 address without its closing bracket"}, {"https://[::1]x", "has something other than a port behind its IPv6 address"},
		{"https://[::1].evil.com", "has something other than a port behind its IPv6 address"}, {"http://[::1]80", "has something other than a port behind its IPv6 address"},
		{"https://a.example:", port}, {"https://a.example:0", port}, {"https://a.example:65536", port}, {"https://a.example:080", port},
		{"https://a.example:80a", port}, {"https://a.example:-1", port}, {"https://a.example:80:81", port}, {"https://[::1]:0", port},
		{"https://a.example/../b", path}, {"https://a.example/.", path}, {"https://a.example/%2e%2e/b", path}, {"https://a.example/a b", signs},
		{"https://a.example/a;b", path}, {"https://a.example/a:b", path}, {"https://a.example/a&b", path}, {"https://a.example/..", path},
	} {
		base, problem := parse(test.url, "")
		assert.Equal(t, test.problem, problem, test.url)
		assert.Empty(t, base, test.url)
	}
}

// A page's own origin may be http, as the page itself was loaded from there.
func TestThePagesOwnOriginMayBeHTTP(t *testing.T) {
	base, problem := parse("http://Intranet.example:8080/chat/", "http://intranet.example:8080")
	assert.Empty(t, problem)
	assert.Equal(t, "http://Intranet.example:8080/chat", base)
	_, problem = parse("http://intranet.example", "http://intranet.example:8080")
	assert.Equal(t, "must be https: http is accepted only on a loopback host (localhost, 127.0.0.0/8, [::1]) "+
		"and on the page's own origin, http://intranet.example:8080", problem)
}

func TestTheLongestHostName(t *testing.T) {
	const longest = 253
	labels := strings.Repeat("a.", longest/2) + "a"
	require.Len(t, labels, longest)
	_, problem := parse("https://"+labels, "")
	assert.Empty(t, problem)
	_, problem = parse("https://b"+labels, "")
	assert.Equal(t, "has no valid host name", problem)
}

// parse returns the problem of a URL that is refused, or "".
func parse(url, origin string) (base, problem string) {
	base, err := ParseBaseURL(url, origin)
	if err != nil {
		problem = err.Error()
	}
	return base, problem
}
