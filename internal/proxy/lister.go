package proxy

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/queue"
)

// answer is the body of a response with status 200: a page, or an ErrorCode of the service.
type answer struct {
	body      []byte
	errorCode int64
	from      string
}

// Sources of an answer, as logs and metrics name them.
const (
	fromCache   = "cache"
	fromShared  = "shared" // another caller's call for the same page
	fromService = "service"
)

// lister gets pages for callers with as few upstream calls as possible.
type lister struct {
	cache    pageCache
	upstream *upstream
	flights  flights
	stopping context.Context // when it ends, no request gets a turn
	logger   *slog.Logger
}

// pageCache is a cache.Cache, or a test's.
type pageCache interface {
	Get(ctx context.Context, name string) ([]byte, bool)
	Put(ctx context.Context, name string, body []byte)
}

// MaxWait limits how long a caller waits for an answer. It exceeds the timeout of usual callers.
const MaxWait = 30 * time.Second

// page returns the answer for a page, and how long the caller waited for its turn, the service, or another caller's
// call. Callers take turns by their ID.
func (l *lister) page(ctx context.Context, callerID string, page Page) (a answer, waited time.Duration, err error) {
	name := page.body()
	if body, ok := l.cache.Get(ctx, name); ok {
		return answer{body: body, from: fromCache}, 0, nil
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, MaxWait)
	defer cancel()
	a, joined, err := l.flights.join(ctx, name, callerID,
		func(ctx context.Context, request *queue.Request) (answer, error) {
			return l.fetch(ctx, request, name)
		})
	if joined {
		a.from = fromShared
	}
	return a, time.Since(began), err
}

// fetch gets a page from the service. If the service refuses the UserSig, it tries again once with a fresh one.
func (l *lister) fetch(ctx context.Context, request *queue.Request, body string) (a answer, err error) {
	defer func() { // in a goroutine of its own, a panic would end the process and print its value, which may hold a secret
		if recover() != nil {
			logPanic(l.logger)
			a, err = answer{}, errInternal
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
		a, refusedUserSig, err := l.upstream.call(ctx, body, turn)
		if err != nil {
			return answer{}, err
		}
		if refusedUserSig && try == 1 {
			l.logger.Warn("the service refused the UserSig: trying again with a fresh one", slog.Int64("code", a.errorCode))
			continue
		}
		if a.errorCode == 0 {
			l.cache.Put(ctx, body, a.body)
		}
		return a, nil
	}
}

// logPanic logs the stack only: the value of a panic may hold a secret.
func logPanic(logger *slog.Logger, attributes ...any) {
	logger.Error("panic", append(attributes, slog.String("stack", string(debug.Stack())))...)
}

// turn waits for a turn, until the process stops.
func (l *lister) turn(ctx context.Context, request *queue.Request) (pace.Turn, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(l.stopping, func() { cancel(errStopping) })()
	turn, err := request.Turn(ctx)
	if err != nil && context.Cause(ctx) == errStopping {
		err = errStopping
	}
	return turn, err
}

var errStopping = &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second,
	Detail: "the proxy is stopping"}
