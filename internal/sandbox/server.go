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

// Server is an App as an http.Handler, with the latency and the faults that its Config asks for, and a log.
type Server struct {
	*App
	logger                  *slog.Logger
	calls                   atomic.Uint64
	listCalls, profileCalls atomic.Uint64 // of each command
	stopping                sync.Once
	stopped                 chan struct{}
}

// New returns a server that is ready for calls.
func New(config Config, logger *slog.Logger) *Server {
	return &Server{App: NewApp(config), logger: logger, stopped: make(chan struct{})}
}

// Stop ends every wait of the calls that are under way. It may be called more than once.
func (s *Server) Stop() {
	s.stopping.Do(func() { close(s.stopped) })
}

// wait lets some of a call's latency pass, until over or the server's end.
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

// Serve answers calls until ctx is done, and then stops cleanly: it takes no new ones and ends those under way. There is
// no limit on how long an answer takes, since a call may be made to stall.
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
	if errors.Is(err, context.DeadlineExceeded) { // a client that doesn't read what it is sent
		err = server.Close()
	}
	<-done
	return err
}
