// Package redistest runs a real Redis for tests: on a loopback port that is free, in memory, stopped with the test.
package redistest

import (
	"bufio"
	"cmp"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Server is a Redis that runs, or was killed.
type Server struct {
	t       testing.TB
	folder  string
	port    int
	flags   []string
	process *exec.Cmd
}

// Start starts a Redis with more flags of redis-server, such as --save.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	s := &Server{t: t, folder: t.TempDir(), port: port, flags: flags}
	s.Restart()
	t.Cleanup(s.Kill)
	return s
}

// URL is how clients reach it.
func (s *Server) URL() string { return "redis://127.0.0.1:" + strconv.Itoa(s.port) }

// Restart starts it again at the same port, with what it saved.
func (s *Server) Restart() {
	s.t.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("REDIS_SERVER"), "redis-server"))
	require.NoError(s.t, err, "these tests need a Redis: scripts/redis.sh installs one, or says how")
	flags := append([]string{"--bind", "127.0.0.1", "--port", strconv.Itoa(s.port), "--dir", s.folder, "--save", ""}, s.flags...)
	s.process = exec.Command(path, flags...)
	output, err := s.process.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, s.process.Start())
	var said strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			go func() {
				for lines.Scan() {
				}
			}()
			return
		}
	}
	require.FailNow(s.t, "Redis did not start", said.String())
}

// Kill ends it as a crash does.
func (s *Server) Kill() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait() // that it was killed is no news
}
