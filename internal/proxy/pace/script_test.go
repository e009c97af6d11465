package pace

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	interval = 1000  // ms
	length   = 10000 // ms, of a lease
)

// message is a replica's message, with the fields that matter to a test.
type message struct {
	replica               string
	number, callers, turn int
	ended, pause, slow    int
}

func (m message) send(r *luaRedis) (granted bool, reply []int64) {
	reply = r.run([]any{m.replica, m.number, m.callers, m.turn, m.ended, m.pause, m.slow, 0, interval, length})
	return reply[0] == 1, reply
}

// withRedis runs a test in virtual time, with a Redis whose initial state allows calls.
func withRedis(t *testing.T, test func(t *testing.T, r *luaRedis)) {
	synctest.Test(t, func(t *testing.T) {
		r := newLuaRedis(t)
		granted, reply := message{replica: "other", number: 1, callers: 1, turn: 1}.send(r)
		require.False(t, granted)
		require.Equal(t, int64(length+interval), reply[2], "a fresh state waits for the end of every "+
			"lease that it does not know")
		message{replica: "other", number: 2, turn: 1}.send(r)
		time.Sleep((length + interval) * time.Millisecond)
		test(t, r)
	})
}

func TestRepeatedOutcome(t *testing.T) {
	withRedis(t, func(t *testing.T, r *luaRedis) {
		granted, _ := message{replica: "a", number: 1, callers: 1, turn: 1}.send(r)
		require.True(t, granted)
		told := message{replica: "a", number: 2, turn: 2, ended: 1, pause: 1250, slow: 250}
		_, reply := told.send(r)
		assert.Equal(t, int64(1250), reply[2])
		for range 20 { // again, and late
			time.Sleep(100 * time.Millisecond)
			told.send(r)
			_, reply = told.send(r)
			assert.Equal(t, int64(250), reply[3])
			told.number++
		}
		assert.Zero(t, reply[2], "2 s later the next call may be made")
		granted, _ = message{replica: "b", number: 1, callers: 1, turn: 1}.send(r)
		require.True(t, granted)
		told.number++
		told.pause = 60_000
		_, reply = told.send(r)
		assert.Zero(t, reply[2], "another replica has the lease")
	})
}

func TestLeaseIsExclusive(t *testing.T) {
	withRedis(t, func(t *testing.T, r *luaRedis) {
		granted, _ := message{replica: "a", number: 1, callers: 1, turn: 1}.send(r)
		require.True(t, granted)
		b := message{replica: "b", callers: 1, turn: 1}
		asks := func() bool {
			b.number++
			granted, _ := b.send(r)
			return granted
		}
		time.Sleep((length + interval) * time.Millisecond)
		assert.False(t, asks(), "until the interval after the lease is over")
		time.Sleep(time.Millisecond)
		assert.True(t, asks())
	})
}

func TestLateMessage(t *testing.T) {
	withRedis(t, func(t *testing.T, r *luaRedis) {
		idle := message{replica: "a", number: 1, turn: 1}
		wants := message{replica: "a", number: 2, callers: 1, turn: 1}
		granted, _ := wants.send(r)
		require.True(t, granted)
		granted, _ = wants.send(r)
		assert.False(t, granted, "a message that comes twice")
		idle.send(r) // it was overtaken: the replica calls already
		granted, _ = message{replica: "b", number: 1, callers: 1, turn: 1}.send(r)
		assert.False(t, granted)
		message{replica: "a", number: 3, turn: 2, ended: 1}.send(r)
		granted, _ = wants.send(r)
		assert.False(t, granted, "nobody would use it")
		granted, _ = message{replica: "b", number: 2, callers: 1, turn: 1}.send(r)
		assert.True(t, granted)
	})
}

func TestLostGrant(t *testing.T) {
	withRedis(t, func(t *testing.T, r *luaRedis) {
		granted, _ := message{replica: "a", number: 1, callers: 1, turn: 1}.send(r)
		require.True(t, granted)
		granted, _ = message{replica: "a", number: 2, callers: 1, turn: 1}.send(r)
		require.True(t, granted)
		message{replica: "a", number: 3, turn: 1}.send(r) // its callers have gone
		granted, _ = message{replica: "b", number: 1, callers: 1, turn: 1}.send(r)
		assert.True(t, granted)
	})
}

func TestReplicaTurns(t *testing.T) {
	withRedis(t, func(t *testing.T, r *luaRedis) {
		replicas := []message{{replica: "a", callers: 1, turn: 1}, {replica: "b", callers: 3, turn: 1},
			{replica: "c", callers: 1, turn: 1}}
		turns := map[string]int{}
		for range 1000 {
			for i := range replicas { // always in this order
				m := &replicas[i]
				m.number++
				if granted, _ := m.send(r); granted {
					turns[m.replica]++
					m.number++
					m.turn++
					message{replica: m.replica, number: m.number, callers: m.callers, turn: m.turn, ended: m.turn - 1}.send(r)
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
		total := turns["a"] + turns["b"] + turns["c"]
		assert.InDelta(t, total/5, turns["a"], 2)
		assert.InDelta(t, 3*total/5, turns["b"], 2)
		assert.InDelta(t, total/5, turns["c"], 2)
		assert.Greater(t, total, 900)
	})
}

func TestBrokenState(t *testing.T) {
	withRedis(t, func(t *testing.T, r *luaRedis) {
		message{replica: "a", number: 1, callers: 1, turn: 1}.send(r)
		good := r.state
		with := func(name string, value any) string {
			var state map[string]any
			require.NoError(t, json.Unmarshal([]byte(good), &state))
			if state[name] = value; value == nil {
				delete(state, name)
			}
			text, err := json.Marshal(state)
			require.NoError(t, err)
			return string(text)
		}
		now := float64(time.Now().UnixMilli())
		states := []string{
			"", "x", "{", "null", "7", "[]", "{}", `"text"`, `{"format":2}`, with("format", 1), with("process", "another"),
			with("at", now+1e9),
			with("next", now+1e10), with("ends", now+1e9), with("slow", -1), with("slow", 1e300), with("replicas", "x"),
			strings.Replace(good, `"heard"`, `"other"`, 1), strings.Replace(good, `"replicas":{`, `"replicas":{"x":true,`, 1),
		}
		for _, name := range []string{"format", "process", "at", "next", "ends", "slow", "runs", "pass"} {
			states = append(states, with(name, nil), with(name, []any{}))
		}
		for _, state := range states {
			r.state = state
			granted, _ := message{replica: "b", number: 1, callers: 1, turn: 1}.send(r)
			assert.False(t, granted, state)
			time.Sleep((length + interval) * time.Millisecond)
			granted, _ = message{replica: "b", number: 2, callers: 1, turn: 1}.send(r)
			assert.True(t, granted, state)
		}
	})
}
