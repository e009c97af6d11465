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

// Config says what a Server is the endpoint of.
type Config struct {
	SDKAppID   uint32
	Identifier string // the app's only admin
	SecretKey  string // with which the admin's UserSig is made
	Groups     []Group
	Seed       uint64        // of latencies and cursors
	Interval   time.Duration // least distance of two arrivals; 0 lets all through
	Latency    Latency
	Faults     Script
	Logger     *slog.Logger // nil for no log
	Clock      Clock        // nil for the machine's
}

// Server is the endpoint of one app, as an http.Handler.
type Server struct {
	config   Config
	started  time.Time
	calls    atomic.Uint64
	throttle throttle
	list     *list
	cursors  cursors

	stopping sync.Once
	stopped  chan struct{}
}

// New returns a server that is ready for calls.
func New(config Config) *Server {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Clock == nil {
		config.Clock = systemClock{}
	}
	groups := newList(config.Seed, config.Groups)
	return &Server{
		config:   config,
		started:  config.Clock.Now(),
		throttle: throttle{clock: config.Clock, interval: config.Interval},
		list:     groups,
		cursors:  newCursors(config.Seed, groups.maxKey),
		stopped:  make(chan struct{}),
	}
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
		ErrorLog:          slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelWarn),
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
