package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/auth"
)

// TestMetricsTokens: /metrics accepts only tokens of its own file, which give no access to groups.
func TestMetricsTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "metrics-tokens")
	scraper, err := auth.NewToken(file, "prometheus")
	require.NoError(t, err)
	p := startProxy(t, startService(t, 0, 10, "", nil), "--metrics-tokens-file", file)
	bearer := func(token string) func(*http.Request) { return header("Authorization", "Bearer "+token) }
	metrics := p.get(t, "/metrics", bearer(scraper), header("Host", "10.1.2.3:8700"))
	assert.Equal(t, 200, metrics.status, "a token is enough, under any address")
	assert.Contains(t, metrics.body, "tencent_chat_groups_proxy_log_lines_dropped_total 0")
	assert.Equal(t, 401, p.get(t, "/metrics", bearer(p.token)).status)
	assert.Equal(t, 401, p.get(t, "/metrics").status)
	assert.Equal(t, 401, p.list(t, "{}", bearer(scraper)).status)
	assert.Equal(t, 200, p.list(t, "{}").status)
	assert.Zero(t, strings.Count(p.log.String(), scraper))

	p = startProxy(t, startService(t, 0, 10, "", nil), "--metrics-tokens-file", "")
	off := p.get(t, "/metrics", bearer(p.token))
	assert.Equal(t, 404, off.status)
	assert.Contains(t, off.problem(t), "--metrics-tokens-file turns them on")
}

// TestMetricsWithoutAuth: without authentication, /metrics checks the host name.
func TestMetricsWithoutAuth(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--no-auth")
	assert.Equal(t, 200, p.get(t, "/metrics").status)
	assert.Equal(t, 421, p.get(t, "/metrics", header("Host", "evil.example")).status)
	assert.Equal(t, 421, p.get(t, "/metrics", header("Host", "evil.example:8700")).status)
}

// TestPeersInTheLog: log lines of requests for pages have the client's address, also behind a trusted reverse proxy.
func TestPeersInTheLog(t *testing.T) {
	forwarded := header("X-Forwarded-For", "203.0.113.9, 198.51.100.7")
	of := func(p *instance, status float64) any {
		return p.log.await(t, func(line map[string]any) bool {
			return line["msg"] == "request" && line["status"] == status
		})["peer"]
	}
	p := startProxy(t, startService(t, 0, 10, "", nil), "--trusted-proxy", "127.0.0.0/8")
	assert.Equal(t, 200, p.list(t, "{}", forwarded).status)
	assert.Equal(t, 401, p.list(t, "{}", forwarded, without("Authorization")).status)
	assert.Equal(t, "198.51.100.7", of(p, 200))
	assert.Equal(t, "198.51.100.7", of(p, 401))

	p = startProxy(t, startService(t, 0, 10, "", nil), "--trusted-proxy", "10.0.0.5")
	assert.Equal(t, 200, p.list(t, "{}", forwarded).status)
	assert.Regexp(t, `^127\.0\.0\.1:\d+$`, of(p, 200))
}
