package pace

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// single is a Pacer without Redis and its line.
type single struct {
	*Pacer
	line *waiters
}

// alone runs a test in virtual time with a Pacer that has no Redis.
func alone(t *testing.T, test func(t *testing.T, p single)) {
	synctest.Test(t, func(t *testing.T) {
		line := &waiters{}
		p := New(Config{Interval: time.Second, CallTimeout: 7 * time.Second, MaxWait: 30 * time.Second,
			Logger: slog.New(slog.DiscardHandler)}, line)
		defer p.Close()
		test(t, single{p, line})
	})
}

// next waits for a turn, and returns how long that took.
func next(t *testing.T, p single) (Turn, time.Duration) {
	t.Helper()
	began := time.Now()
	turn, err := p.line.turn(t.Context(), p.Pacer)
	require.NoError(t, err)
	return turn, time.Since(began)
}

func TestIntervalAfterResponse(t *testing.T) {
	alone(t, func(t *testing.T, p single) {
		turn, waited := next(t, p)
		assert.Zero(t, waited)
		time.Sleep(5 * time.Second) // virtual time, which synctest passes at once
		turn.End(Answered, 0)
		time.Sleep(200 * time.Millisecond) // virtual time, which synctest passes at once
		turn, waited = next(t, p)
		assert.Equal(t, 800*time.Millisecond, waited)
		turn.End(Abandoned, 0)
		turn, waited = next(t, p)
		assert.Equal(t, time.Second, waited)
		turn.End(Unused, 0)
		turn, waited = next(t, p)
		assert.Zero(t, waited)
		turn.End(Answered, 7*time.Second)
		turn, waited = next(t, p)
		assert.Equal(t, 7*time.Second, waited, "the pause that the service asks for")
		turn.End(Answered, 0)
		time.Sleep(time.Minute) // virtual time, which synctest passes at once
		_, waited = next(t, p)
		assert.Zero(t, waited)
	})
}

func TestOneCallAtATime(t *testing.T) {
	alone(t, func(t *testing.T, p single) {
		turn, _ := next(t, p)
		go func() {
			time.Sleep(6 * time.Second) // virtual time, which synctest passes at once
			turn.End(Answered, 0)
		}()
		_, waited := next(t, p)
		assert.Equal(t, 7*time.Second, waited)
	})
}

func TestThrottleWidensInterval(t *testing.T) {
	alone(t, func(t *testing.T, p single) {
		turn, _ := next(t, p)
		pause := func(how Outcome) float64 {
			turn.End(how, 0)
			var waited time.Duration
			turn, waited = next(t, p)
			return waited.Seconds()
		}
		for _, seconds := range []float64{1.25, 1.5, 2, 3, 5, 9, 9} {
			assert.Equal(t, seconds, pause(Throttled))
		}
		for _, seconds := range []float64{9, 5, 3, 2, 1.5, 1.25} {
			for range 9 {
				assert.Equal(t, seconds, pause(Answered))
			}
			turn.End(Abandoned, 0) // says nothing of that
			turn, _ = next(t, p)
			assert.Equal(t, map[float64]float64{9: 5, 5: 3, 3: 2, 2: 1.5, 1.5: 1.25, 1.25: 1}[seconds], pause(Answered))
		}
	})
}

func TestTurnEndsOnce(t *testing.T) {
	alone(t, func(t *testing.T, p single) {
		turn, _ := next(t, p)
		turn.End(Answered, 0)
		second, _ := next(t, p)
		turn.End(Abandoned, 0)
		second.End(Answered, 0)
		time.Sleep(500 * time.Millisecond)
		second.End(Throttled, time.Minute)
		_, waited := next(t, p)
		assert.Equal(t, 500*time.Millisecond, waited)
	})
}

func TestAbandonedTurn(t *testing.T) {
	alone(t, func(t *testing.T, p single) {
		_, _ = next(t, p)
		_, waited := next(t, p)
		assert.Equal(t, 9*time.Second, waited, "a call's time, a second more, and the interval")
	})
}

func TestCloseRefusesWaiters(t *testing.T) {
	alone(t, func(t *testing.T, p single) {
		_, _ = next(t, p)
		errs := make(chan error)
		go func() {
			_, err := p.line.turn(context.Background(), p.Pacer)
			errs <- err
		}()
		synctest.Wait()
		p.Close()
		var unavailable *Unavailable
		require.ErrorAs(t, <-errs, &unavailable)
		mode, why := p.Mode()
		assert.Equal(t, Normal, mode)
		assert.Equal(t, "this proxy is the only one", why)
	})
}
