package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/net/netutil"

	"tencent-chat-groups/console"
	"tencent-chat-groups/internal/proxy"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/cache"
	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/privatefile"
	"tencent-chat-groups/internal/proxy/queue"
	"tencent-chat-groups/internal/proxy/redisclient"
)

// Limits of connections.
const (
	maxConnections = 1024             // further ones wait until one ends
	maxStreams     = 32               // requests at a time of one HTTP/2 connection
	maxReceived    = 64 << 10         // bytes of requests' bodies that it may send before they are read
	maxHeader      = 16 << 10         // bytes
	headerTimeout  = 5 * time.Second  // to send the headers
	readTimeout    = 10 * time.Second // to send all of a request, also one that was refused: Go reads its body before it answers
	idleTimeout    = 30 * time.Second // between requests
	writeTimeout   = 45 * time.Second // to wait for an answer (30 s at most) or to read one that has no time of its own
	shutdownTime   = 20 * time.Second // for running requests to end, after SIGTERM
)

// run serves until ctx is done.
func (s *serve) run(ctx context.Context, hup <-chan os.Signal, stderr io.Writer) error {
	if err := s.check(); err != nil {
		return err
	}
	keepOutOfCores()
	logger := slog.New(slog.NewJSONHandler(stderr, nil))
	app, err := s.build(logger)
	if err != nil {
		return err
	}
	defer app.close()
	defer app.watchTokens(logger)()
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return err
	}
	scheme := "http://"
	server := &http.Server{
		Handler:           app.proxy,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		WriteTimeout:      writeTimeout,
		MaxHeaderBytes:    maxHeader,
		// "OPTIONS *" is refused, counted and logged as the rest is.
		DisableGeneralOptionsHandler: true,
		HTTP2:                        &http.HTTP2Config{MaxConcurrentStreams: maxStreams, MaxReceiveBufferPerConnection: maxReceived},
		ErrorLog:                     slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	listener = netutil.LimitListener(listener, maxConnections)
	if app.certificate != nil {
		scheme = "https://"
		server.TLSConfig = &tls.Config{
			MinVersion:     tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return app.certificate.Load(), nil },
		}
	}
	done := make(chan error, 1)
	go func() {
		if app.certificate != nil {
			done <- server.ServeTLS(listener, "", "")
		} else {
			done <- server.Serve(listener)
		}
	}()
	logger.Info("listening", slog.String("url", scheme+listener.Addr().String()), slog.Uint64("sdkAppId", uint64(s.SDKAppID)),
		slog.String("identifier", s.Identifier), slog.Any("service", s.endpoints()), slog.String("callers", s.whoMayCall()))
	for {
		select {
		case err := <-done:
			return err
		case <-hup:
			app.reload(logger)
			continue
		case <-ctx.Done():
		}
		break
	}
	logger.Info("stopping")
	app.proxy.Stop()
	shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err = server.Shutdown(shutdown)
	if errors.Is(err, context.DeadlineExceeded) {
		logger.Warn("requests that did not end in time were cut off")
		err = server.Close()
	}
	<-done
	return err
}

// keepOutOfCores sees to it that the key is in no core dump.
func keepOutOfCores() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) // lowering a limit is always allowed
}

// app is a proxy with what belongs to it.
type app struct {
	flags       *serve
	proxy       *proxy.Proxy
	tokens      *auth.Tokens                     // nil if there are none
	certificate *atomic.Pointer[tls.Certificate] // nil without TLS
	stale       staleFiles
	close       func()
}

// build makes everything that needs files, and names the flag of what is wrong.
func (s *serve) build(logger *slog.Logger) (*app, error) {
	a := &app{flags: s}
	key, err := s.secretKey()
	if err != nil {
		return nil, err
	}
	_ = os.Unsetenv(keyEnv) // nothing that is started from here needs it
	pages, err := console.Handler()
	if err != nil {
		return nil, err
	}
	if s.TLSCertFile != "" {
		a.certificate = &atomic.Pointer[tls.Certificate]{}
		if err := a.loadCertificate(logger); err != nil {
			return nil, err
		}
	}
	callers, issuer, err := a.callers()
	if err != nil {
		return nil, err
	}
	var forPace, forPages *redis.Client // two, so that many who ask for pages do not hold up the pace
	if s.Redis != "" {
		for _, client := range []**redis.Client{&forPace, &forPages} {
			if *client, err = redisclient.Open(s.Redis); err != nil {
				return nil, usageError{fmt.Errorf("--redis (%s): %w", redisEnv, err)}
			}
		}
	}
	waiting := queue.New(s.Queue, pace.Config{
		SDKAppID: s.SDKAppID, Interval: s.MinInterval, CallTimeout: proxy.CallTimeout, MaxWait: proxy.MaxWait,
		Redis: forPace, Replicas: s.Replicas, Logger: logger,
	})
	a.close = func() {
		waiting.Pacer.Close()
		for _, client := range []*redis.Client{forPace, forPages} {
			if client != nil {
				_ = client.Close() // the process ends
			}
		}
	}
	redisLost := func() bool {
		mode, _ := waiting.Pacer.Mode()
		return mode == pace.Alone || mode == pace.Lost
	}
	a.proxy, err = proxy.New(proxy.Config{
		Endpoints: s.endpoints(), SDKAppID: s.SDKAppID, Identifier: s.Identifier, SecretKey: key,
		Callers: callers, Hosts: s.hosts(), Origins: s.AllowOrigin,
		Queue: waiting, Cache: cache.New(cache.Config{SDKAppID: s.SDKAppID, TTL: s.CacheTTL, Redis: forPages, Lost: redisLost}),
		Console: pages,
		Parts: func() []proxy.Part {
			parts := []proxy.Part{pacePart(waiting.Pacer)}
			if issuer != nil {
				parts = append(parts, issuerPart(issuer, a.tokens != nil))
			}
			return append(parts, a.fileParts(issuer != nil)...)
		},
		Logger: logger,
	})
	if err != nil {
		a.close()
		return nil, usageError{err}
	}
	return a, nil
}

// callers are those who may call.
func (a *app) callers() (checker auth.Checker, issuer *auth.OIDC, err error) {
	s := a.flags
	if s.NoAuth {
		return auth.Anybody{}, nil, nil
	}
	var checkers []auth.Checker
	if s.TokensFile != "" {
		if a.tokens, err = auth.OpenTokens(s.TokensFile); err != nil {
			return nil, nil, fmt.Errorf("--tokens-file: %w", err)
		}
		checkers = append(checkers, a.tokens)
	}
	if s.OIDCIssuer != "" {
		issuer, err = auth.NewOIDC(auth.OIDCConfig{
			Issuer: s.OIDCIssuer, Audience: s.OIDCAudience, Group: s.OIDCGroup, GroupClaim: s.OIDCGroupClaim, Claim: s.OIDCClaim,
		})
		if err != nil {
			return nil, nil, usageError{err}
		}
		checkers = append(checkers, issuer)
	}
	return auth.First(checkers...), issuer, nil
}

func (a *app) loadCertificate(logger *slog.Logger) error {
	chain, err := os.ReadFile(a.flags.TLSCertFile)
	if err != nil {
		return fmt.Errorf("--tls-cert-file: %w", err)
	}
	key, err := privatefile.Read(a.flags.TLSKeyFile, maxKeyFile)
	if err != nil {
		return fmt.Errorf("--tls-key-file: %w", err)
	}
	certificate, err := tls.X509KeyPair(chain, key.Text)
	if err != nil {
		return fmt.Errorf("--tls-cert-file, --tls-key-file: %w", err)
	}
	warnOfReaders(logger, "--tls-key-file", key)
	a.certificate.Store(&certificate)
	return nil
}

// issuerPart tells whether an issuer can be asked. Where there are tokens as well, those who have one can call without it.
func issuerPart(issuer *auth.OIDC, others bool) proxy.Part {
	part := proxy.Part{Name: "issuer", State: proxy.Ready}
	if issuer.Ready() != nil {
		part.State, part.Why = proxy.Failed, "the issuer's keys could not be fetched yet" // more, such as where from, is for the log
		if others {
			part.State = proxy.Degraded
		}
	}
	return part
}

// pacePart reports the state of the pace.
func pacePart(pacer *pace.Pacer) proxy.Part {
	mode, why := pacer.Mode()
	state := map[pace.Mode]proxy.State{pace.Kept: proxy.Ready, pace.Paused: proxy.Degraded, pace.Alone: proxy.Degraded, pace.Lost: proxy.Failed}
	return proxy.Part{Name: "pace", State: state[mode], Why: why}
}
