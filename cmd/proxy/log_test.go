package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// flood sends requests without a token, each of which is logged, and reads the responses.
func (p *process) flood(t *testing.T, requests int) {
	t.Helper()
	const connections = 8
	var wait sync.WaitGroup
	for range connections {
		wait.Go(func() {
			c, err := net.Dial("tcp", p.address)
			if !assert.NoError(t, err) {
				return
			}
			defer func() { _ = c.Close() }()
			assert.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
			wait.Go(func() {
				_, err := io.WriteString(c, strings.Repeat("GET /missing HTTP/1.1\r\nHost: localhost\r\n\r\n",
					requests/connections-1)+
					"GET /missing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
				assert.NoError(t, err)
			})
			answers, err := io.ReadAll(c)
			assert.NoError(t, err)
			assert.Equal(t, requests/connections, strings.Count(string(answers), "HTTP/1.1 404"))
		})
	}
	wait.Wait()
}

// TestStalledLog: a stalled log reader delays no request. Lines are dropped, counted and reported when it reads again.
func TestStalledLog(t *testing.T) {
	p := startProcess(t, startService(t, 0, 10, "", nil))
	const requests = 16_000 // some 3 MB of log
	p.flood(t, requests)
	assert.Equal(t, 200, p.list(t, "{}").status)
	metrics := p.get(t, "/metrics", header("Authorization", "Bearer "+p.token)).body
	assert.Regexp(t, regexp.MustCompile(`(?m)^tencent_chat_groups_proxy_log_lines_dropped_total [1-9]`), metrics)

	p.readLog(t)
	report := p.log.awaitMessage(t, "log lines were dropped")
	written := strings.Count(p.log.String(), `"route":"console"`)
	assert.InDelta(t, requests, float64(written)+report["lines"].(float64), 2, "the list call's lines may be among them")
	assert.Equal(t, 200, p.list(t, "{}").status)
	p.log.await(t, func(line map[string]any) bool { return line["route"] == "list" && line["status"] == 200.0 })
}

// TestStopWithStalledLog: SIGTERM ends the process in time.
func TestStopWithStalledLog(t *testing.T) {
	p := startProcess(t, startService(t, 0, 10, "", nil))
	p.flood(t, 1600)
	assert.Equal(t, exitOK, p.end(t, shutdownTimeout+10*time.Second))
}

// TestClosedLog: a closed log does not end the process.
func TestClosedLog(t *testing.T) {
	p := startProcess(t, startService(t, 0, 10, "", nil))
	require.NoError(t, p.pipe.Close())
	for range 3 {
		assert.Equal(t, 200, p.list(t, "{}").status)
		assert.Equal(t, 401, p.list(t, "{}", without("Authorization")).status)
	}
	assert.Equal(t, exitOK, p.end(t, shutdownTimeout+10*time.Second))
}

// TestDrain: after SIGTERM /readyz answers 503, and requests are served until the drain ends, or the next SIGTERM.
func TestDrain(t *testing.T) {
	p := startProcess(t, startService(t, 0, 10, "", nil), "--drain-time", "5m")
	p.readLog(t)
	assert.Equal(t, 200, p.get(t, "/readyz").status)
	p.signal(t, syscall.SIGTERM)
	p.log.awaitMessage(t, "draining")
	closeIdle()
	ready := p.get(t, "/readyz")
	assert.Equal(t, 503, ready.status)
	assert.Contains(t, ready.body, `{"name":"process","state":"failed","why":"it is stopping"}`)
	assert.Equal(t, 200, p.get(t, "/healthz").status)
	assert.Equal(t, 200, p.list(t, "{}").status, "on a new connection")
	p.signal(t, syscall.SIGTERM)
	assert.Equal(t, exitOK, p.awaitEnd(t, time.Minute))
}

// TestEndOfDrain: the drain ends by itself, and SIGINT skips it.
func TestEndOfDrain(t *testing.T) {
	for signal, drain := range map[syscall.Signal]string{syscall.SIGTERM: "10ms", syscall.SIGINT: "5m"} {
		p := startProcess(t, startService(t, 0, 10, "", nil), "--drain-time", drain)
		p.signal(t, signal)
		assert.Equal(t, exitOK, p.awaitEnd(t, time.Minute), fmt.Sprint(signal))
	}
}

func closeIdle() { http.DefaultTransport.(*http.Transport).CloseIdleConnections() }
