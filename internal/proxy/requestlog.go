package proxy

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// entry is a request's log entry. It holds no text of the request: a path or a header may hold a misplaced secret.
type entry struct {
	id       string
	route    string
	peer     string // the client's address
	caller   string
	callerID string // never shown or logged
	from     string
	code     int64 // the service's ErrorCode
	why      string
	waited   time.Duration // for a turn, the service, or another caller's call
	transfer time.Duration // of the request's body and the answer: the caller's time
}

// done logs and counts a request. It does not log successful requests for anything but a page.
func (p *Proxy) done(e entry, w *responseWriter, took time.Duration) {
	status := cmp.Or(w.status, http.StatusOK)
	p.metrics.requests.WithLabelValues(e.route, strconv.Itoa(status)).Inc()
	if e.route != routeList && status < 400 {
		return
	}
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelWarn
	}
	attributes := []slog.Attr{slog.String("id", e.id), slog.String("route", e.route), slog.Int("status", status)}
	if e.caller != "" {
		attributes = append(attributes, slog.String("caller", e.caller))
	}
	if e.from != "" {
		own := took - e.waited - e.transfer
		p.metrics.answers.WithLabelValues(e.from).Inc()
		p.metrics.own.Observe(own.Seconds())
		p.metrics.waiting.Observe(e.waited.Seconds())
		attributes = append(attributes, slog.String("from", e.from), slog.Int64("code", e.code),
			slog.Float64("waitedMs", milliseconds(e.waited)), slog.Float64("ownMs", milliseconds(own)))
	}
	if e.why != "" {
		attributes = append(attributes, slog.String("why", e.why))
	}
	attributes = append(attributes, slog.String("peer", e.peer), slog.Int("bytes", w.bytes),
		slog.Float64("ms", milliseconds(took)))
	p.config.Logger.LogAttrs(context.Background(), level, "request", attributes...)
}
