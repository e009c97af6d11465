package pace

import (
	"encoding/json"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// teller of messages to pace.lua, by hand.
type by struct {
	t     *testing.T
	redis *luaRedis
	gate  *shared
}

// scripted runs a test of pace.lua in virtual time, with replicas by the names that are asked for.
func scripted(t *testing.T, test func(t *testing.T, redis *luaRedis, replica func(name string) *by)) {
	synctest.Test(t, func(t *testing.T) {
		redis := newLuaRedis(t)
		config := Config{Interval: time.Second, CallTimeout: 7 * time.Second, Logger: slog.New(slog.DiscardHandler)}
		test(t, redis, func(name string) *by {
			gate := newShared(config, usual, nil)
			gate.replica = name
			return &by{t, redis, gate}
		})
	})
}

// message is the replica's next message.
func (b *by) message(wants, calls bool) message {
	return b.gate.message(told{wants, calls}, time.Now().Add(b.gate.config.CallTimeout))
}

func (b *by) tell(m message) reply {
	b.t.Helper()
	text, err := json.Marshal(m)
	require.NoError(b.t, err)
	var r reply
	require.NoError(b.t, json.Unmarshal([]byte(b.redis.run(string(text))), &r))
	b.gate.slots.view = r.View
	return r
}

func (b *by) idles() reply { b.t.Helper(); return b.tell(b.message(false, false)) }
func (b *by) wants() reply { b.t.Helper(); return b.tell(b.message(true, false)) }
func (b *by) calls() reply { b.t.Helper(); return b.tell(b.message(false, true)) }
func (b *by) ended(how outcome) reply {
	b.t.Helper()
	m := b.message(false, false)
	var now int64
	m.Ended, m.How = &now, how
	return b.tell(m)
}

// pass lets time go by, in which replicas are heard, and one that calls goes on to.
func pass(d time.Duration, caller *by, heard ...*by) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(usual.beat, time.Until(end)))
		if caller != nil {
			caller.calls()
		}
		for _, b := range heard {
			b.idles()
		}
	}
}

func TestOfAnEmptyRedisNothingIsKnownSoNobodyCallsAtFirst(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a := replica("a")
		r := a.wants()
		assert.False(t, r.Granted)
		assert.Equal(t, int64(1250), r.Wait)
		pass(1250*time.Millisecond-1, nil, a)
		assert.False(t, a.wants().Granted)
		time.Sleep(time.Millisecond)
		assert.True(t, a.wants().Granted)
	})
}

func TestTheNextCallIsGrantedAnIntervalAfterTheEndOfTheOneBefore(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a, b := replica("a"), replica("b")
		pass(2*time.Second, nil, a, b)
		require.True(t, a.wants().Granted)
		pass(3*time.Second, a, b)
		assert.False(t, b.wants().Granted)
		a.ended(answered)
		assert.Equal(t, int64(250), b.tell(b.message(false, false)).Wait, "the time of a beat: it does not wait")
		pass(time.Second-time.Millisecond, nil, a, b)
		assert.False(t, b.wants().Granted)
		time.Sleep(2 * time.Millisecond)
		assert.True(t, b.wants().Granted)
		b.idles() // it made no call
		assert.True(t, a.wants().Granted)
	})
}

func TestAMessageThatALaterOneOvertookChangesNothing(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a, b := replica("a"), replica("b")
		pass(2*time.Second, nil, a, b)
		idle, want := a.message(false, false), a.message(true, false)
		require.True(t, a.wants().Granted)
		assert.False(t, a.tell(want).Granted)
		a.tell(idle)
		assert.False(t, b.wants().Granted, "a calls still")
	})
}

func TestAReplicaWhoseAnswerWasLostIsGrantedItsTurnAgainButNotTwice(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a := replica("a")
		pass(2*time.Second, nil, a)
		require.True(t, a.wants().Granted)
		assert.True(t, a.wants().Granted)
		a.ended(answered)
		assert.False(t, a.wants().Granted)
	})
}

func TestReplicasAreServedInTheOrderInWhichTheyAsked(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a, b, c := replica("a"), replica("b"), replica("c")
		c.wants()
		a.wants()
		assert.Equal(t, 3, b.wants().Waiting)
		for range 6 {
			time.Sleep(usual.beat)
			for _, early := range []*by{b, a} {
				require.False(t, early.wants().Granted)
			}
			if c.wants().Granted {
				break
			}
		}
		c.ended(answered)
		assert.Equal(t, 3, c.wants().Waiting)
		for range 4 {
			time.Sleep(usual.beat)
			require.False(t, b.wants().Granted)
			require.False(t, c.wants().Granted)
			require.False(t, a.wants().Granted)
		}
		time.Sleep(time.Millisecond)
		require.False(t, b.wants().Granted)
		require.True(t, a.wants().Granted)
	})
}

func TestAReplicaThatDiedMayHaveCalledAsLateAsItWasAllowedTo(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a, b := replica("a"), replica("b")
		pass(2*time.Second, nil, a, b)
		require.True(t, a.wants().Granted)
		granted := time.Now()
		for !b.wants().Granted {
			time.Sleep(10 * time.Millisecond)
			require.Less(t, time.Since(granted), 10*time.Second)
		}
		assert.InDelta(t, (7*time.Second + slack + time.Second).Seconds(), time.Since(granted).Seconds(), 0.02)
	})
}

func TestWhileAReplicaIsSilentNobodyCalls(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a, b := replica("a"), replica("b")
		pass(2*time.Second, nil, a, b)
		pass(500*time.Millisecond, nil, b)
		require.True(t, b.wants().Granted, "it may be late")
		b.ended(answered)
		pass(1250*time.Millisecond, nil, b)
		assert.False(t, b.wants().Granted, "it may have lost Redis, and be about to call by itself")
		pass(251*time.Millisecond, nil, b)
		assert.True(t, b.wants().Granted, "it is dead")
	})
}

func TestASnapshotIsNotBelievedHoweverYoungItIs(t *testing.T) {
	scripted(t, func(t *testing.T, redis *luaRedis, replica func(string) *by) {
		a, b := replica("a"), replica("b")
		pass(2*time.Second, nil, a, b)
		saved := redis.state
		require.True(t, a.wants().Granted)
		time.Sleep(50 * time.Millisecond)
		redis.state = saved
		redis.process++
		assert.False(t, b.wants().Granted)
		pass(time.Second, nil, b)
		a.calls()
		pass(time.Second, a, b)
		assert.False(t, b.wants().Granted, "a has said that it calls")
		a.ended(givenUp)
		pass(1001*time.Millisecond, nil, a, b)
		assert.True(t, b.wants().Granted)
	})
}

func TestAnotherClockIsNotBelieved(t *testing.T) {
	for _, jump := range []time.Duration{-time.Hour, -300 * time.Millisecond, time.Hour} {
		scripted(t, func(t *testing.T, redis *luaRedis, replica func(string) *by) {
			a, b := replica("a"), replica("b")
			pass(2*time.Second, nil, a, b)
			require.True(t, a.wants().Granted)
			redis.skew = jump
			require.False(t, b.wants().Granted, jump)
			jumped := time.Now() // at which a dies
			for !b.wants().Granted {
				time.Sleep(10 * time.Millisecond)
				require.Less(t, time.Since(jumped), 10*time.Second, "%v: it goes on", jump)
			}
			assert.GreaterOrEqual(t, time.Since(jumped), 1250*time.Millisecond, jump)
		})
	}
}

func TestSilenceOfAllIsNotBelieved(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a := replica("a")
		pass(2*time.Second, nil, a)
		time.Sleep(501 * time.Millisecond)
		r := a.wants()
		assert.False(t, r.Granted)
		assert.Equal(t, int64(1250), r.Wait)
	})
}

func TestAListOfReplicasIsAgreedOnOnceAllKnowIt(t *testing.T) {
	scripted(t, func(t *testing.T, redis *luaRedis, replica func(string) *by) {
		a, b, c := replica("a"), replica("b"), replica("c")
		b.idles()
		a.idles()
		b.idles()
		assert.False(t, a.idles().Agreed, "others may not have come yet")
		pass(1250*time.Millisecond, nil, a, b)
		r := a.idles()
		assert.True(t, r.Agreed)
		assert.Equal(t, []string{"a", "b"}, r.Replicas)

		// One that comes.
		assert.False(t, c.idles().Agreed)
		assert.False(t, a.idles().Agreed)
		assert.False(t, b.idles().Agreed)
		assert.False(t, c.idles().Agreed, "b has been told, but has not said so")
		a.idles()
		assert.True(t, b.idles().Agreed)
		assert.True(t, a.idles().Agreed)
		assert.Equal(t, []string{"a", "b", "c"}, c.idles().Replicas)

		// One that leaves.
		bye := c.message(false, false)
		bye.Bye = true
		c.tell(bye)
		r = a.idles()
		assert.False(t, r.Agreed)
		assert.Equal(t, []string{"a", "b"}, r.Replicas)
		b.idles()
		a.idles()
		assert.True(t, b.idles().Agreed)

		// One that dies keeps its slot for a while.
		pass(10*time.Second, nil, a)
		assert.Equal(t, []string{"a", "b"}, a.idles().Replicas)
		pass(usual.beat, nil, a)
		assert.Equal(t, []string{"a"}, a.idles().Replicas)
		assert.True(t, a.idles().Agreed)

		// Another Redis, with the same names.
		saved := redis.state
		time.Sleep(time.Second)
		redis.state = saved
		redis.process++
		assert.False(t, a.idles().Agreed)
		assert.False(t, a.idles().Agreed)
		pass(1250*time.Millisecond, nil, a)
		assert.True(t, a.idles().Agreed)
	})
}

func TestThrottleAnswersWidenTheIntervalOfAll(t *testing.T) {
	scripted(t, func(t *testing.T, _ *luaRedis, replica func(string) *by) {
		a, b := replica("a"), replica("b")
		for _, ms := range []int64{250, 500, 1000, 2000, 4000, 8000, 8000} {
			assert.Equal(t, ms, a.ended(throttled).Slow)
		}
		for _, ms := range []int64{8000, 4000, 2000, 1000, 500, 250} {
			for range 9 {
				assert.Equal(t, ms, b.ended(answered).Slow)
			}
			b.ended(givenUp)
			assert.Equal(t, map[int64]int64{8000: 4000, 4000: 2000, 2000: 1000, 1000: 500, 500: 250, 250: 0}[ms], b.ended(answered).Slow)
		}
		pass(15*time.Second, nil, a, b)
		require.True(t, b.wants().Granted)
		b.ended(throttled)
		pass(1250*time.Millisecond-time.Millisecond, nil, a, b)
		require.False(t, a.wants().Granted)
		time.Sleep(2 * time.Millisecond)
		require.True(t, a.wants().Granted)
	})
}
