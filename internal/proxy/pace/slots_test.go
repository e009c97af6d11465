package pace

import (
	"testing"
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
