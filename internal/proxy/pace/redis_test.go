package pace

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
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

// shared is a Pacer that shares its pace through a Redis, and its line.
type shared struct {
	*Pacer
	line *waiters
}

// with starts a Pacer with short leases: 3.3 s, little more than Redis's timeout and slack.
func with(t *testing.T, url string, replicas int) shared {
	t.Helper()
	client, err := redisclient.Open(url)
	require.NoError(t, err)
	line := &waiters{}
	p := New(Config{SDKAppID: 1400000000, Interval: quick, CallTimeout: 300 * time.Millisecond, MaxWait: 30 * time.Second,
		Redis:    client,
		Replicas: replicas, Logger: slog.New(slog.DiscardHandler)}, line)
	t.Cleanup(func() {
		p.Close()
		_ = client.Close() // the test is over
	})
	return shared{p, line}
}

// reaches waits for a mode of the Pacer, and returns its explanation.
func (s shared) reaches(t *testing.T, wanted Mode) (why string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var mode Mode
		mode, why = s.Mode()
		return mode == wanted
	}, 30*time.Second, time.Millisecond)
	return why
}

// service records when calls arrive.
type service struct {
	mu       sync.Mutex
	arrivals []time.Time
}

// client makes calls until ctx is done.
func (s *service) client(ctx context.Context, done *sync.WaitGroup, p shared, seed uint64) {
	done.Go(func() {
		dice := rand.New(rand.NewPCG(seed, 1))
		for ctx.Err() == nil {
			turn, err := p.line.turn(ctx, p.Pacer)
			if err != nil {
				_ = sleep(ctx, quick) // the loop looks at ctx
				continue
			}
			_ = sleep(ctx, time.Duration(dice.IntN(10))*time.Millisecond) // a call that was sent arrives
			s.mu.Lock()
			s.arrivals = append(s.arrivals, time.Now())
			s.mu.Unlock()
			turn.End([]Outcome{Answered, Answered, Answered, Abandoned}[dice.IntN(4)], 0)
		}
	})
}

// more waits for a number of further calls.
func (s *service) more(t *testing.T, calls int) {
	t.Helper()
	s.mu.Lock()
	wanted := len(s.arrivals) + calls
	s.mu.Unlock()
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.arrivals) >= wanted
	}, 40*time.Second, time.Millisecond)
}

func (s *service) check(t *testing.T) {
	t.Helper()
	for i := 1; i < len(s.arrivals); i++ {
		assert.GreaterOrEqual(t, s.arrivals[i].Sub(s.arrivals[i-1]), quick, "call %d", i)
	}
}

func TestRealRedisKeepsPace(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, "--dbfilename", "dump.rdb")
	var s service
	var clients sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for replica := range 3 {
		p := with(t, server.URL(), 0)
		for range 2 {
			s.client(ctx, &clients, p, uint64(replica))
		}
	}
	for _, happens := range []func(){
		func() {},
		func() { server.Do("SCRIPT", "FLUSH") },
		func() { server.Do("FLUSHALL") },
		func() { server.Do("CLIENT", "PAUSE", 1500, "ALL") },
		func() { server.Do("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") },
		func() { server.Do("SET", "tencent-chat-groups:{1400000000}:pace", `{"format":2,"next":1e300}`) },
		func() { // in one step, or a replica writes between the two
			server.Do("EVAL", "redis.call('DEL', KEYS[1]) return redis.call('RPUSH', KEYS[1], 'x')", 1,
				"tencent-chat-groups:{1400000000}:pace")
		},
		func() {
			server.Do("SAVE") // a snapshot of some calls before
			s.more(t, 3)
			server.Kill()
			server.Restart()
		},
	} {
		happens()
		s.more(t, 12)
	}
	stop()
	clients.Wait()
	s.check(t)
}

func TestReplicasWithoutRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	alone, none := with(t, server.URL(), 3), with(t, server.URL(), 0)
	alone.reaches(t, Normal)
	server.Kill()
	assert.Equal(t, "Redis is lost, so each of 3 replicas calls once per 3 intervals: connection refused",
		alone.reaches(t, Reduced))
	assert.Equal(t, "Redis is lost: connection refused", none.reaches(t, Lost))
	_, err := none.line.turn(t.Context(), none.Pacer)
	var unavailable *Unavailable
	require.ErrorAs(t, err, &unavailable)
	assert.Equal(t, 2*time.Second, unavailable.RetryAfter)

	turn, err := alone.line.turn(t.Context(), alone.Pacer)
	require.NoError(t, err)
	for range 3 {
		turn.End(Answered, 0)
		ended := time.Now()
		turn, err = alone.line.turn(t.Context(), alone.Pacer)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(ended), 3*quick-time.Millisecond)
	}
	turn.End(Answered, 0)

	server.Restart()
	alone.reaches(t, Normal)
	none.reaches(t, Normal)
	for _, p := range []shared{alone, none} {
		turn, err := p.line.turn(t.Context(), p.Pacer)
		require.NoError(t, err)
		turn.End(Answered, 0)
	}
}

func TestBrokenRedisIsLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command []any
		why     string
	}{
		"no memory":        {[]any{"CONFIG", "SET", "maxmemory", "1"}, "it answered OOM"},
		"a copy":           {[]any{"REPLICAOF", "127.0.0.1", "1"}, "it answered READONLY"},
		"another password": {[]any{"CONFIG", "SET", "requirepass", "another"}, "it answered WRONGPASS"},
		"one that hangs":   {[]any{"CLIENT", "PAUSE", "20000", "ALL"}, "no answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			server.Do(c.command...)
			p := with(t, fmt.Sprintf("redis://:hush-hush@127.0.0.1:%d", server.Port), 0)
			assert.Equal(t, "Redis is lost: "+c.why, p.reaches(t, Lost))
		})
	}
}

// TestRedisPermissions: the permissions in docs/proxy.md are enough, even without INFO.
func TestRedisPermissions(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	for _, rights := range [][]any{{"+info"}, nil} {
		server.Do(append([]any{"ACL", "SETUSER", "pace", "reset", "on", ">hush-hush", "~tencent-chat-groups:*",
			"+eval", "+evalsha", "+get", "+set", "+pttl", "+time"}, rights...)...)
		p := with(t, fmt.Sprintf("redis://pace:hush-hush@127.0.0.1:%d", server.Port), 0)
		for _, how := range []Outcome{Throttled, Answered} {
			turn, err := p.line.turn(t.Context(), p.Pacer)
			require.NoError(t, err)
			turn.End(how, 0)
		}
	}
}

// relay is a slow network on the way to a Redis.
type relay struct {
	delay    time.Duration
	listener net.Listener

	mu          sync.Mutex
	connections []net.Conn
}

func newRelay(t *testing.T, to string, delay time.Duration) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{delay: delay, listener: listener}
	t.Cleanup(func() {
		_ = listener.Close() // the test is over
		r.cut()
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			r.mu.Lock()
			r.connections = append(r.connections, near, far)
			r.mu.Unlock()
			go r.copy(near, far)
			go r.copy(far, near)
		}
	}()
	return r
}

// copy forwards each piece after a delay.
func (r *relay) copy(from, to net.Conn) {
	pieces := make(chan func(), 1000)
	defer close(pieces)
	go func() {
		for piece := range pieces {
			piece()
		}
		_ = to.Close() // after the last piece
	}()
	for {
		piece := make([]byte, 32<<10)
		n, err := from.Read(piece)
		due := time.Now().Add(r.delay)
		pieces <- func() {
			time.Sleep(time.Until(due)) // the delay of the network
			_, _ = io.Writer(to).Write(piece[:n])
		}
		if err != nil {
			return
		}
	}
}

// cut breaks all connections.
func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, connection := range r.connections {
		_ = connection.Close() // it may be closed already
	}
	r.connections = nil
}

func TestDistantRedisReconnects(t *testing.T) {
	t.Parallel()
	for _, away := range []time.Duration{140 * time.Millisecond, 900 * time.Millisecond} {
		t.Run(away.String(), func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t, "--requirepass", "hush-hush")
			far := newRelay(t, fmt.Sprintf("127.0.0.1:%d", server.Port), away/2)
			p := with(t, "redis://:hush-hush@"+far.listener.Addr().String(), 0)
			var s service
			var clients sync.WaitGroup
			ctx, stop := context.WithCancel(t.Context())
			s.client(ctx, &clients, p, 1)
			for range 2 {
				s.more(t, 2)
				far.cut()
			}
			s.more(t, 2)
			stop()
			clients.Wait()
			s.check(t)
		})
	}
}
