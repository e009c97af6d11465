package proxy

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/queue"
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
	upstream *upstream
	flights  flights
	stopping context.Context // when it ends, nobody gets a turn any more
	logger   *slog.Logger
}

// pageCache is cache.Cache.
type pageCache interface {
	Get(ctx context.Context, name string) ([]byte, bool)
	Put(ctx context.Context, name string, body []byte)
}

// MaxWait bounds how long a caller waits for an answer, its turn and the call included: longer than callers wait by themselves.
const MaxWait = 30 * time.Second

// page returns the answer to a page's request, and how long the caller waited for its turn, the service, or another caller's call.
// caller is the ID by which callers take turns.
func (l *lister) page(ctx context.Context, caller string, page Page) (a answer, waited time.Duration, err error) {
	name := page.body()
	if body, ok := l.cache.Get(ctx, name); ok {
		return answer{body: body, from: fromCache}, 0, nil
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, MaxWait)
	defer cancel()
	a, joined, err := l.flights.join(ctx, name, caller, func(ctx context.Context, request *queue.Request) (answer, error) {
		return l.fetch(ctx, request, name)
	})
	if joined {
		a.from = fromShared
	}
	return a, time.Since(began), asProblem(err)
}

// fetch asks the service for a page, in turn, and once more with a fresh UserSig if the one that was used has expired or was revoked.
func (l *lister) fetch(ctx context.Context, request *queue.Request, body string) (a answer, err error) {
	defer func() { // it runs in a goroutine of its own, where a fault would end the process, and print what was panicked with
		if recover() != nil {
			l.logger.Error("fault", slog.String("stack", string(debug.Stack())))
			a, err = answer{}, errFault
		}
	}()
	for try := 1; ; try++ {
		turn, err := l.turn(ctx, request)
		if err != nil {
			return answer{}, err
		}
		if kept, ok := l.cache.Get(ctx, body); ok { // another replica was faster
			turn.End(pace.Unused, 0)
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

// turn waits for a turn, until the process stops.
func (l *lister) turn(ctx context.Context, request *queue.Request) (pace.Turn, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(l.stopping, func() { cancel(errStopping) })()
	turn, err := request.Turn(ctx)
	if err != nil && context.Cause(ctx) == errStopping { //nolint:errorlint // it is given as it is
		err = errStopping
	}
	return turn, err
}

var errStopping = &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: "the proxy is stopping"}

// asProblem puts what went wrong into words for callers.
func asProblem(err error) error {
	var full *queue.Full
	var unavailable *pace.Unavailable
	switch {
	case err == nil:
		return nil
	case errors.As(err, &full):
		return &problem{Status: http.StatusTooManyRequests, RetryAfter: full.RetryAfter,
			Detail: full.Why + ": the service allows one call per second per app"}
	case errors.As(err, &unavailable):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: unavailable.RetryAfter,
			Detail: "no call can be made now", Why: unavailable.Why}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: "no turn came in time"}
	}
	return err
}
