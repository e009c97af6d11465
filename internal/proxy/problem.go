package proxy

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"
)

// problem is an error response, an application/problem+json of RFC 9457. It holds nothing of the key, a UserSig, a token or the
// service's response.
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
		header.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds())))) // rounded down, the retry would be too early
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
