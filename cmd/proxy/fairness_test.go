package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/proxy/auth"
)

// TestListingDuringFlood: seven connections of one token ask for random pages. Another caller lists all groups, is
// never refused, and gets at least every second call.
func TestListingDuringFlood(t *testing.T) {
	const pages = 6
	interval := 200 * time.Millisecond // much longer than bob takes to ask for the next page, also on a busy machine
	p := startProxy(t, startService(t, interval, 100*pages, "", nil),
		"--min-interval", interval.String(), "--cache-ttl", "0s")
	bob, err := auth.NewToken(p.tokens, "bob")
	require.NoError(t, err)
	p.reload(t)

	ctx, stop := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	defer flood.Wait()
	defer stop()
	for connection := range 7 {
		dice := rand.New(rand.NewPCG(1, uint64(connection)))
		flood.Go(func() {
			for ctx.Err() == nil {
				body := fmt.Sprintf(`{"Limit":100,"Next":%d}`, dice.Int64N(1<<62))
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+restapi.CommandPath, strings.NewReader(body))
				if !assert.NoError(t, err) {
					return
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Authorization", "Bearer "+p.token)
				if response, err := http.DefaultTransport.RoundTrip(r); err == nil {
					_ = response.Body.Close()
				}
			}
		})
	}
	require.Eventually(t, func() bool { return p.service.calls() > 3 }, time.Minute, time.Millisecond)

	before, next := p.service.calls(), "0"
	for page := range pages {
		answer := readAnswer(t, p.list(t, fmt.Sprintf(`{"Limit":100,"Next":%s}`, next),
			header("Authorization", "Bearer "+bob)))
		require.Zero(t, answer.ErrorCode, answer.ErrorInfo)
		require.Len(t, answer.GroupIdList, 100)
		next = answer.Next.String()
		assert.Equal(t, page == pages-1, next == "0")
	}
	assert.LessOrEqual(t, p.service.calls()-before, 2*pages+1, "calls while one caller of two listed %d pages", pages)
	assertPace(t, p.service, interval)
}

// TestPause: after a Retry-After of the service, no call is made before that time.
func TestPause(t *testing.T) {
	const script = `[{"fault":"status","call":1,"status":503,"retryAfter":"2"},
		{"fault":"status","call":2,"status":429,"retryAfter":"70000"}]`
	p := startProxy(t, startService(t, 0, 10, script, nil),
		"--min-interval", "1ms")
	first := p.list(t, `{"Limit":1}`)
	assert.Equal(t, 503, first.status)
	assert.Equal(t, "2", first.header.Get("Retry-After"))
	second := p.list(t, `{"Limit":2}`)
	assert.Equal(t, 429, second.status)
	assert.Equal(t, "600", second.header.Get("Retry-After"), "the maximum")
	assertPace(t, p.service, 2*time.Second)
	began := time.Now()
	third := p.list(t, `{"Limit":3}`)
	assert.Equal(t, 503, third.status, "nobody waits for that long")
	assert.Regexp(t, `^(600|59\d)$`, third.header.Get("Retry-After"))
	assert.Less(t, time.Since(began), 5*time.Second)
	assert.Equal(t, 2, p.service.calls())
	assert.Regexp(t, `"state":"degraded".*no call can be made for (600|59\d) s`, p.get(t, "/readyz").body)
}
