package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/pace"
)

// alone runs a test in virtual time with a queue that has no Redis.
func alone(t *testing.T, test func(t *testing.T, q *Queue)) {
	synctest.Test(t, func(t *testing.T) {
		q := New(6, pace.Config{Interval: time.Second, CallTimeout: 7 * time.Second, MaxWait: 30 * time.Second})
		defer q.Pacer.Close()
		test(t, q)
	})
}

// call waits for a turn for a page of its own, and makes an instant call.
func call(ctx context.Context, q *Queue, caller string) error {
	r := q.Request()
	if err := r.Join(caller); err != nil {
		return err
	}
	turn, err := r.Turn(ctx)
	if err == nil {
		turn.End(pace.Answered, 0)
	}
	return err
}

// busy makes a call that lasts until the end of the test, so that no request leaves the queue.
func busy(t *testing.T, q *Queue) {
	t.Helper()
	r := q.Request()
	require.NoError(t, r.Join("busy"))
	_, err := r.Turn(t.Context())
	require.NoError(t, err)
}

func TestFairShare(t *testing.T) {
	for _, others := range []int{1, 2, 7, 25} {
		alone(t, func(t *testing.T, q *Queue) {
			ctx, stop := context.WithCancel(t.Context())
			var flood sync.WaitGroup
			defer flood.Wait()
			defer stop()
			for other := range others {
				for range 7 { // each keeps more requests waiting than it may
					flood.Go(func() {
						for ctx.Err() == nil {
							if call(ctx, q, fmt.Sprint("other ", other)) != nil {
								time.Sleep(100 * time.Millisecond) // it does not heed Retry-After
							}
						}
					})
				}
			}
			time.Sleep(time.Minute)
			began := time.Now()
			for range 10 {
				require.NoError(t, call(ctx, q, "caller"), "%d others", others)
			}
			took := time.Since(began)
			assert.LessOrEqual(t, took, time.Duration(10*(others+1))*time.Second, "%d others", others)
		})
	}
}

func TestRefusedCallerIsNext(t *testing.T) {
	const others = 100 // one turn of each takes longer than MaxWait
	alone(t, func(t *testing.T, q *Queue) {
		ctx, stop := context.WithCancel(t.Context())
		var flood sync.WaitGroup
		defer flood.Wait()
		defer stop()
		var served atomic.Int64
		for other := range others {
			flood.Go(func() {
				for ctx.Err() == nil {
					if call(ctx, q, fmt.Sprint("other ", other)) == nil {
						served.Add(1)
					} else {
						time.Sleep(time.Second)
					}
				}
			})
		}
		time.Sleep(2 * time.Minute)
		served.Store(0)
		for range 3 {
			for {
				waiting, cancel := context.WithTimeout(ctx, 30*time.Second)
				err := call(waiting, q, "caller")
				cancel()
				if err == nil {
					break
				}
				var full *Full
				if errors.As(err, &full) {
					time.Sleep(full.RetryAfter)
				} else {
					require.ErrorIs(t, err, context.DeadlineExceeded)
				}
			}
		}
		assert.LessOrEqual(t, served.Load(), int64(4*(others+1)), "3 pages, and at most one more round")
	})
}

func TestSharedPageSkipsFlood(t *testing.T) {
	alone(t, func(t *testing.T, q *Queue) {
		first := q.Request()
		require.NoError(t, first.Join("flooder"))
		turn, err := first.Turn(t.Context())
		require.NoError(t, err)
		var requests []*Request
		order := make(chan int, 10)
		for number := range 6 {
			r := q.Request()
			require.NoError(t, r.Join("flooder"))
			requests = append(requests, r)
			go func() {
				turn, err := r.Turn(t.Context())
				if assert.NoError(t, err) {
					order <- number
					turn.End(pace.Answered, 0)
				}
			}()
		}
		require.NoError(t, requests[5].Join("caller"))
		assert.Equal(t, 6, q.Waiting(), "the page that two wait for counts once")
		turn.End(pace.Answered, 0)
		for _, number := range []int{5, 0, 1, 2, 3, 4} {
			assert.Equal(t, number, <-order)
		}
	})
}

func TestLeavingKeepsOthers(t *testing.T) {
	alone(t, func(t *testing.T, q *Queue) {
		first := q.Request()
		require.NoError(t, first.Join("a"))
		turn, err := first.Turn(t.Context())
		require.NoError(t, err)
		r := q.Request()
		require.NoError(t, r.Join("a"))
		require.NoError(t, r.Join("b"))
		r.Leave("a")
		assert.Equal(t, 1, q.Waiting())
		turn.End(pace.Answered, 0)
		turn, err = r.Turn(t.Context())
		require.NoError(t, err)
		turn.End(pace.Unused, 0)
		// A second Turn puts the request back into the lines of those who still wait.
		turn, err = r.Turn(t.Context())
		require.NoError(t, err)
		turn.End(pace.Answered, 0)
		r.Leave("b")
		assert.Zero(t, q.Waiting())
	})
}

func TestBoundPerCaller(t *testing.T) {
	alone(t, func(t *testing.T, q *Queue) {
		busy(t, q)
		for range 6 {
			require.NoError(t, q.Request().Join("flooder"))
		}
		var full *Full
		require.ErrorAs(t, q.Request().Join("flooder"), &full)
		assert.Equal(t, "you already wait for 6 pages, the maximum per caller", full.Why)
		assert.GreaterOrEqual(t, full.RetryAfter, time.Second)
		require.NoError(t, q.Request().Join("caller"))
	})
}

func TestTotalBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(1000, pace.Config{CallTimeout: time.Second, MaxWait: time.Second}) // turns take no time
		defer q.Pacer.Close()
		busy(t, q)
		for caller := range 10 {
			for range maxPlaces / 10 {
				require.NoError(t, q.Request().Join(fmt.Sprint(caller)))
			}
		}
		var full *Full
		require.ErrorAs(t, q.Request().Join("1"), &full)
		assert.Equal(t, "too many pages are waited for", full.Why)
		require.NoError(t, q.Request().Join("caller"))
	})
}

func TestHopelessWait(t *testing.T) {
	alone(t, func(t *testing.T, q *Queue) {
		busy(t, q)
		var full *Full
		for caller := range 31 {
			require.NoError(t, q.Request().Join(fmt.Sprint(caller)))
		}
		require.ErrorAs(t, q.Request().Join("31"), &full)
		assert.Equal(t, 31*time.Second, full.RetryAfter)
		assert.Equal(t, "the turn of this page would come too late", full.Why)
	})
	alone(t, func(t *testing.T, q *Queue) {
		r := q.Request()
		require.NoError(t, r.Join("a"))
		turn, err := r.Turn(t.Context())
		require.NoError(t, err)
		waits := make(chan error)
		go func() { waits <- call(t.Context(), q, "b") }()
		synctest.Wait()
		turn.End(pace.Throttled, time.Minute)
		var unavailable *pace.Unavailable
		require.ErrorAs(t, <-waits, &unavailable)
		assert.Equal(t, time.Minute, unavailable.RetryAfter)
		mode, why := q.Pacer.Mode()
		assert.Equal(t, pace.Paused, mode)
		assert.Equal(t, "no call can be made for 60 s", why)
		time.Sleep(31 * time.Second)
		require.NoError(t, call(t.Context(), q, "b"), "a wait of less than 30 s is worth it")
	})
}

func TestTurnOfLeavingCaller(t *testing.T) {
	alone(t, func(t *testing.T, q *Queue) {
		r := q.Request()
		require.NoError(t, r.Join("a"))
		synctest.Wait() // the turn has come
		gone, leave := context.WithCancel(t.Context())
		leave()
		for range 10 { // whichever of the two select takes first
			if turn, err := r.Turn(gone); err == nil {
				turn.End(pace.Unused, 0)
			}
		}
		began := time.Now()
		require.NoError(t, call(t.Context(), q, "b"))
		assert.Zero(t, time.Since(began))
	})
}
