package main

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"tencent-chat-groups/internal/proxy/logging"
)

// Limits of connections. internal/proxy/responsewriter.go limits the time of a response.
const (
	maxConnections  = 1024             // more wait until one ends
	maxHeaderBytes  = 16 << 10         // bytes
	headerTimeout   = 5 * time.Second  // for a TLS handshake, and for a request's headers
	readTimeout     = 10 * time.Second // for a request, even a refused one: net/http reads the body before the response
	idleTimeout     = 30 * time.Second // between requests
	writeTimeout    = 10 * time.Second // for responses of net/http itself
	shutdownTimeout = 20 * time.Second // for requests under way, after the drain
)

// run serves until a signal, or the end of ctx, stops it.
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
		slog.String("identifier", s.Identifier), slog.Any("service", s.endpoints()), slog.String("callers", s.callerKinds()))

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hangups, stops := splitSignals(ctx, signals)
	go func() {
		for range hangups { // in a goroutine: a file that blocks must not delay a stop
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

// server returns the HTTP server. It speaks HTTP/1.1 only: HTTP/2 keeps memory per stream for clients that do not read,
// and one call per second needs no multiplexing.
func (a *app) server(log *logging.Log) *http.Server {
	server := &http.Server{
		Handler:           a.proxy,
		Protocols:         &http.Protocols{},
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		WriteTimeout:      writeTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// The proxy refuses, counts and logs "OPTIONS *" itself.
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

// splitSignals separates SIGHUP from signals to stop. It receives them immediately, so that none is lost. Several
// SIGHUPs during a reload cause one more reload.
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

// awaitStop returns after a signal to stop and the drain, or with the error that ended the server.
func (a *app) awaitStop(ctx context.Context, log *logging.Log, stops <-chan os.Signal, failed <-chan error) error {
	select {
	case err := <-failed:
		return err
	case signal := <-stops:
		if signal == os.Interrupt { // a user at a terminal does not want to wait
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

// shutdown waits for requests under way, for at most shutdownTimeout or until another signal.
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
		log.Warn("requests did not end in time and were cut off")
		return server.Close()
	}
	return err
}

// memoryLimit, in bytes, makes the garbage collector work harder. Under the worst attack the process needs some 60 MB,
// which the collector would otherwise let double.
const memoryLimit = 96 << 20

// limitMemory sets memoryLimit, unless the environment sets a limit.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
