package proxy

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"
)

// problem is a refusal, or a failure, as callers see it: RFC 9457's application/problem+json. It never says anything that came from
// the key, a UserSig, a token or the service.
type problem struct {
	Status     int
	Detail     string
	RetryAfter time.Duration // if not 0: when to come again
	Allow      string        // of a 405
	Why        string        // for the log alone, where it says more than Detail
}

func (p *problem) Error() string { return p.Detail }

// write sends the problem. Seconds are rounded up: who comes too early is refused again.
func (p *problem) write(w http.ResponseWriter, requestID string) (bytes int) {
	header := w.Header()
	header.Set("Content-Type", "application/problem+json")
	if p.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	if p.Allow != "" {
		header.Set("Allow", p.Allow)
	}
	if p.Status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Bearer realm="tencent-chat-groups"`)
	}
	text, err := json.Marshal(struct {
		Type      string `json:"type"`
		Title     string `json:"title"`
		Status    int    `json:"status"`
		Detail    string `json:"detail"`
		RequestID string `json:"requestId"`
	}{"about:blank", http.StatusText(p.Status), p.Status, p.Detail, requestID})
	if err != nil {
		panic(err) // strings and a number always marshal
	}
	w.WriteHeader(p.Status)
	n, _ := w.Write(append(text, '\n')) // a caller who has gone reads nothing
	return n
}
