package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const emptyPage = `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"Next":0,"GroupIdList":[]}`

// startRaw starts a server in place of the service that answers each request with the output of answer. target is the
// request's target, with the UserSig.
func startRaw(t *testing.T, config *tls.Config, answer func(c net.Conn, target string)) *service {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &service{url: "http://" + listener.Addr().String()}
	if config != nil {
		listener = tls.NewListener(listener, config)
		s.url = "https://" + listener.Addr().String()
	}
	var wait sync.WaitGroup
	var connections sync.Map
	wait.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Store(c, nil)
			wait.Go(func() {
				defer func() { _ = c.Close() }()
				reader := bufio.NewReader(c)
				for {
					r, err := http.ReadRequest(reader)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					s.mu.Lock()
					s.requests = append(s.requests, r)
					s.mu.Unlock()
					answer(c, r.RequestURI)
				}
			})
		}
	})
	t.Cleanup(func() {
		assert.NoError(t, listener.Close())
		connections.Range(func(c, _ any) bool { _ = c.(net.Conn).Close(); return true })
		wait.Wait()
	})
	return s
}

// TestMisbehavingServers: whatever a server sends instead of an answer, the log is lines of JSON without a UserSig.
// (startProcess checks that at the end.)
func TestMisbehavingServers(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	var bomb bytes.Buffer
	packed := gzip.NewWriter(&bomb)
	_, err := packed.Write(make([]byte, 20<<20))
	require.NoError(t, err)
	require.NoError(t, packed.Close())
	write := func(c net.Conn, text string) { _, _ = io.WriteString(c, text) } // the proxy may have gone
	closing := func(texts ...string) func(net.Conn, string) {
		return func(c net.Conn, target string) {
			for _, text := range texts {
				write(c, strings.ReplaceAll(text, "TARGET", target))
			}
			_ = c.(interface{ CloseWrite() error }).CloseWrite() // the proxy may have gone
		}
	}
	echo := make(chan struct{})
	cases := []struct {
		name   string
		answer func(c net.Conn, target string)
	}{
		{"late bytes", func(c net.Conn, target string) {
			write(c, ok+"Content-Length: 76\r\n\r\n"+emptyPage)
			go func() {
				<-echo // the page was read, and the connection is idle
				write(c, "POST "+target+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
			}()
		}},
		{"more bytes than announced", closing(ok+"Content-Length: 76\r\n\r\n"+emptyPage, "POST TARGET HTTP/1.1\r\n\r\n")},
		{"fewer bytes than announced", closing(ok + "Content-Length: 1000\r\n\r\n" + emptyPage + "TARGET")},
		{"a length that is none", closing(ok + "Content-Length: TARGET\r\n\r\n")},
		{"two lengths", closing(ok + "Content-Length: 76\r\nContent-Length: TARGET\r\n\r\n" + emptyPage)},
		{"broken chunks", closing(ok + "Transfer-Encoding: chunked\r\n\r\nTARGET\r\n{}\r\n0\r\n\r\n")},
		{"chunks that end wrongly", closing(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}TARGET\r\n0\r\n\r\n")},
		{"a trailer", closing(ok + "Transfer-Encoding: chunked\r\nTrailer: " +
			"X-Target\r\n\r\n2\r\n{}\r\n0\r\nX-Target: TARGET\r\n\r\n")},
		{"a broken trailer", closing(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nTARGET\r\n\r\n")},
		{"an unknown coding", closing(ok + "Transfer-Encoding: TARGET\r\n\r\n{}")},
		{"no HTTP", closing("TARGET\r\n\r\n")},
		{"a request", closing("POST TARGET HTTP/1.1\r\n\r\n")},
		{"HTTP/2", closing("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nTARGET")},
		{"another version", closing("HTTP/9.9 200 TARGET\r\n\r\n")},
		{"a status that is none", closing("HTTP/1.1 TARGET\r\n\r\n")},
		{"a giant status", closing("HTTP/1.1 500 " + strings.Repeat("TARGET ", 1000) + "\r\n\r\n")},
		{"a header without a name", closing(ok + "TARGET\r\n\r\n{}")},
		{"a header with a NUL", closing(ok + "X: \x00TARGET\r\n\r\n{}")},
		{"a folded header", closing(ok + "X: a\r\n TARGET\r\nTARGET: \r\n\r\n{}")},
		{"endless headers", closing(ok + strings.Repeat("X: TARGET\r\n", 10_000))},
		{"a flood of 1xx", closing(strings.Repeat("HTTP/1.1 103 TARGET\r\nLink: <TARGET>\r\n\r\n", 1000), ok+"\r\n{}")},
		{"other protocols", closing("HTTP/1.1 101 TARGET\r\nConnection: Upgrade\r\nUpgrade: TARGET\r\n\r\nTARGET")},
		{"a redirect", closing("HTTP/1.1 307 TARGET\r\nLocation: TARGET\r\nContent-Length: 0\r\n\r\n")},
		{"a redirect that is none", closing("HTTP/1.1 302 x\r\nLocation: ://TARGET\r\nContent-Length: 0\r\n\r\n")},
		{"a cookie", closing(ok + "Set-Cookie: TARGET\r\nConnection: close\r\n\r\n" + emptyPage)},
		{"bytes that are not compressed", closing(ok + "Content-Encoding: gzip\r\nConnection: close\r\n\r\nTARGET")},
		{"an unknown compression", closing(ok + "Content-Encoding: TARGET\r\nConnection: close\r\n\r\nTARGET")},
		{"a bomb", closing(ok+"Content-Encoding: gzip\r\nConnection: close\r\n\r\n", bomb.String())},
		{"an error that repeats the target", closing(ok + "Connection: close\r\n\r\n" +
			`{"ActionStatus":"FAIL","ErrorCode":60002,"ErrorInfo":"TARGET"}`)},
		{"a page that repeats the target", closing(ok + "Connection: close\r\n\r\n" +
			strings.Replace(emptyPage, "[]", `[{"GroupId":"TARGET"}]`, 1))},
		{"a reset", func(c net.Conn, target string) {
			write(c, ok+"Content-Length: 1000\r\n\r\n"+target)
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		}},
		{"nothing", closing()},
	}
	var mu sync.Mutex
	at := 0
	gone := make(chan struct{}, 1)
	s := startRaw(t, nil, func(c net.Conn, target string) {
		mu.Lock()
		answer := cases[at].answer
		mu.Unlock()
		answer(c, target)
		// until the proxy has closed the connection, or the next call could be sent into it and be lost
		_, _ = io.Copy(io.Discard, c)
		gone <- struct{}{}
	})
	p := startProcess(t, s)
	p.readLog(t)
	for i, c := range cases {
		mu.Lock()
		at = i
		mu.Unlock()
		calls := s.calls()
		reply := p.list(t, "{}")
		assert.Contains(t, []int{200, 502, 504}, reply.status, "%s: %s", c.name, reply.body)
		assert.Equal(t, calls+1, s.calls(), c.name)
		if c.name == "late bytes" {
			close(echo)
			line := p.log.awaitMessage(t, "a library reported a problem")
			assert.Regexp(t, `^transport\.go:\d+$`, line["at"], "where to look in net/http")
		}
		<-gone
	}

	for name, config := range map[string]*tls.Config{
		"a certificate that nobody trusts": {Certificates: []tls.Certificate{certificateOf(t)}},
		"no certificate": {GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return nil, io.EOF
		}},
		"an old version": {MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10,
			Certificates: []tls.Certificate{certificateOf(t)}},
	} {
		p := startProcess(t, startRaw(t, config, closing(ok)))
		p.readLog(t)
		assert.Equal(t, 502, p.list(t, "{}").status, name)
	}
	garbage := startRaw(t, nil, closing(ok))
	garbage.url = strings.Replace(garbage.url, "http:", "https:", 1)
	p = startProcess(t, garbage)
	p.readLog(t)
	assert.Equal(t, 502, p.list(t, "{}").status, "no TLS")
}

func certificateOf(t *testing.T) tls.Certificate {
	t.Helper()
	folder := t.TempDir()
	writeCertificate(t, folder+"/cert.pem", folder+"/key.pem", 1)
	certificate, err := tls.LoadX509KeyPair(folder+"/cert.pem", folder+"/key.pem")
	require.NoError(t, err)
	return certificate
}

// TestMisbehavingClients: the log holds no text of a client, even if net/http reports it.
func TestMisbehavingClients(t *testing.T) {
	folder := t.TempDir()
	writeCertificate(t, folder+"/cert.pem", folder+"/key.pem", 1)
	p := startProcess(t, startService(t, 0, 10, "", nil), "--tls-cert-file", folder+"/cert.pem", "--tls-key-file",
		folder+"/key.pem")
	p.readLog(t)
	secret := "eJ" + strings.Repeat("x", 60)
	for _, text := range []string{
		"GET /" + secret + " HTTP/1.1\r\nHost: localhost\r\n\r\n", secret + "\r\n\r\n",
		"\x16\x03\x01\x00\x50" + secret + secret, "\x15\x03\x01\x00\x02\x02\x2a",
	} {
		c, err := net.Dial("tcp", p.address)
		require.NoError(t, err)
		_, err = io.WriteString(c, text)
		require.NoError(t, err)
		require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
		_, _ = io.Copy(io.Discard, c)
		line := p.log.await(t, func(line map[string]any) bool { return line["peer"] == c.LocalAddr().String() })
		assert.Equal(t, "a TLS handshake failed", line["msg"])
		require.NoError(t, c.Close())
	}
}
