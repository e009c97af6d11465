package sandbox

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stuckClock never ends a wait, and reports when one begins.
type stuckClock struct{ waiting chan struct{} }

func (stuckClock) Now() time.Time { return time.Now() }
func (c stuckClock) After(time.Duration) <-chan time.Time {
	c.waiting <- struct{}{}
	return nil
}

func TestStopEndsCalls(t *testing.T) {
	clock := stuckClock{make(chan struct{}, 1)}
	a := newApp(t, nil, func(c *Config) {
		c.Clock = clock
		c.Latency = Latency{time.Hour, time.Hour}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served, answered := make(chan error, 1), make(chan error, 1)
	go func() { served <- a.Serve(ctx, listener) }()
	target := "http://" + listener.Addr().String() + commandPath + "?" + signedQuery(t).Encode()
	go func() {
		response, err := http.Post(target, "application/json", strings.NewReader(`{}`))
		if err == nil {
			err = response.Body.Close()
		}
		answered <- err
	}()
	<-clock.waiting
	cancel()
	assert.NoError(t, <-answered)
	assert.NoError(t, <-served)
}
