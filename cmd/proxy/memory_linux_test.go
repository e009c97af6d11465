package main

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maxMemory is the limit for a process attacked without a valid token, in MB.
const maxMemory = 150

// TestMemory: clients without a token cannot exhaust the memory. Each attack uses all connections and some more.
func TestMemory(t *testing.T) {
	files, err := filepath.Glob("../../console/dist/*.wasm")
	require.NoError(t, err)
	require.Len(t, files, 1)
	largest := "/" + filepath.Base(files[0])
	head := " HTTP/1.1\r\nHost: localhost\r\n"
	send := func(text string) func(*tls.Conn) {
		return func(c *tls.Conn) { _, _ = io.WriteString(c, text) } // the proxy may close it at any time
	}
	for _, attack := range []struct {
		name      string
		protocols []string
		before    []byte          // sent in place of a handshake
		after     func(*tls.Conn) // called after one
	}{
		{name: "silence", before: []byte{}},
		{name: "half a handshake", before: append([]byte{22, 3, 1, 64, 0, 1, 0, 63, 252, 3, 3}, make([]byte, 15<<10)...)},
		{name: "HTTP/2 streams without a window", protocols: []string{"h2", "http/1.1"}, after: send(streamsWithoutWindow())},
		{name: "the largest file, never read", after: send(strings.Repeat("GET "+largest+head+"\r\n", 50))},
		{name: "refusals, never read", after: send(strings.Repeat("GET /missing"+head+"\r\n", 2000))},
		{name: "headers without an end", after: send("GET /" + head +
			strings.Repeat("X: "+strings.Repeat("x", 100)+"\r\n", 150))},
		{name: "a body without an end", after: send("POST /" + head + "Transfer-Encoding: chunked\r\n\r\n" +
			strings.Repeat("1000\r\n"+strings.Repeat("x", 4096)+"\r\n", 60))},
		{name: "idle", after: send("GET /healthz" + head + "\r\n")},
	} {
		t.Run(attack.name, func(t *testing.T) {
			folder := t.TempDir()
			certFile, keyFile := folder+"/cert.pem", folder+"/key.pem"
			writeCertificate(t, certFile, keyFile, 1)
			p := startProcess(t, startService(t, 0, 10, "", nil), "--tls-cert-file", certFile, "--tls-key-file", keyFile)
			var wait sync.WaitGroup
			beginning := make(chan struct{}, 64) // more handshakes at a time would only wait for a processor
			for range maxConnections + 64 {
				connection, err := net.Dial("tcp", p.address)
				require.NoError(t, err)
				defer func() { _ = connection.Close() }()
				_ = connection.(*net.TCPConn).SetReadBuffer(4 << 10) // what is not read stays with the proxy
				if attack.before != nil {
					_, err := connection.Write(attack.before)
					require.NoError(t, err)
					continue
				}
				wait.Go(func() {
					c := tls.Client(connection, &tls.Config{InsecureSkipVerify: true, NextProtos: attack.protocols})
					beginning <- struct{}{}
					_ = c.SetDeadline(time.Now().Add(2 * time.Second)) // some are never taken
					err := c.Handshake()
					<-beginning
					if err == nil {
						_ = c.SetDeadline(time.Now().Add(2 * time.Second))
						attack.after(c)
					}
				})
			}
			wait.Wait()
			peak := peakMemory(t, p.command.Process.Pid)
			p.signal(t, syscall.SIGKILL)
			p.awaitEnd(t, time.Minute)
			t.Logf("%d MB", peak)
			assert.Less(t, peak, maxMemory)
		})
	}
}

// peakMemory returns the peak memory of a process, in MB. The system's usage of an ended process would include the
// test's, in whose memory the process began.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	_, peak, found := strings.Cut(string(status), "VmHWM:")
	require.True(t, found)
	kilobytes, err := strconv.Atoi(strings.Fields(peak)[0])
	require.NoError(t, err)
	return kilobytes / 1024
}

// streamsWithoutWindow opens HTTP/2 streams with an empty flow-control window (RFC 9113).
func streamsWithoutWindow() string {
	const settings, headers, initialWindowSize, endOfStreamAndHeaders = 4, 1, 4, 5
	frame := func(kind, flags byte, stream uint32, payload []byte) []byte {
		head := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
		return append(binary.BigEndian.AppendUint32(append(head, flags), stream), payload...)
	}
	text := []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	text = append(text, frame(settings, 0, 0, []byte{0, initialWindowSize, 0, 0, 0, 0})...)
	request := append([]byte{0x82, 0x87, 0x84, 0x01, 9}, "localhost"...) // GET https /, and :authority
	for stream := uint32(1); stream < 64; stream += 2 {
		text = append(text, frame(headers, endOfStreamAndHeaders, stream, request)...)
	}
	return string(text)
}
