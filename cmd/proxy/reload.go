package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"tencent-chat-groups/internal/proxy"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/privatefile"
)

// maxKeyFileBytes allows RSA keys of 16,384 bits, which have 13 KiB.
const maxKeyFileBytes = 64 << 10

// Names of reloaded files in the log and /readyz.
const (
	keyFile           = "secret key"
	tokensFile        = "tokens"
	metricsTokensFile = "metrics tokens"
	certificateFile   = "certificate"
)

// reload reads the files again. If the secret key or the certificate cannot be read, the old one stays in use: dropping
// it would protect nobody. If a tokens file cannot be read, no token is accepted: it may have been meant to revoke one.
func (a *app) reload(logger *slog.Logger) {
	if a.flags.SecretKeyFile != "" {
		key, err := a.flags.secretKey(logger)
		if err == nil {
			a.proxy.SetKey(key)
		}
		a.stale.note(logger, keyFile, err)
	}
	for name, tokens := range a.tokensFiles() {
		if err := tokens.Reload(); err != nil {
			logUnusableTokens(logger, name, err)
		} else {
			logger.Info("reloaded", slog.String("what", name), slog.Int("tokens", tokens.Count()))
		}
	}
	a.warnIfNoTokens(logger)
	if a.certificate != nil {
		a.stale.note(logger, certificateFile, a.loadCertificate(logger))
	}
}

// tokensFiles returns the tokens files by name.
func (a *app) tokensFiles() map[string]*auth.Tokens {
	files := map[string]*auth.Tokens{}
	if a.tokens != nil {
		files[tokensFile] = a.tokens
	}
	if a.metricsTokens != nil {
		files[metricsTokensFile] = a.metricsTokens
	}
	return files
}

// watchTokens watches the tokens files until stop is called.
func (a *app) watchTokens(logger *slog.Logger) (stop func()) {
	a.warnIfNoTokens(logger)
	ctx, cancel := context.WithCancel(context.Background())
	var watch sync.WaitGroup
	for name, tokens := range a.tokensFiles() {
		watch.Go(func() {
			tokens.Watch(ctx, func(err error) {
				if err != nil {
					logUnusableTokens(logger, name, err)
					return
				}
				logger.Info("the tokens file has changed", slog.String("what", name), slog.Int("tokens", tokens.Count()))
				a.warnIfNoTokens(logger)
			})
		})
	}
	return func() {
		cancel()
		watch.Wait()
	}
}

func logUnusableTokens(logger *slog.Logger, name string, err error) {
	logger.Error("the tokens file cannot be used: no token is accepted until it can",
		slog.String("what", name), slog.String("why", err.Error()))
}

func (a *app) warnIfNoTokens(logger *slog.Logger) {
	if a.tokens != nil && a.tokens.Count() == 0 {
		logger.Warn("the tokens file has no tokens: nobody may call by token")
	}
}

// warnIfReadable warns if every user of the machine can read a secret, as with secrets of Kubernetes.
func warnIfReadable(logger *slog.Logger, flag string, file privatefile.File) {
	if file.ReadableByOthers() {
		logger.Warn("every user of this machine can read the file: chmod o-r", slog.String("flag", flag),
			slog.String("mode", fmt.Sprintf("%04o", file.Mode.Perm())))
	}
}

// fileParts returns a part of /readyz for each file that could not be reloaded. The reason is in the log only, since
// /readyz is public.
func (a *app) fileParts(issuer bool) []proxy.Part {
	parts := a.stale.parts()
	if a.tokens != nil && a.tokens.Ready() != nil {
		part := proxy.Part{Name: tokensFile, State: proxy.Failed,
			Why: "the tokens file cannot be used: no token of it is accepted; the log has the reason"}
		if issuer { // whose tokens are still accepted
			part.State = proxy.Degraded
		}
		parts = append(parts, part)
	}
	return parts
}

// staleFiles are the files that could not be reloaded, so that their old content is in use.
type staleFiles struct {
	mu    sync.Mutex
	names map[string]bool
}

// note records and logs the result of reloading a file.
func (s *staleFiles) note(logger *slog.Logger, name string, err error) {
	s.mu.Lock()
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.names[name] = err != nil
	s.mu.Unlock()
	if err != nil {
		logger.Error("could not be reloaded: the old content stays in use",
			slog.String("what", name), slog.String("why", err.Error()))
		return
	}
	logger.Info("reloaded", slog.String("what", name))
}

func (s *staleFiles) parts() []proxy.Part {
	s.mu.Lock()
	defer s.mu.Unlock()
	var parts []proxy.Part
	for _, name := range []string{keyFile, certificateFile} {
		if s.names[name] {
			parts = append(parts, proxy.Part{Name: name, State: proxy.Degraded,
				Why: "it could not be reloaded, so the old content is in use; the log has the reason"})
		}
	}
	return parts
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
