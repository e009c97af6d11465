package pace

import (
	"context"
	"log/slog"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTimeSlotsFollowEachOtherOnRedissClock(t *testing.T) {
	here := time.Now()
	redis := time.UnixMilli(1_764_000_000_000) // a multiple of the three replicas' cycle
	s := slots{length: 1250 * time.Millisecond}
	s.learn(1, []string{"a", "b", "c"}, true, redis, here, here)
	begin := func(name string, after time.Duration) time.Duration {
		at, ok := s.next(name, here.Add(after))
		require.True(t, ok)
		return at.Sub(here)
	}
	assert.Equal(t, time.Duration(0), begin("a", 0))
	assert.Equal(t, 1250*time.Millisecond, begin("b", 0))
	assert.Equal(t, 2500*time.Millisecond, begin("c", 0))
	assert.Equal(t, 3750*time.Millisecond, begin("a", 1))
	assert.Equal(t, 1250*time.Millisecond, begin("b", 1250*time.Millisecond))
	assert.Equal(t, 5*time.Second, begin("b", 1250*time.Millisecond+1))
	assert.Equal(t, 3750*time.Millisecond, s.cycle())
	_, ok := s.next("d", here)
	assert.False(t, ok)
	s.learn(2, []string{"a", "b", "c"}, false, redis, here, here)
	_, ok = s.next("a", here)
	assert.False(t, ok)
}

func TestTheClosestReadingOfRedissClockIsTaken(t *testing.T) {
	here := time.Now()
	redis := time.UnixMilli(1_764_000_000_000)
	s := slots{length: time.Second}
	reads := func(view int64, after, took, off time.Duration) time.Duration {
		asked := here.Add(after)
		s.learn(view, []string{"a"}, true, redis.Add(after+took/2+off), asked, asked.Add(took))
		return s.clock.Sub(redis) - s.at.Sub(here)
	}
	const ms = time.Millisecond
	assert.Equal(t, 1*ms, reads(1, 0, 10*ms, 1*ms))
	assert.Equal(t, 1*ms, reads(1, time.Second, 20*ms, 2*ms), "less close")
	assert.Equal(t, 3*ms, reads(1, 2*time.Second, 4*ms, 3*ms), "closer")
	assert.Equal(t, 4*ms, reads(2, 3*time.Second, 200*ms, 4*ms), "it may be another clock")
	assert.Equal(t, 5*ms, reads(2, 4*time.Second, 100*ms, 5*ms))
	assert.Equal(t, 6*ms, reads(2, 35*time.Second, 200*ms, 6*ms), "clocks drift apart")
}

// lost runs a test in virtual time with the gate of a replica that knows itself and another one, and whose Redis is gone now.
func lost(t *testing.T, test func(t *testing.T, gate *shared)) {
	synctest.Test(t, func(t *testing.T) {
		redis, gone := newLuaRedis(t), false
		config := Config{Interval: time.Second, CallTimeout: 7 * time.Second, Logger: slog.New(slog.DiscardHandler)}
		teller := func(_ context.Context, message string) (string, error) {
			if gone {
				return "", syscall.ECONNREFUSED
			}
			return redis.run(message), nil
		}
		gate, other := newShared(config, usual, teller), newShared(config, usual, teller)
		for range 10 {
			gate.ask(t.Context(), false, time.Time{})
			other.ask(t.Context(), false, time.Time{})
			time.Sleep(usual.beat)
		}
		gate.ask(t.Context(), false, time.Time{})
		gone = true
		test(t, gate)
	})
}

// allowed waits until the gate lets somebody in line call.
func allowed(t *testing.T, gate *shared) {
	for {
		v := gate.ask(t.Context(), true, time.Time{})
		if v.allowed {
			assert.Equal(t, Alone, v.mode)
			return
		}
		require.NoError(t, v.refused)
		require.Positive(t, v.wait)
		time.Sleep(v.wait)
	}
}

func TestTheFirstTimeSlotIsAfterAllCallsThatRedisCanHaveAllowed(t *testing.T) {
	for delay := range 20 { // of all places in the cycle
		lost(t, func(t *testing.T, gate *shared) {
			heard := time.Now()
			gate.slots.clock = gate.slots.clock.Add(time.Duration(delay) * gate.slots.cycle() / 20)
			allowed(t, gate)
			waited := time.Since(heard)
			assert.GreaterOrEqual(t, waited, usual.silent+time.Second+usual.guard)
			assert.Less(t, waited, usual.silent+time.Second+usual.guard+gate.slots.cycle())
		})
	}
}

func TestThrottleAnswersInTimeSlotsMakeEachReplicaWaitForAllOfThem(t *testing.T) {
	lost(t, func(t *testing.T, gate *shared) {
		allowed(t, gate)
		gate.ended(answered, time.Now())
		began := time.Now()
		allowed(t, gate)
		assert.Equal(t, 2500*time.Millisecond, time.Since(began))
		gate.ended(throttled, time.Now())
		began = time.Now()
		allowed(t, gate)
		assert.Equal(t, 2500*time.Millisecond, time.Since(began), "two replicas, each 250 ms slower")
		gate.ended(throttled, time.Now())
		began = time.Now()
		allowed(t, gate)
		assert.Equal(t, 5*time.Second, time.Since(began))
	})
}

func TestAThrottleAnswerIsToldWhenRedisIsBackEvenIfLaterCallsWereFine(t *testing.T) {
	lost(t, func(t *testing.T, gate *shared) {
		gate.ended(throttled, time.Now())
		time.Sleep(5 * time.Second)
		gate.ended(answered, time.Now())
		m := gate.message(told{}, time.Time{})
		assert.Equal(t, throttled, m.How)
		assert.Equal(t, int64(0), *m.Ended)
	})
}
