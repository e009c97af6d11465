package proxy

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter limits how long one response of the service can stop all calls.
const maxRetryAfter = 10 * time.Minute

// retryAfter returns a response's Retry-After, from 0 to maxRetryAfter. A date is relative to the response's own Date.
func retryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	seconds, err := strconv.ParseUint(value, 10, 64)
	switch {
	case err == nil && seconds <= uint64(maxRetryAfter/time.Second):
		return time.Duration(seconds) * time.Second
	case err == nil, errors.Is(err, strconv.ErrRange):
		return maxRetryAfter
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(maxRetryAfter, max(0, until.Sub(now)))
}
