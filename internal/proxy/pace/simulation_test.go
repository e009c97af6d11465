package pace

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	firstSeed = flag.Uint64("seed", 1, "seed of the first simulation")
	seeds     = flag.Uint64("seeds", 12, "number of simulations")
)

// world is an app's service, a Redis that runs the real script, and replicas, in virtual time.
type world struct {
	t      *testing.T
	seed   uint64
	config Config

	mu       sync.Mutex
	dice     *rand.Rand // of Redis and its network
	redis    *luaRedis
	up       bool
	latency  time.Duration // maximum of one way
	faults   int           // percent of messages that something happens to
	arrivals []arrival
	log      []string
	replicas int
	running  sync.WaitGroup
}

type arrival struct {
	at      time.Time
	replica string
}

func newWorld(t *testing.T, seed uint64) *world {
	return &world{
		t: t, seed: seed, dice: rand.New(rand.NewPCG(seed, 0)), redis: newLuaRedis(t), up: true,
		latency: 5 * time.Millisecond,
		config: Config{
			Interval: []time.Duration{time.Second, time.Second / 4, time.Second}[seed%3], CallTimeout: 7 * time.Second,
			MaxWait: 30 * time.Second,
			Logger:  slog.New(slog.DiscardHandler),
		},
	}
}

func (w *world) note(format string, args ...any) {
	w.log = append(w.log, time.Now().Format("04:05.000 ")+fmt.Sprintf(format, args...))
}

func (w *world) with(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

func (w *world) roll(n int) (rolled int) {
	w.with(func() { rolled = w.dice.IntN(n) })
	return rolled
}

func (w *world) way() (long time.Duration) {
	w.with(func() { long = time.Duration(w.dice.IntN(int(w.latency) + 1)) })
	return long
}

// tell sends a message of a replica to Redis. The message and its reply may be lost, late or doubled.
func (w *world) tell(ctx context.Context, message []any) (reply []int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if sleep(ctx, w.way()) != nil {
		return nil, ctx.Err()
	}
	run := func() (reply []int64) {
		w.with(func() {
			if w.up {
				reply = w.redis.run(message)
			}
		})
		return reply
	}
	var fault, faults int
	w.with(func() { fault, faults = w.dice.IntN(100), w.faults })
	switch {
	case fault >= faults:
		reply = run()
	case fault%4 == 0: // lost, or long under way
		if long := time.Duration(w.roll(20)) * time.Second; long > 0 {
			go func() {
				time.Sleep(long)
				run()
			}()
		}
		<-ctx.Done()
		return nil, ctx.Err()
	case fault%4 == 1: // the reply is lost
		run()
		<-ctx.Done()
		return nil, ctx.Err()
	case fault%4 == 2: // the reply is late
		reply = run()
		time.Sleep(time.Duration(w.roll(3000)) * time.Millisecond)
	default: // it arrives twice
		reply = run()
		go func() {
			time.Sleep(time.Duration(w.roll(20_000)) * time.Millisecond)
			run()
		}()
	}
	if reply == nil {
		return nil, syscall.ECONNREFUSED
	}
	if err := sleep(ctx, w.way()); err != nil {
		return nil, err
	}
	return reply, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// waiters is a line in order of arrival.
type waiters struct {
	mu  sync.Mutex
	all []chan any // gets a Turn or an error
}

func (l *waiters) Callers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

func (l *waiters) Give(turn Turn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return false
	}
	l.all[0] <- turn
	l.all = l.all[1:]
	return true
}

func (l *waiters) Refuse(err *Unavailable) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, waiter := range l.all {
		waiter <- error(err)
	}
	l.all = nil
}

// turn waits for a turn.
func (l *waiters) turn(ctx context.Context, p *Pacer) (Turn, error) {
	waiter := make(chan any, 1)
	l.mu.Lock()
	l.all = append(l.all, waiter)
	l.mu.Unlock()
	p.Wake()
	var got any
	select {
	case got = <-waiter:
	case <-ctx.Done():
		l.mu.Lock()
		l.all = slices.DeleteFunc(l.all, func(w chan any) bool { return w == waiter })
		l.mu.Unlock()
		p.Wake()
		select {
		case got = <-waiter:
		default:
			return Turn{}, ctx.Err()
		}
	}
	if turn, ok := got.(Turn); ok {
		return turn, nil
	}
	return Turn{}, got.(error)
}

// replica is a process with a Pacer.
type replica struct {
	*Pacer
	line  *waiters
	world *world
	name  string
	died  context.Context // done when it is killed
	kill  context.CancelFunc
	dice  *rand.Rand
}

func (w *world) start() *replica {
	r := &replica{world: w, line: &waiters{}}
	w.with(func() {
		w.replicas++
		r.name = fmt.Sprintf("r%02d", w.replicas)
		w.note("%s starts", r.name)
		r.dice = rand.New(rand.NewPCG(w.seed, uint64(w.replicas)))
	})
	r.died, r.kill = context.WithCancel(context.Background())
	l := newLease(w.config)
	l.run = func(ctx context.Context, _ string, message ...any) ([]int64, error) {
		if r.died.Err() != nil {
			return nil, errors.New("killed")
		}
		return w.tell(ctx, message)
	}
	l.replica = r.name
	r.Pacer = start(w.config, r.line, l.ask)
	return r
}

// die ends the replica like a crash: it reports nothing, and a call under way still arrives.
func (r *replica) die() {
	r.world.with(func() { r.world.note("%s dies", r.name) })
	r.kill()
	r.Close()
}

// client makes calls until ctx is done. Each arrives and ends at any time that its turn allows.
func (r *replica) client(ctx context.Context, slowest time.Duration) {
	w, dice := r.world, rand.New(rand.NewPCG(r.world.seed, r.dice.Uint64()))
	w.running.Go(func() {
		for ctx.Err() == nil && r.died.Err() == nil {
			_ = sleep(ctx, time.Duration(dice.IntN(500))*time.Millisecond) // the loop looks at ctx
			asking, cancel := context.WithTimeout(ctx, w.config.MaxWait)
			asked := time.Now()
			turn, err := r.line.turn(asking, r.Pacer)
			cancel()
			if err != nil {
				var unavailable *Unavailable
				if errors.As(err, &unavailable) {
					assert.Positive(w.t, unavailable.RetryAfter)
				}
				_ = sleep(ctx, time.Second) // the loop looks at ctx
				continue
			}
			assert.LessOrEqual(w.t, time.Since(asked), w.config.MaxWait)
			if dice.IntN(20) == 0 {
				turn.End(Unused, 0)
				continue
			}
			w.with(func() { w.note("%s sends", r.name) })
			ends := time.Now().Add(w.config.CallTimeout)
			if turn.Until.Before(ends) {
				ends = turn.Until
			}
			out, back := time.Duration(dice.Int64N(int64(slowest))), time.Duration(dice.Int64N(int64(slowest)))
			if dice.IntN(15) == 0 {
				back = time.Hour // no response comes
			}
			if out > time.Until(ends) {
				time.Sleep(time.Until(ends))
				turn.End(Abandoned, 0)
				continue
			}
			time.Sleep(out)
			w.with(func() {
				w.arrivals = append(w.arrivals, arrival{time.Now(), r.name})
				w.note("%s's call arrives", r.name)
			})
			how, pause := Answered, time.Duration(0)
			if back > time.Until(ends) {
				back, how = time.Until(ends), Abandoned
			} else if dice.IntN(20) == 0 {
				how = Throttled
			} else if dice.IntN(40) == 0 {
				pause = time.Duration(dice.IntN(10)) * time.Second
			}
			time.Sleep(back)
			turn.End(how, pause)
		}
	})
}

// check fails the test if two calls arrived too close to each other.
func (w *world) check() {
	for i := 1; i < len(w.arrivals); i++ {
		if gap := w.arrivals[i].at.Sub(w.arrivals[i-1].at); gap < w.config.Interval {
			near := w.arrivals[i].at.Add(-30 * time.Second).Format("04:05.000")
			from, _ := slices.BinarySearch(w.log, near)
			w.t.Log(strings.Join(w.log[from:], "\n"))
			require.GreaterOrEqual(w.t, gap, w.config.Interval, "seed %d: the call of %s came too soon after that of %s",
				w.seed, w.arrivals[i].replica, w.arrivals[i-1].replica)
		}
	}
}

// disturb does something to Redis, its network or its state.
func (w *world) disturb(dice *rand.Rand) {
	long := time.Duration(dice.IntN(8000)) * time.Millisecond
	var saved string
	w.with(func() { saved = w.redis.state })
	switch dice.IntN(7) {
	case 0:
		w.with(func() { w.note("messages get lost for %v", long); w.faults = 30 })
		time.Sleep(long)
		w.with(func() { w.faults = 0 })
	case 1:
		w.with(func() { w.note("Redis takes up to a second for %v", long); w.latency = time.Second / 2 })
		time.Sleep(3 * long)
		w.with(func() { w.latency = 5 * time.Millisecond })
	case 2:
		time.Sleep(long / 8)
		w.with(func() { w.note("Redis is killed for %v, and restored from a snapshot", long/4); w.up = false })
		time.Sleep(long / 4)
		w.with(func() {
			w.up, w.redis.state = true, saved
			w.redis.process++
			w.redis.skew += time.Duration(dice.IntN(20_000)-10_000) * time.Millisecond
		})
	case 3:
		w.with(func() { w.note("Redis is killed for %v", long); w.up = false })
		time.Sleep(long)
		w.with(func() { w.up, w.redis.state = true, ""; w.redis.process++ })
	case 4:
		w.with(func() { w.note("Redis cannot be reached for %v", long); w.up = false })
		time.Sleep(long)
		w.with(func() { w.up = true })
	case 5:
		w.with(func() { w.note("the clock of Redis is set back"); w.redis.skew -= long })
	case 6:
		w.with(func() {
			garbage := []string{"", "x", "[]", "null", `{"format":2}`, "another type"}
			garbage = append(garbage, strings.Replace(saved, `"replicas":{`, `"replicas":{"x":7,`, 1),
				strings.ReplaceAll(saved, `"heard"`, `"y"`))
			w.redis.state = garbage[dice.IntN(len(garbage))]
			w.redis.wrongType = w.redis.state == "another type"
			w.note("the state is replaced by %q", w.redis.state)
		})
	}
}

func TestSimulatedPace(t *testing.T) {
	calls := 0
	for seed := *firstSeed; seed < *firstSeed+*seeds; seed++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seed)
			dice := rand.New(rand.NewPCG(seed, 1<<32))
			ctx, cancel := context.WithCancel(t.Context())
			var all []*replica
			begin := func() {
				r := w.start()
				all = append(all, r)
				for range 1 + dice.IntN(3) {
					r.client(ctx, []time.Duration{100 * time.Millisecond, 4 * time.Second}[dice.IntN(2)])
				}
			}
			for range 1 + dice.IntN(4) {
				begin()
			}
			for range 12 {
				time.Sleep(time.Duration(dice.IntN(20_000)) * time.Millisecond)
				w.disturb(dice)
				switch n := dice.IntN(len(all)); {
				case dice.IntN(3) > 0:
				case dice.IntN(2) == 0 || len(all) > 5:
					all[n].die()
					all = slices.Delete(all, n, n+1)
					begin()
				default:
					begin()
				}
			}
			// Whatever happened, pages are listed again soon.
			time.Sleep(15 * time.Second)
			var before int
			w.with(func() { before = len(w.arrivals) })
			time.Sleep(60 * time.Second)
			w.with(func() {
				assert.Greater(t, len(w.arrivals), before+4, "seed %d: calls stay away", seed)
			})
			for _, r := range all {
				mode, why := r.Mode()
				assert.Less(t, mode, Reduced, "seed %d: %s", seed, why)
			}
			cancel()
			w.running.Wait()
			for _, r := range all {
				r.Close()
			}
			w.check()
			calls += len(w.arrivals)
		})
	}
	t.Logf("seeds %d to %d: %d calls", *firstSeed, *firstSeed+*seeds-1, calls)
}
