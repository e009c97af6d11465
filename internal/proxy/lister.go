package proxy

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"tencent-chat-groups/internal/proxy/pace"
)

// answer is what a caller gets with status 200: a page, or the service's own refusal.
type answer struct {
	body      []byte
	errorCode int64
	from      string
}

// Where an answer came from, as logs and metrics say it.
const (
	fromCache   = "cache"
	fromShared  = "shared" // another caller's call for the same page
	fromService = "service"
)

// lister gets pages for callers, at the cost of as few upstream calls as possible.
type lister struct {
	cache    pageCache
	pacer    pacer
	upstream *upstream
	flights  flights
	logger   *slog.Logger
}

// pageCache is cache.Cache.
type pageCache interface {
	Get(ctx context.Context, name string) ([]byte, bool)
	Put(ctx context.Context, name string, body []byte)
}

// pacer is pace.Pacer.
type pacer interface {
	Turn(ctx context.Context) (pace.Turn, error)
}

// maxWait bounds how long a caller waits for an answer, its turn and the call included: longer than callers wait by themselves.
const maxWait = 30 * time.Second

// page returns the answer to a page's request, and how long the caller waited for its turn, the service, or another caller's call.
func (l *lister) page(ctx context.Context, page Page) (a answer, waited time.Duration, err error) {
	name := page.body()
	if body, ok := l.cache.Get(ctx, name); ok {
		return answer{body: body, from: fromCache}, 0, nil
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	a, joined, err := l.flights.join(ctx, name, func(ctx context.Context) (answer, error) { return l.fetch(ctx, name) })
	if joined {
		a.from = fromShared
	}
	return a, time.Since(began), asProblem(err)
}

// fetch asks the service for a page, in turn, and once more with a fresh UserSig if the one that was used has expired or was revoked.
func (l *lister) fetch(ctx context.Context, body string) (a answer, err error) {
	defer func() { // it runs in a goroutine of its own, where a fault would end the process, and print what was panicked with
		if recover() != nil {
			l.logger.Error("fault", slog.String("stack", string(debug.Stack())))
			a, err = answer{}, errFault
		}
	}()
	for try := 1; ; try++ {
		turn, err := l.pacer.Turn(ctx)
		if err != nil {
			return answer{}, err
		}
		if kept, ok := l.cache.Get(ctx, body); ok { // another replica was faster
			turn.Unused()
			return answer{body: kept, from: fromCache}, nil
		}
		a, resign, err := l.upstream.call(ctx, body, turn)
		if err != nil {
			return answer{}, err
		}
		if resign && try == 1 {
			l.logger.Warn("the service did not take the UserSig: signing anew", slog.Int64("code", a.errorCode))
			continue
		}
		if a.errorCode == 0 {
			l.cache.Put(ctx, body, a.body)
		}
		return a, nil
	}
}

// asProblem puts what went wrong into words for callers.
func asProblem(err error) error {
	var full *pace.FullError
	var unavailable *pace.UnavailableError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &full):
		return &problem{Status: http.StatusTooManyRequests, RetryAfter: full.RetryAfter,
			Detail: "too many different pages are being asked for: the service allows one call a second for the app"}
	case errors.As(err, &unavailable):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: unavailable.RetryAfter,
			Detail: "the pace that replicas share cannot be kept just now"}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: "no turn came in time"}
	}
	return err
}
