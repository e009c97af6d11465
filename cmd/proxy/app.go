package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"tencent-chat-groups/console"
	"tencent-chat-groups/internal/proxy"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/cache"
	"tencent-chat-groups/internal/proxy/logging"
	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/queue"
	"tencent-chat-groups/internal/proxy/redisclient"
)

// app is a proxy with everything that it is made of.
type app struct {
	flags         *serve
	proxy         *proxy.Proxy
	tokens        *auth.Tokens                     // of --tokens-file, or nil
	metricsTokens *auth.Tokens                     // of --metrics-tokens-file, or nil if that is missing or the same file
	certificate   *atomic.Pointer[tls.Certificate] // nil without TLS
	stale         staleFiles
	close         func()
}

// build returns the app. Its errors name the flag.
func (s *serve) build(log *logging.Log) (*app, error) {
	a := &app{flags: s}
	key, err := s.secretKey(log.Logger)
	if err != nil {
		return nil, err
	}
	_ = os.Unsetenv(keyEnv) // child processes must not inherit it
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
	var forPace, forPages *redis.Client // two, so that many pages do not delay the pace
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
				_ = client.Close() // at the end of the process
			}
		}
	}
	redisLost := func() bool {
		mode, _ := waiting.Pacer.Mode()
		return mode == pace.Reduced || mode == pace.Lost
	}
	a.proxy, err = proxy.New(proxy.Config{
		Endpoints: s.endpoints(), SDKAppID: s.SDKAppID, Identifier: s.Identifier, SecretKey: key,
		Callers: callers, MetricsReaders: metrics, Hosts: s.hosts(), Origins: s.AllowOrigin,
		TrustedProxies: s.trustedProxies(), Queue: waiting, Console: pages,
		Cache: cache.New(cache.Config{SDKAppID: s.SDKAppID, TTL: s.CacheTTL, Redis: forPages, RedisLost: redisLost}),
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

// callers returns the Checker of callers, and the issuer if there is one.
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

// metricsReaders returns the Checker of /metrics, or nil.
func (a *app) metricsReaders() (auth.Checker, error) {
	var err error
	switch s := a.flags; {
	case s.MetricsTokensFile == "" && s.NoAuth:
		return auth.Anybody{}, nil
	case s.MetricsTokensFile == "":
		return nil, nil
	case s.MetricsTokensFile == s.TokensFile:
		return a.tokens, nil
	}
	if a.metricsTokens, err = auth.OpenTokens(a.flags.MetricsTokensFile); err != nil {
		return nil, fmt.Errorf("--metrics-tokens-file: %w", err)
	}
	return a.metricsTokens, nil
}

// issuerPart returns the state of an issuer. With a tokens file, it is at worst degraded: some callers do not need it.
func issuerPart(issuer *auth.OIDC, tokensFile bool) proxy.Part {
	part := proxy.Part{Name: "issuer", State: proxy.Ready}
	if issuer.Ready() != nil {
		part.State, part.Why = proxy.Failed, "the issuer's keys could not be fetched yet" // the log has the reason
		if tokensFile {
			part.State = proxy.Degraded
		}
	}
	return part
}

// pacePart reports the state of the pace.
func pacePart(pacer *pace.Pacer) proxy.Part {
	mode, why := pacer.Mode()
	state := map[pace.Mode]proxy.State{
		pace.Normal: proxy.Ready, pace.Paused: proxy.Degraded, pace.Reduced: proxy.Degraded, pace.Lost: proxy.Failed,
	}[mode]
	return proxy.Part{Name: "pace", State: state, Why: why}
}
