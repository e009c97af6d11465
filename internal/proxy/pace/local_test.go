package pace

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// alone runs a test in virtual time with a Pacer that has no Redis.
func alone(t *testing.T, test func(t *testing.T, p *Pacer)) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{Interval: time.Second, Queue: 3, CallTimeout: 7 * time.Second, Logger: slog.New(slog.DiscardHandler)})
		defer p.Close()
		test(t, p)
	})
}

// next waits for a turn, and returns how long that took.
func next(t *testing.T, p *Pacer) (Turn, time.Duration) {
	t.Helper()
	began := time.Now()
	turn, err := p.Turn(t.Context())
	require.NoError(t, err)
	return turn, time.Since(began)
}

func TestTheNextCallIsAnIntervalAfterTheAnswerToTheOneBefore(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		turn, waited := next(t, p)
		assert.Zero(t, waited)
		time.Sleep(5 * time.Second) // virtual time, which synctest passes at once
		turn.Answered(false)
		time.Sleep(200 * time.Millisecond) // virtual time, which synctest passes at once
		turn, waited = next(t, p)
		assert.Equal(t, 800*time.Millisecond, waited)
		turn.GivenUp()
		turn, waited = next(t, p)
		assert.Equal(t, time.Second, waited)
		turn.Unused()
		turn, waited = next(t, p)
		assert.Zero(t, waited)
		turn.Answered(false)
		time.Sleep(time.Minute) // virtual time, which synctest passes at once
		_, waited = next(t, p)
		assert.Zero(t, waited)
	})
}

func TestOneCallIsUnderWayAtATime(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		turn, _ := next(t, p)
		go func() {
			time.Sleep(6 * time.Second) // virtual time, which synctest passes at once
			turn.Answered(false)
		}()
		_, waited := next(t, p)
		assert.Equal(t, 7*time.Second, waited)
	})
}

func TestTurnsAreTakenInOrderAndWhoeverLeavesTheLineHoldsUpNobody(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		turn, _ := next(t, p)
		began := time.Now()
		var order []string
		var mu sync.Mutex
		wait := func(ctx context.Context, name string) {
			turn, err := p.Turn(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				assert.ErrorIs(t, err, context.Canceled)
				order = append(order, name+" left")
				return
			}
			order = append(order, name)
			turn.Answered(false)
		}
		leaves, leave := context.WithCancel(t.Context())
		go wait(t.Context(), "first")
		synctest.Wait()
		go wait(leaves, "second")
		synctest.Wait()
		go wait(t.Context(), "third")
		synctest.Wait()
		assert.Equal(t, 3, p.Waiting())

		_, err := p.Turn(t.Context())
		var full *FullError
		require.ErrorAs(t, err, &full)
		assert.Equal(t, 4*time.Second, full.RetryAfter)

		leave()
		synctest.Wait()
		assert.Equal(t, 2, p.Waiting())
		turn.Answered(false)
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, []string{"second left", "first", "third"}, order)
		assert.Zero(t, p.Waiting())
		assert.Equal(t, 2500*time.Millisecond, time.Since(began))
	})
}

func TestWhoeverHasLeftAlreadyTakesNoTurn(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		gone, leave := context.WithCancel(t.Context())
		leave()
		_, err := p.Turn(gone)
		assert.ErrorIs(t, err, context.Canceled)
		_, waited := next(t, p)
		assert.Zero(t, waited)
	})
}

func TestThrottleAnswersWidenTheIntervalForAWhile(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		turn, _ := next(t, p)
		pause := func(early bool) float64 {
			turn.Answered(early)
			var waited time.Duration
			turn, waited = next(t, p)
			return waited.Seconds()
		}
		for _, seconds := range []float64{1.25, 1.5, 2, 3, 5, 9, 9} {
			assert.Equal(t, seconds, pause(true))
		}
		for _, seconds := range []float64{9, 5, 3, 2, 1.5, 1.25} {
			for range 9 {
				assert.Equal(t, seconds, pause(false))
			}
			turn.GivenUp() // says nothing of that
			turn, _ = next(t, p)
			assert.Equal(t, map[float64]float64{9: 5, 5: 3, 3: 2, 2: 1.5, 1.5: 1.25, 1.25: 1}[seconds], pause(false))
		}
	})
}

func TestOnlyTheFirstEndOfATurnCounts(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		turn, _ := next(t, p)
		turn.Answered(false)
		second, _ := next(t, p)
		turn.GivenUp()
		second.Answered(false)
		time.Sleep(500 * time.Millisecond)
		second.GivenUp()
		_, waited := next(t, p)
		assert.Equal(t, 500*time.Millisecond, waited)
	})
}

func TestATurnThatNobodyEndsDoesNotStopTheOthers(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		_, _ = next(t, p)
		_, waited := next(t, p)
		assert.Equal(t, 9*time.Second, waited, "a call's time, a second more, and the interval")
	})
}

func TestWhoeverWaitsWhenAPacerIsClosedIsTold(t *testing.T) {
	alone(t, func(t *testing.T, p *Pacer) {
		_, _ = next(t, p)
		errs := make(chan error)
		go func() {
			_, err := p.Turn(context.Background())
			errs <- err
		}()
		synctest.Wait()
		p.Close()
		var unavailable *UnavailableError
		require.ErrorAs(t, <-errs, &unavailable)
		_, err := p.Turn(t.Context())
		assert.ErrorAs(t, err, &unavailable)
		mode, why := p.Mode()
		assert.Equal(t, Local, mode)
		assert.Empty(t, why)
	})
}

// lateGate lets the caller leave at the moment in which it says that the call is allowed.
type lateGate struct {
	*local
	leave context.CancelFunc
}

func (g lateGate) ask(ctx context.Context, inLine bool, until time.Time) verdict {
	v := g.local.ask(ctx, inLine, until)
	if v.allowed {
		g.leave()
	}
	return v
}

func TestATurnThatComesWhenItsCallerLeavesIsNotLost(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that the turn is there before the caller sees that it is to leave
	synctest.Test(t, func(t *testing.T) {
		gone, leave := context.WithCancel(t.Context())
		p := newPacer(Config{Queue: 3, CallTimeout: 7 * time.Second}, lateGate{&local{interval: time.Second, turn: 8 * time.Second}, leave})
		defer p.Close()
		_, err := p.Turn(gone)
		require.ErrorIs(t, err, context.Canceled)
		_, waited := next(t, p)
		assert.Zero(t, waited)
	})
}
