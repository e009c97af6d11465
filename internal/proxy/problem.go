package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/queue"
)

// problem is an error response, an application/problem+json of RFC 9457. It holds no secret and no text of the service.
type problem struct {
	Status     int
	Detail     string
	RetryAfter time.Duration // 0: no Retry-After
	Allow      string        // of a 405
	Why        string        // for the log only, where it says more than Detail
}

func (p *problem) Error() string { return p.Detail }

func (p *problem) write(w http.ResponseWriter, requestID string) {
	header := w.Header()
	if p.RetryAfter > 0 {
		// rounded down, the retry would be too early
		header.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	if p.Allow != "" {
		header.Set("Allow", p.Allow)
	}
	if p.Status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Bearer realm="tencent-chat-groups"`)
	}
	writeJSON(w, p.Status, "application/problem+json", struct {
		Type      string `json:"type"`
		Title     string `json:"title"`
		Status    int    `json:"status"`
		Detail    string `json:"detail"`
		RequestID string `json:"requestId"`
	}{"about:blank", http.StatusText(p.Status), p.Status, p.Detail, requestID})
}

var errInternal = &problem{Status: http.StatusInternalServerError,
	Detail: "internal error of the proxy: report the requestId to its operator"}

// problemOf returns the problem for the error of a page.
func problemOf(ctx context.Context, err error) *problem {
	const statusGone = 499 // only the log shows it
	if known, ok := errors.AsType[*problem](err); ok {
		return known
	}
	if full, ok := errors.AsType[*queue.Full](err); ok {
		return &problem{Status: http.StatusTooManyRequests, RetryAfter: full.RetryAfter,
			Detail: full.Why + ": the service allows one call per second per app"}
	}
	if unavailable, ok := errors.AsType[*pace.Unavailable](err); ok {
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: unavailable.RetryAfter,
			Detail: "no call can be made at the moment", Why: unavailable.Why}
	}
	switch {
	case ctx.Err() != nil:
		return &problem{Status: statusGone, Detail: "the caller disconnected"}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second,
			Detail: "the request's turn did not come in time"}
	}
	return errInternal
}

// writeJSON writes a response of strings and numbers, which always marshal.
func writeJSON(w http.ResponseWriter, status int, contentType string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the client may have disconnected
}
