package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/net/netutil"

	"tencent-chat-groups/console"
	"tencent-chat-groups/internal/proxy"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/cache"
	"tencent-chat-groups/internal/proxy/logging"
	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/privatefile"
	"tencent-chat-groups/internal/proxy/queue"
	"tencent-chat-groups/internal/proxy/redisclient"
)

// Limits of connections. A response has a deadline of its own once it is written: see internal/proxy/sender.go.
const (
	maxConnections = 1024             // further ones wait until one ends
	maxHeaderBytes      = 16 << 10         // bytes
	headerTimeout  = 5 * time.Second  // for a TLS handshake, and for a request's headers
	readTimeout    = 10 * time.Second // for a whole request, also a refused one: net/http reads its body before it answers
	idleTimeout    = 30 * time.Second // between requests
	writeTimeout   = 10 * time.Second // for what net/http answers by itself
	shutdownTimeout   = 20 * time.Second // for running requests to end, after the drain
)

// run serves until it is told to stop.
func (s *serve) run(ctx context.Context, signals <-chan os.Signal, stderr io.Writer) error {
	if err := s.validate(); err != nil {
		return err
	}
	disableCoreDumps()
	limitMemory()
	log := logging.Start(stderr)
	defer log.Close()
	log.ReplaceStandard()
	app, err := s.build(log)
	if err != nil {
		return err
	}
	defer app.close()
	defer app.watchTokens(log.Logger)()
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return err
	}
	server, scheme := app.server(log), "http://"
	if app.certificate != nil {
		scheme = "https://"
	}
	listener = netutil.LimitListener(listener, maxConnections)
	failed := make(chan error, 1)
	go func() {
		if app.certificate != nil {
			failed <- server.ServeTLS(listener, "", "")
		} else {
			failed <- server.Serve(listener)
		}
	}()
	log.Info("listening", slog.String("url", scheme+listener.Addr().String()), slog.Uint64("sdkAppId", uint64(s.SDKAppID)),
		slog.String("identifier", s.Identifier), slog.Any("service", s.endpoints()), slog.String("callers", s.whoMayCall()))

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hangups, stops := splitSignals(ctx, signals)
	go func() {
		for range hangups { // beside the rest: a file that cannot be read must not hold up a stop
			app.reload(log.Logger)
		}
	}()
	err = app.awaitStop(ctx, log, stops, failed)
	if err == nil {
		err = app.shutdown(log, server, stops)
		<-failed
	}
	if err != nil {
		log.Error("the server failed", slog.String("why", err.Error()))
		return errLogged
	}
	return nil
}

// server returns the HTTP server. It speaks HTTP/1.1 alone: HTTP/2 keeps memory for every stream of clients that do not read, and one
// call per second needs no multiplexing.
func (a *app) server(log *logging.Log) *http.Server {
	server := &http.Server{
		Handler:           a.proxy,
		Protocols:         &http.Protocols{},
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		WriteTimeout:      writeTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// "OPTIONS *" is refused, counted and logged as the rest is.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.Standard(),
	}
	server.Protocols.SetHTTP1(true)
	if a.certificate != nil {
		server.TLSConfig = &tls.Config{
			MinVersion:     tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return a.certificate.Load(), nil },
		}
	}
	return server
}

// splitSignals separates SIGHUP from requests to stop. It takes signals at once, so that none is lost. Several SIGHUPs during a reload
// are one.
func splitSignals(ctx context.Context, signals <-chan os.Signal) (hangups <-chan struct{}, stops <-chan os.Signal) {
	hup, stop := make(chan struct{}, 1), make(chan os.Signal, 16)
	go func() {
		defer close(hup)
		for {
			select {
			case <-ctx.Done():
				return
			case signal := <-signals:
				if signal != syscall.SIGHUP {
					stop <- signal
					continue
				}
				select {
				case hup <- struct{}{}:
				default:
				}
			}
		}
	}()
	return hup, stop
}

// awaitStop returns when the process is to stop and the drain is over, or with the error that ended the server.
func (a *app) awaitStop(ctx context.Context, log *logging.Log, stops <-chan os.Signal, failed <-chan error) error {
	select {
	case err := <-failed:
		return err
	case signal := <-stops:
		if signal == os.Interrupt { // somebody at a terminal does not want to wait
			return nil
		}
	case <-ctx.Done():
	}
	a.proxy.Drain()
	if a.flags.DrainTime == 0 {
		return nil
	}
	log.Info("draining", slog.String("for", a.flags.DrainTime.String()))
	select {
	case err := <-failed:
		return err
	case <-stops:
	case <-time.After(a.flags.DrainTime):
	}
	return nil
}

// shutdown lets running requests end, for at most shutdownTime or until another signal.
func (a *app) shutdown(log *logging.Log, server *http.Server, stops <-chan os.Signal) error {
	log.Info("stopping")
	a.proxy.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	go func() {
		select {
		case <-stops:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := server.Shutdown(ctx)
	if ctx.Err() != nil {
		log.Warn("requests that did not end in time were cut off")
		return server.Close()
	}
	return err
}

// memoryLimit is where the garbage collector begins to work harder, in bytes. With maxConnections that do their worst, the process
// has some 60 MB in use, and would let that double.
const memoryLimit = 96 << 20

// limitMemory sets memoryLimit, unless the environment has a limit.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// app is a proxy with what belongs to it.
type app struct {
	flags       *serve
	proxy       *proxy.Proxy
	tokens      *auth.Tokens                     // nil if there are none
	metricsTokens    *auth.Tokens                     // those of --metrics-tokens-file; nil if there are none or it is the tokens file
	certificate *atomic.Pointer[tls.Certificate] // nil without TLS
	stale       staleFiles
	close       func()
}

// build makes everything that needs files, and names the flag of what is wrong.
func (s *serve) build(log *logging.Log) (*app, error) {
	a := &app{flags: s}
	key, err := s.secretKey(log.Logger)
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
		if err := a.loadCertificate(log.Logger); err != nil {
			return nil, err
		}
	}
	callers, issuer, err := a.callers()
	if err != nil {
		return nil, err
	}
	metrics, err := a.metricsReaders()
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
		Redis: forPace, Replicas: s.Replicas, Logger: log.Logger,
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
		Callers: callers, MetricsReaders: metrics, Hosts: s.hosts(), Origins: s.AllowOrigin, TrustedProxies: s.trustedProxies(),
		Queue: waiting, Cache: cache.New(cache.Config{SDKAppID: s.SDKAppID, TTL: s.CacheTTL, Redis: forPages, RedisLost: redisLost}),
		Console: pages,
		Parts: func() []proxy.Part {
			parts := []proxy.Part{pacePart(waiting.Pacer)}
			if issuer != nil {
				parts = append(parts, issuerPart(issuer, a.tokens != nil))
			}
			return append(parts, a.fileParts(issuer != nil)...)
		},
		Logger: log.Logger, DroppedLines: log.Dropped,
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

// metricsReaders are those who may read /metrics: nobody by default.
func (a *app) metricsReaders() (auth.Checker, error) {
	var err error
	switch s := a.flags; {
	case s.MetricsTokensFile == "" && s.NoAuth:
		return auth.Anybody{}, nil
	case s.MetricsTokensFile == "":
		return nil, nil //nolint:nilnil // nobody
	case s.MetricsTokensFile == s.TokensFile:
		return a.tokens, nil
	}
	if a.metricsTokens, err = auth.OpenTokens(a.flags.MetricsTokensFile); err != nil {
		return nil, fmt.Errorf("--metrics-tokens-file: %w", err)
	}
	return a.metricsTokens, nil
}

func (a *app) loadCertificate(logger *slog.Logger) error {
	chain, err := os.ReadFile(a.flags.TLSCertFile)
	if err != nil {
		return fmt.Errorf("--tls-cert-file: %w", err)
	}
	key, err := privatefile.Read(a.flags.TLSKeyFile, maxKeyFileBytes)
	if err != nil {
		return fmt.Errorf("--tls-key-file: %w", err)
	}
	certificate, err := tls.X509KeyPair(chain, key.Text)
	if err != nil {
		return fmt.Errorf("--tls-cert-file, --tls-key-file: %w", err)
	}
	warnIfReadable(logger, "--tls-key-file", key)
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
