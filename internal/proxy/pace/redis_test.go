package pace

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/redisclient"
	"tencent-chat-groups/internal/proxy/redistest"
)

// quick is an interval that lets a test make many calls.
const quick = 50 * time.Millisecond

// with starts a Pacer that shares its pace through a Redis.
func with(t *testing.T, url string, callTimeout time.Duration) *Pacer {
	t.Helper()
	client, err := redisclient.Open(url)
	require.NoError(t, err)
	p := New(Config{SDKAppID: 1400000000, Interval: quick, Queue: 10, CallTimeout: callTimeout, Redis: client, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		p.Close()
		_ = client.Close() // the test is over
	})
	return p
}

// reaches waits until a Pacer is in a mode, and returns why it is.
func reaches(t *testing.T, p *Pacer, wanted Mode) (why string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var mode Mode
		mode, why = p.Mode()
		return mode == wanted
	}, 20*time.Second, time.Millisecond)
	return why
}

// knows waits until a Pacer would go on without Redis, among so many replicas.
func knows(t *testing.T, p *Pacer, replicas int) {
	t.Helper()
	require.Eventually(t, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.said.agreed == replicas
	}, 20*time.Second, time.Millisecond)
}

// service notes when calls arrive.
type service struct {
	mu   sync.Mutex
	last time.Time
	gaps []time.Duration
	by   map[int]int
}

func (s *service) arrive(replica int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if !s.last.IsZero() {
		s.gaps = append(s.gaps, now.Sub(s.last))
	}
	s.last = now
	if s.by == nil {
		s.by = map[int]int{}
	}
	s.by[replica]++
}

// calls is how many came; it fails the test if some came too early.
func (s *service) calls(t *testing.T, seed uint64) int {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, gap := range s.gaps {
		require.GreaterOrEqual(t, gap, quick, "seed %d: call %d came too early", seed, i+1)
	}
	return len(s.gaps)
}

func (s *service) reach(t *testing.T, calls int) {
	t.Helper()
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.gaps) >= calls
	}, 30*time.Second, time.Millisecond)
}

// client makes calls until ctx is done.
func (s *service) client(ctx context.Context, done *sync.WaitGroup, p *Pacer, replica int, seed uint64) {
	done.Go(func() {
		dice := rand.New(rand.NewPCG(seed, uint64(replica)))
		for ctx.Err() == nil {
			turn, err := p.Turn(ctx)
			if err != nil {
				_ = sleep(ctx, quick) // the loop looks at ctx
				continue
			}
			_ = sleep(ctx, time.Duration(dice.IntN(10))*time.Millisecond) // a call that was sent arrives
			s.arrive(replica)
			switch dice.IntN(10) {
			case 0:
				turn.GivenUp()
			default:
				turn.Answered(false)
			}
		}
	})
}

func TestReplicasShareOnePaceThroughARealRedisAndTakeTurns(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	var s service
	var clients sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for replica := range 5 {
		p := with(t, server.URL(), time.Second)
		for range 3 {
			s.client(ctx, &clients, p, replica, 1)
		}
	}
	s.reach(t, 60)
	server.Do("SCRIPT", "FLUSH")
	s.reach(t, 120)
	stop()
	clients.Wait()
	calls := s.calls(t, 1)
	for replica, made := range s.by {
		assert.InDelta(t, calls/5, made, 8, "calls of replica %d", replica)
	}
}

// TestNoCallArrivesTooEarlyWhateverHappensToARealRedis is what simulation_test.go does, with nothing simulated but the service.
func TestNoCallArrivesTooEarlyWhateverHappensToARealRedis(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	if *firstSeed != 1 {
		seed = *firstSeed
	}
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	for name, flags := range map[string][]string{
		"with a snapshot":     {"--dbfilename", "dump.rdb"},
		"with a log":          {"--appendonly", "yes"},
		"without persistence": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t, flags...)
			var s service
			var clients sync.WaitGroup
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			for replica := range 3 {
				p := with(t, server.URL(), 300*time.Millisecond)
				for range 2 {
					s.client(ctx, &clients, p, replica, seed)
				}
			}
			calls := 0
			on := func(more int) {
				calls += more
				s.reach(t, calls)
			}
			for range 2 {
				on(10)
				if name == "with a snapshot" {
					server.Do("SAVE")
					on(dice.IntN(3))
				}
				server.Kill()
				on(dice.IntN(8))
				server.Restart()
				on(10)
				server.Do("CLIENT", "PAUSE", 50+dice.IntN(1500), "ALL")
			}
			on(10)
			stop()
			clients.Wait()
			s.calls(t, seed)
		})
	}
}

func TestAReplicaThatDiesWhileItCallsHoldsUpTheOthersForTheTimeOfACall(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	dying, other := with(t, server.URL(), 300*time.Millisecond), with(t, server.URL(), 300*time.Millisecond)
	began := time.Now()
	_, err := dying.Turn(t.Context())
	require.NoError(t, err)
	require.NoError(t, dying.config.Redis.Close()) // so that it cannot say goodbye
	dying.Close()
	turn, err := other.Turn(t.Context())
	require.NoError(t, err)
	turn.Answered(false)
	assert.Greater(t, time.Since(began), 300*time.Millisecond+usual.slack+quick)
}

func TestAReplicaThatSaysGoodbyeHoldsUpNobodyAndFreesItsTimeSlot(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	leaving, other := with(t, server.URL(), time.Minute), with(t, server.URL(), time.Minute)
	knows(t, other, 2)
	turn, err := leaving.Turn(t.Context())
	require.NoError(t, err)
	turn.Answered(false)
	leaving.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err = other.Turn(ctx)
	require.NoError(t, err)
	knows(t, other, 1)
	assert.Equal(t, "shared with 0 other replicas", reaches(t, other, Shared))
}

func TestReplicasKeepToTimeSlotsWithoutRedisAndSayWhy(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	first, second := with(t, server.URL(), time.Second), with(t, server.URL(), time.Second)
	knows(t, first, 2)
	knows(t, second, 2)
	server.Kill()
	assert.Equal(t, "connection refused", reaches(t, first, Alone))
	reaches(t, second, Alone)
	newcomer := with(t, server.URL(), time.Second)

	var s service
	var clients sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	s.client(ctx, &clients, first, 1, 1)
	s.client(ctx, &clients, second, 2, 1)
	s.reach(t, 5)
	assert.Positive(t, s.by[1])
	assert.Positive(t, s.by[2])

	// Nobody knows a replica that Redis has never heard of.
	_, err := newcomer.Turn(t.Context())
	var unavailable *UnavailableError
	require.ErrorAs(t, err, &unavailable)
	assert.Positive(t, unavailable.RetryAfter)
	mode, why := newcomer.Mode()
	assert.Equal(t, Lost, mode)
	assert.Equal(t, "connection refused, and the other replicas are not known for sure", why)

	server.Restart()
	s.reach(t, 20)
	stop()
	clients.Wait()
	s.calls(t, 1)
	assert.Equal(t, "shared with 2 other replicas", reaches(t, first, Shared))
}

func TestARedisThatDoesNotDoWhatItShouldIsLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		commands []string
		why      string
	}{
		"another type's key":  {[]string{"RPUSH tencent-chat-groups:{1400000000}:pace x"}, "it answered WRONGTYPE"},
		"no memory":           {[]string{"CONFIG SET maxmemory 1"}, "it answered OOM"},
		"a copy":              {[]string{"REPLICAOF 127.0.0.1 1"}, "it answered READONLY"},
		"another password":    {[]string{"CONFIG SET requirepass another"}, "it answered WRONGPASS"},
		"a script that hangs": {[]string{"CLIENT PAUSE 20000 ALL"}, "no answer in 250ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			for _, command := range c.commands {
				var words []any
				for _, word := range strings.Fields(command) {
					words = append(words, word)
				}
				server.Do(words...)
			}
			p := with(t, fmt.Sprintf("redis://:hush-hush@127.0.0.1:%d", server.Port), time.Second)
			why := reaches(t, p, Lost)
			assert.Equal(t, c.why+", and the other replicas are not known for sure", why)
		})
	}
}

func TestAStateThatIsNoneIsReplaced(t *testing.T) {
	t.Parallel()
	for _, found := range []string{"", "something else", `{"format":2}`, "[]"} {
		server := redistest.Start(t)
		server.Do("SET", "tencent-chat-groups:{1400000000}:pace", found)
		p := with(t, server.URL(), time.Second)
		turn, err := p.Turn(t.Context())
		require.NoError(t, err, found)
		turn.Answered(false)
	}
}

// TestTheScriptNeedsFewRights: it goes without INFO as well, which docs/proxy.md allows.
func TestTheScriptNeedsFewRights(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Do("ACL", "SETUSER", "pace", "on", ">hush-hush", "~tencent-chat-groups:*", "+eval", "+evalsha", "+get", "+set", "+time", "+pttl")
	p := with(t, fmt.Sprintf("redis://pace:hush-hush@127.0.0.1:%d", server.Port), time.Second)
	turn, err := p.Turn(t.Context())
	require.NoError(t, err)
	turn.Answered(true)
	_, err = p.Turn(t.Context())
	require.NoError(t, err)
}
