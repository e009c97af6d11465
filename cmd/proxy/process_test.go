package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/auth"
)

// built returns the folder of the binary.
var built = sync.OnceValues(func() (folder string, err error) {
	if folder, err = os.MkdirTemp("", "proxy-under-test-"); err != nil {
		return "", err
	}
	// without the race detector, which takes memory
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(folder, "proxy"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	said, err := build.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, said)
	}
	removeBinary = func() { _ = os.RemoveAll(folder) }
	return folder, err
})

var removeBinary = func() {}

func TestMain(m *testing.M) {
	status := m.Run()
	removeBinary()
	os.Exit(status)
}

// builtBinary returns the path of the proxy, built as released.
func builtBinary(t *testing.T) string {
	t.Helper()
	folder, err := built()
	require.NoError(t, err)
	return filepath.Join(folder, "proxy")
}

// process is a proxy as a process of its own, for tests of signals, memory and output.
type process struct {
	*instance
	command *exec.Cmd
	ended   chan struct{} // closed when it has
	rest    *bufio.Reader // of the log, after the line "listening"
	pipe    *os.File      // the end of the log's pipe that is read
}

// startProcess starts a proxy and reads its log until it listens.
func startProcess(t *testing.T, s *service, flags ...string) *process {
	t.Helper()
	folder := t.TempDir()
	p := &process{
		instance: &instance{tokens: filepath.Join(folder, "tokens"), log: &lines{changed: make(chan struct{})}, service: s},
		ended:    make(chan struct{}),
	}
	keyFile := filepath.Join(folder, "key")
	require.NoError(t, os.WriteFile(keyFile, []byte(testKey), 0o600))
	var err error
	p.token, err = auth.NewToken(p.tokens, "alice")
	require.NoError(t, err)
	p.command = exec.Command(builtBinary(t), append([]string{
		"--listen", "127.0.0.1:0", "--sdk-app-id", strconv.Itoa(testApp), "--identifier", testAdmin, "--endpoint", s.url,
		"--secret-key-file", keyFile, "--tokens-file", p.tokens, "--metrics-tokens-file", p.tokens, "--drain-time", "0s",
		"--min-interval", "0s", "--cache-ttl", "0s",
	}, flags...)...)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	p.command.Stdout, p.command.Stderr = write, write
	require.NoError(t, p.command.Start())
	require.NoError(t, write.Close())
	go func() {
		_ = p.command.Wait() // tests look at the exit status
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.command.Process.Kill()
		<-p.ended
		_ = read.Close() // a test may have closed it
	})
	p.pipe, p.rest = read, bufio.NewReader(read)
	for p.url == "" {
		line, err := p.rest.ReadString('\n')
		require.NoError(t, err, line)
		_, _ = p.log.Write([]byte(line))
		var entry struct{ Msg, URL string }
		require.NoError(t, json.Unmarshal([]byte(line), &entry), line)
		p.url = entry.URL
	}
	at, err := url.Parse(p.url)
	require.NoError(t, err)
	p.address = at.Host
	return p
}

// readLog reads the rest of the log. At the end of the test, it asserts that the log is lines of JSON without secrets.
func (p *process) readLog(t *testing.T) {
	t.Helper()
	read := make(chan struct{})
	go func() {
		_, _ = io.Copy(p.log, p.rest)
		close(read)
	}()
	t.Cleanup(func() {
		assert.Equal(t, exitOK, p.end(t, 30*time.Second))
		<-read
		p.searchForSecrets(t)
		p.assertJSONLines(t)
	})
}

// assertJSONLines asserts that every line of the output is JSON with the common fields.
func (p *process) assertJSONLines(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(p.log.String()) {
		var entry struct {
			Time  time.Time
			Level string
			Msg   string
		}
		if assert.NoError(t, json.Unmarshal([]byte(line), &entry), line) {
			assert.NotZero(t, entry.Time, line)
			assert.NotEmpty(t, entry.Level, line)
			assert.NotEmpty(t, entry.Msg, line)
		}
		assert.True(t, strings.HasSuffix(line, "\n"), line)
	}
}

func (p *process) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := p.command.Process.Signal(signal); !errors.Is(err, os.ErrProcessDone) {
		require.NoError(t, err)
	}
}

// end sends SIGTERM and returns the exit status.
func (p *process) end(t *testing.T, within time.Duration) int {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	return p.awaitEnd(t, within)
}

func (p *process) awaitEnd(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(within):
		require.FailNow(t, "the process did not end", "within %v: %s", within, p.log.String())
	}
	return p.command.ProcessState.ExitCode()
}
