package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reader reads a log. gate blocks it; fail makes it take fewer bytes and fail.
type reader struct {
	gate chan struct{} // a write takes one value, unless it is nil
	mu   sync.Mutex
	text bytes.Buffer
	fail int // writes that fail yet
	take int // bytes that a failing write takes
}

func (r *reader) Write(b []byte) (int, error) {
	if r.gate != nil {
		<-r.gate
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail > 0 {
		r.fail--
		n, _ := r.text.Write(b[:r.take])
		return n, errors.New("broken pipe")
	}
	return r.text.Write(b)
}

// lines returns the lines that are JSON, and how many are not.
func (r *reader) lines() (entries []map[string]any, others int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for line := range strings.Lines(r.text.String()) {
		var entry map[string]any
		if json.Unmarshal([]byte(line), &entry) != nil {
			others++
			continue
		}
		entries = append(entries, entry)
	}
	return entries, others
}

// TestOrder: Close writes all lines, in the order in which they were logged.
func TestOrder(t *testing.T) {
	r := &reader{}
	l := Start(r)
	const count = 5000
	for i := range count {
		l.Info("event", "number", i)
		if i%100 == 0 {
			time.Sleep(time.Microsecond) // lets some lines be written
		}
	}
	l.Close()
	entries, others := r.lines()
	require.Len(t, entries, count)
	assert.Zero(t, others)
	for i, entry := range entries {
		require.EqualValues(t, i, entry["number"])
	}
	assert.Zero(t, l.Dropped())
	l.Info("late")
	l.Close()
	assert.EqualValues(t, 1, l.Dropped())
}

// TestStalledReader: logging does not block, lines are dropped, and the report of them is exact.
func TestStalledReader(t *testing.T) {
	r := &reader{gate: make(chan struct{})}
	l := Start(r)
	const count = 40_000
	for i := range count {
		l.Info("event", "number", i)
	}
	dropped := int(l.Dropped())
	assert.Positive(t, dropped)
	r.mu.Lock()
	assert.Zero(t, r.text.Len())
	r.mu.Unlock()
	close(r.gate)
	l.Close()
	entries, others := r.lines()
	assert.Zero(t, others)
	reports := 0
	for i, entry := range entries {
		if entry["msg"] == "log lines were dropped" {
			reports++
			assert.EqualValues(t, dropped, entry["lines"])
			assert.Equal(t, "WARN", entry["level"])
			assert.Equal(t, len(entries)-1, i, "after the lines before them")
		}
	}
	assert.Equal(t, 1, reports)
	assert.Equal(t, count, len(entries)-1+dropped)
	assert.LessOrEqual(t, r.text.Len(), 2*maxWaitingBytes+1000, "memory is bounded")
}

// TestReaderNeverReads: Close returns in time.
func TestReaderNeverReads(t *testing.T) {
	r := &reader{gate: make(chan struct{})}
	l := Start(r)
	l.Info("event")
	closed := make(chan struct{})
	go func() { l.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(time.Minute):
		assert.Fail(t, "Close waits for the reader")
	}
	close(r.gate)
}

// TestFailingReader: unwritten lines are counted once, and a torn line ends before the next one.
func TestFailingReader(t *testing.T) {
	for take := range 3 {
		r := &reader{gate: make(chan struct{}), fail: 3, take: take * 10}
		l := Start(r)
		const count = 6
		for i := range count {
			l.Info("event", "number", i)
			r.gate <- struct{}{}
			q := l.queue
			for written := false; !written; { // until the outcome is known
				q.mu.Lock()
				written = len(q.waiting) == 0 && (i >= 3 || int(q.total.Load()) == i+1)
				q.mu.Unlock()
			}
		}
		close(r.gate)
		l.Close()
		entries, others := r.lines()
		assert.Equal(t, map[bool]int{false: 3, true: 0}[take == 0], others, "cut lines")
		assert.EqualValues(t, 3, l.Dropped())
		sum := 0.0
		numbers := 0
		for _, entry := range entries {
			if entry["msg"] == "log lines were dropped" {
				sum += entry["lines"].(float64)
			} else {
				numbers++
			}
		}
		assert.Equal(t, 3.0, sum)
		assert.Equal(t, count-3, numbers)
	}
}

// TestMask: secrets are masked in messages, values, errors, lists and groups, and every line stays JSON.
func TestMask(t *testing.T) {
	key := strings.Repeat("0123456789abcdef", 4)
	userSig := "eJ" + strings.Repeat("Ab*_-9", 12)
	token := "tcg_" + strings.Repeat("Ab1-_x", 8)
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
	r := &reader{}
	l := Start(r)
	secrets := []string{key, strings.ToUpper(key), userSig, "eA" + userSig[2:], strings.ReplaceAll(userSig, "*", "%2A"),
		strings.ReplaceAll(userSig, "*", "%252A"), token, jwt}
	for _, secret := range secrets {
		for _, text := range []string{secret, "a" + secret, "\x1f" + secret, "\\f" + secret,
			"?usersig=" + secret + "&random=1", `"` + secret + `"`} {
			l.Warn(text, "text", text, "error", fmt.Errorf("a: %w", errors.New(text)), "list", []string{text},
				slog.Group("group", "inner", text), "any", struct{ A string }{text})
			l.With("with", text).WithGroup("g").Info("x", "y", text)
		}
		assert.True(t, LooksSecret(secret), secret)
	}
	l.Close()
	_, others := r.lines()
	assert.Zero(t, others)
	for _, secret := range secrets {
		for i := 0; i+24 <= len(secret); i += 24 {
			assert.NotContains(t, r.text.String(), secret[i:i+24])
		}
	}
	for _, text := range []string{"", "alice", "oidc:alice@example.com", "tcg_", strings.Repeat("a", 63),
		"https://console.example.com/x@y", "transport.go:2410", "eJava", "usersig"} {
		assert.Equal(t, text, Mask(text))
	}
	assert.Equal(t, "usersig=[redacted]&random=1", Mask("usersig=short&random=1"))
	assert.Equal(t, "redis://[redacted]@localhost:6379/0", Mask("redis://user:pass@localhost:6379/0"))
}

// TestStandard: text of libraries is not logged, only where they reported it.
func TestStandard(t *testing.T) {
	r := &reader{}
	l := Start(r)
	flags, output := log.Flags(), log.Writer()
	defer func() { log.SetFlags(flags); log.SetOutput(output) }()
	l.ReplaceStandard()
	for _, text := range []string{"hidden", "hidden: hidden", "\nhidden: hidden\n", `hidden","x":"`,
		handshakeError + "hidden: hidden", handshakeError + "127.0.0.1:80hidden: hidden"} {
		log.Print(text)
		slog.Default().Error(text, "hidden", text)
		l.Standard().Print(text)
	}
	l.Standard().Print(handshakeError + "[::1]:4321: hidden")
	l.Close()
	entries, others := r.lines()
	assert.Zero(t, others)
	assert.NotContains(t, r.text.String(), "hidden")
	require.Len(t, entries, 19)
	for _, entry := range entries[:18] {
		assert.Equal(t, "a library reported a problem", entry["msg"])
		assert.Regexp(t, `^\w+\.go:\d+$`, entry["at"])
	}
	assert.Equal(t, "a TLS handshake failed", entries[18]["msg"])
	assert.Equal(t, "[::1]:4321", entries[18]["peer"])
}
