//go:build !js

package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server is an App as an http.Handler, with a log and the latency and faults of its Config.
type Server struct {
	*App
	logger                  *slog.Logger
	calls                   atomic.Uint64
	listCalls, profileCalls atomic.Uint64 // of each command
	stopping                sync.Once
	stopped                 chan struct{}
}

// New returns a Server.
func New(config Config, logger *slog.Logger) *Server {
	return &Server{App: NewApp(config), logger: logger, stopped: make(chan struct{})}
}

// Stop ends all waiting of calls under way. It may be called several times.
func (s *Server) Stop() {
	s.stopping.Do(func() { close(s.stopped) })
}

// wait waits for a part of a call's latency, until over or the server's end.
func (s *Server) wait(d time.Duration, over <-chan struct{}) {
	if d <= 0 {
		return
	}
	select {
	case <-s.config.Clock.After(d):
	case <-over:
	case <-s.stopped:
	}
}

// Limits of a connection.
const (
	readTimeout  = 10 * time.Second // for the headers, and again for the body
	idleTimeout  = 2 * time.Minute
	maxHeader    = 64 << 10 // bytes
	shutdownTime = 2 * time.Second
)

// Serve answers calls until ctx is done. Then it accepts no new calls and ends those under way. A response has no time
// limit, since a fault may stall it.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	s.Stop()
	shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err := server.Shutdown(shutdown)
	if errors.Is(err, context.DeadlineExceeded) { // a client does not read
		err = server.Close()
	}
	<-done
	return err
}
