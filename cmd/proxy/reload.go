package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"tencent-chat-groups/internal/proxy"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/privatefile"
)

// maxKeyFileBytes bounds the file of a certificate's key, in bytes. RSA keys of 16,384 bits have 13 KiB.
const maxKeyFileBytes = 64 << 10

// Files that are read again, as the log and /readyz name them.
const (
	keyFile         = "secret key"
	tokensFile      = "tokens"
	metricsTokensFile    = "metrics tokens"
	certificateFile = "certificate"
)

// reload reads the files again. A secret key or a certificate that cannot be read changes nothing: to give up the one in force would
// stop the service, and protect nobody. A tokens file that cannot be read lets nobody in: it may have been meant to revoke a token.
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
			logger.Info("read again", slog.String("what", name), slog.Int("tokens", tokens.Count()))
		}
	}
	a.warnIfNoTokens(logger)
	if a.certificate != nil {
		a.stale.note(logger, certificateFile, a.loadCertificate(logger))
	}
}

// tokensFiles are the files of tokens by the name that the log has for them.
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

// watchTokens follows the files of tokens until stop is called.
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

// warnIfReadable warns of a file with a secret that every user of the machine can read. It is accepted: Kubernetes mounts secrets so,
// and nobody else is there.
func warnIfReadable(logger *slog.Logger, flag string, file privatefile.File) {
	if file.ReadableByOthers() {
		logger.Warn("every user of this machine can read the file: chmod o-r", slog.String("flag", flag),
			slog.String("mode", fmt.Sprintf("%04o", file.Mode.Perm())))
	}
}

// fileParts returns a part of /readyz for each file whose last reading failed. Why is for the log: probes are for everybody.
func (a *app) fileParts(issuer bool) []proxy.Part {
	parts := a.stale.parts()
	if a.tokens != nil && a.tokens.Ready() != nil {
		part := proxy.Part{Name: tokensFile, State: proxy.Failed,
			Why: "the tokens file cannot be used, and no token of it is accepted until it can; the log has the reason"}
		if issuer { // whose tokens are still accepted
			part.State = proxy.Degraded
		}
		parts = append(parts, part)
	}
	return parts
}

// staleFiles are the files whose last reading failed, and of which an earlier one is in force.
type staleFiles struct {
	mu    sync.Mutex
	names map[string]bool
}

// note records and logs the result of reading a file again.
func (s *staleFiles) note(logger *slog.Logger, name string, err error) {
	s.mu.Lock()
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.names[name] = err != nil
	s.mu.Unlock() // before a log that may be slow, so that /readyz is not
	if err != nil {
		logger.Error("could not be read again: what was read before stays in force", slog.String("what", name), slog.String("why", err.Error()))
		return
	}
	logger.Info("read again", slog.String("what", name))
}

func (s *staleFiles) parts() []proxy.Part {
	s.mu.Lock()
	defer s.mu.Unlock()
	var parts []proxy.Part
	for _, name := range []string{keyFile, certificateFile} {
		if s.names[name] {
			parts = append(parts, proxy.Part{Name: name, State: proxy.Degraded,
				Why: "it could not be read again, and what was read before stays in force; the log has the reason"})
		}
	}
	return parts
}
