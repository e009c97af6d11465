// Package redistest starts a real Redis (or Valkey) for a test.
package redistest

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// Server is a Redis on a loopback port. It stops when its test ends.
type Server struct {
	Port int
	// Admin lets a test control the server.
	Admin *redis.Client

	t       testing.TB
	flags   []string
	folder  string
	process *exec.Cmd
}

// Start starts a server without persistence, unless flags say otherwise.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	s := &Server{t: t, flags: flags, folder: t.TempDir(), Port: freePort(t)}
	s.Admin = redis.NewClient(&redis.Options{Addr: s.address(), DialTimeout: time.Second, PoolSize: 2})
	t.Cleanup(func() {
		_ = s.Admin.Close() // the test is over
		s.Kill()
	})
	s.Restart()
	return s
}

func (s *Server) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)) }

// URL returns the URL of the server.
func (s *Server) URL() string { return "redis://" + s.address() }

// Restart starts the server again after Kill, on the same port, with the data that it saved.
func (s *Server) Restart() {
	s.t.Helper()
	flags := append([]string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(s.Port), "--dir", s.folder, "--save", "", "--appendonly", "no",
	}, s.flags...)
	s.process = exec.Command(program(s.t), flags...)
	output, err := s.process.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, s.process.Start())
	var written strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		written.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			go func() {
				for lines.Scan() { // or the server could not write
				}
			}()
			return
		}
	}
	require.FailNow(s.t, "Redis did not start", written.String())
}

// Kill ends the server like a crash.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill() // it may have ended
	_ = s.process.Wait()         // by a signal
	s.process = nil
}

// Do sends a command and returns the reply.
func (s *Server) Do(command ...any) any {
	s.t.Helper()
	answer, err := s.Admin.Do(context.Background(), command...).Result()
	require.NoError(s.t, err)
	return answer
}

func program(t testing.TB) string {
	t.Helper()
	names := []string{"redis-server", "valkey-server"}
	if named := os.Getenv("REDIS_SERVER"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.FailNow(t, "this test needs redis-server or valkey-server: run scripts/programs/redis.sh, or set "+
		"REDIS_SERVER to the program's path")
	return ""
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }() // it only reserved the port
	return listener.Addr().(*net.TCPAddr).Port
}
