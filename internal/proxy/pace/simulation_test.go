package pace

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
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
	seeds     = flag.Uint64("seeds", 12, "how many simulations")
)

// world is an app's service, a Redis, and replicas that call the one and ask the other, in virtual time.
type world struct {
	t      *testing.T
	seed   uint64
	config Config

	mu       sync.Mutex
	dice     *rand.Rand // of Redis
	redis    *luaRedis
	up       bool
	hangs    bool
	pending  []pending // what a Redis that hangs will run when it goes on
	lossy    bool      // answers are lost now and then
	runs     int
	arrivals []arrival
	log      []string
	replicas int
	ended    sync.WaitGroup
}

type pending struct {
	message string
	answer  chan string
}

type arrival struct {
	at      time.Time
	replica string
	mode    Mode
}

func newWorld(t *testing.T, seed uint64) *world {
	return &world{
		t: t, seed: seed, dice: rand.New(rand.NewPCG(seed, 0)), redis: newLuaRedis(t), up: true,
		config: Config{Interval: []time.Duration{time.Second, time.Second / 4, time.Second}[seed%3], Queue: 10, CallTimeout: 7 * time.Second, Logger: slog.New(slog.DiscardHandler)},
	}
}

func (w *world) note(format string, args ...any) {
	w.log = append(w.log, time.Now().Format("04:05.000 ")+fmt.Sprintf(format, args...))
}

// ask is a teller of a replica that can reach Redis.
func (w *world) ask(ctx context.Context, message string) (string, error) {
	w.mu.Lock()
	out, back, lost := w.between(0, 10), w.between(0, 10), w.lossy && w.dice.IntN(20) == 0
	w.mu.Unlock()
	time.Sleep(out)
	w.mu.Lock()
	if !w.up {
		w.mu.Unlock()
		return "", syscall.ECONNREFUSED
	}
	if w.hangs {
		waits := pending{message, make(chan string, 1)}
		w.pending = append(w.pending, waits)
		w.mu.Unlock()
		select {
		case answer := <-waits.answer:
			return answer, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	answer := w.redis.run(message)
	w.runs++
	w.mu.Unlock()
	if lost {
		<-ctx.Done()
	} else if sleep(ctx, back) == nil {
		return answer, nil
	}
	return "", ctx.Err()
}

func (w *world) between(lowMs, highMs int) time.Duration {
	return time.Duration(lowMs*1000+w.dice.IntN((highMs-lowMs)*1000)) * time.Microsecond
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// replica is a process with a Pacer.
type replica struct {
	*Pacer
	world *world
	name  string
	died  context.Context // done when it is killed
	kill  context.CancelFunc
	dice  *rand.Rand
}

func (w *world) start() *replica {
	w.mu.Lock()
	w.replicas++
	name := fmt.Sprintf("r%02d", w.replicas)
	seed := uint64(w.replicas)
	w.note("%s starts", name)
	w.mu.Unlock()
	r := &replica{world: w, name: name, dice: rand.New(rand.NewPCG(w.seed, seed))}
	r.died, r.kill = context.WithCancel(context.Background())
	gate := newShared(w.config, usual, func(ctx context.Context, message string) (string, error) {
		if r.died.Err() != nil {
			return "", errors.New("killed")
		}
		return w.ask(ctx, message)
	})
	gate.replica = name
	r.Pacer = newPacer(w.config, gate)
	return r
}

// die ends the replica as a crash does: nobody is told, and a call that was sent arrives nevertheless.
func (r *replica) die() {
	r.world.mu.Lock()
	r.world.note("%s dies", r.name)
	r.world.mu.Unlock()
	r.kill()
	r.Close()
}

// way is how a call travels.
type way func(dice *rand.Rand) (out, back time.Duration)

// client calls in turn until ctx is done.
func (r *replica) client(ctx context.Context, patience time.Duration, pauseMs int, travels way) {
	dice := rand.New(rand.NewPCG(r.world.seed, r.dice.Uint64()))
	r.world.ended.Go(func() {
		for ctx.Err() == nil && r.died.Err() == nil {
			if pauseMs > 0 {
				_ = sleep(ctx, time.Duration(dice.IntN(pauseMs))*time.Millisecond) // the loop looks at ctx
			}
			asking, cancel := context.WithTimeout(ctx, time.Second+time.Duration(dice.Int64N(int64(patience))))
			turn, err := r.Turn(asking)
			cancel()
			if err != nil {
				_ = sleep(ctx, time.Second) // the loop looks at ctx
				continue
			}
			mode, _ := r.Mode()
			out, back := travels(dice)
			if dice.IntN(20) == 0 {
				turn.Unused()
				continue
			}
			r.world.mu.Lock()
			r.world.note("%s sends, mode %d", r.name, mode)
			r.world.mu.Unlock()
			limit := time.Now().Add(r.world.config.CallTimeout)
			time.Sleep(min(out, r.world.config.CallTimeout))
			if out <= r.world.config.CallTimeout {
				r.world.arrived(arrival{time.Now(), r.name, mode})
			}
			time.Sleep(min(back, time.Until(limit)))
			if time.Now().Before(limit) {
				turn.Answered(false)
			} else {
				turn.GivenUp()
			}
		}
	})
}

func (w *world) arrived(a arrival) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.arrivals = append(w.arrivals, a)
	w.note("%s's call arrives", a.replica)
}

// check fails the test if two calls arrived too close to each other.
func (w *world) check() {
	for i, a := range w.arrivals {
		if i > 0 && a.at.Sub(w.arrivals[i-1].at) < w.config.Interval {
			near := a.at.Add(-12 * time.Second).Format("04:05.000")
			from, _ := slices.BinarySearch(w.log, near)
			for _, line := range w.log[from:] {
				w.t.Log(line)
				if line > a.at.Format("04:05.001") {
					break
				}
			}
			require.GreaterOrEqual(w.t, a.at.Sub(w.arrivals[i-1].at), w.config.Interval,
				"seed %d: the call of %s in mode %d came this soon after that of %s in mode %d",
				w.seed, a.replica, a.mode, w.arrivals[i-1].replica, w.arrivals[i-1].mode)
		}
	}
}

// disturb does something to Redis, and undoes it.
func (w *world) disturb(dice *rand.Rand) {
	for range dice.IntN(4) + 1 {
		long := time.Duration(dice.IntN(7000)) * time.Millisecond
		if dice.IntN(2) == 0 {
			long /= 10
		}
		w.mu.Lock()
		switch dice.IntN(5) {
		case 0:
			w.note("Redis hangs for %v", long)
			w.hangs = true
			w.mu.Unlock()
			time.Sleep(long)
			w.mu.Lock()
			w.note("Redis goes on")
			w.hangs = false
			dice.Shuffle(len(w.pending), func(i, j int) { w.pending[i], w.pending[j] = w.pending[j], w.pending[i] })
			for _, waits := range w.pending {
				waits.answer <- w.redis.run(waits.message)
			}
			w.pending = nil
		case 1:
			saved, ago := w.redis.state, time.Duration(dice.IntN(500))*time.Millisecond
			w.mu.Unlock()
			time.Sleep(ago)
			w.mu.Lock()
			w.note("Redis is killed for %v, and restored as it was %v before", long, ago)
			w.up = false
			w.mu.Unlock()
			time.Sleep(long)
			w.mu.Lock()
			w.redis.state = saved
			w.redis.process++
			w.redis.skew += time.Duration(dice.IntN(20000)-10000) * time.Millisecond * time.Duration(dice.IntN(2))
			w.up = true
			w.note("Redis is back, its clock off by %v", w.redis.skew)
		case 2:
			w.note("Redis is killed for %v", long)
			w.up = false
			w.mu.Unlock()
			time.Sleep(long)
			w.mu.Lock()
			w.redis.state = ""
			w.redis.process++
			w.up = true
			w.note("Redis is back, empty")
		case 3:
			w.note("Redis loses answers for %v", long)
			w.lossy = true
			w.mu.Unlock()
			time.Sleep(long)
			w.mu.Lock()
			w.lossy = false
		case 4:
			w.note("Redis cannot be reached for %v", long)
			w.up = false
			w.mu.Unlock()
			time.Sleep(long)
			w.mu.Lock()
			w.up = true
			w.note("Redis can be reached")
		}
		w.mu.Unlock()
		time.Sleep(time.Duration(dice.IntN(1500)) * time.Millisecond)
	}
}

// swift is a line on which calls arrive within the guard time, while their answers may take long, or never come.
func swift(dice *rand.Rand) (out, back time.Duration) {
	out, back = time.Duration(1+dice.IntN(150))*time.Millisecond, time.Duration(1+dice.IntN(300))*time.Millisecond
	switch dice.IntN(20) {
	case 0:
		back = time.Duration(dice.IntN(6000)) * time.Millisecond
	case 1:
		back = time.Hour
	}
	return out, back
}

// slow is a line on which anything may take long.
func slow(dice *rand.Rand) (out, back time.Duration) {
	return time.Duration(dice.IntN(3000)) * time.Millisecond, time.Duration(dice.IntN(5000)) * time.Millisecond
}

func TestWithRedisThatLivesNoCallArrivesTooEarlyOnAnyLineAndNoReplicaStarves(t *testing.T) {
	for seed := *firstSeed; seed < *firstSeed+*seeds/4; seed++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seed)
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			var all []*replica
			for range 2 + seed%3 {
				r := w.start()
				all = append(all, r)
				for range 1 + r.dice.IntN(4) {
					r.client(ctx, time.Hour, 10, slow)
				}
			}
			w.ended.Wait()
			calls := map[string]int{}
			for _, a := range w.arrivals {
				calls[a.replica]++
				assert.Equal(t, Shared, a.mode)
			}
			w.check()
			for _, r := range all {
				assert.Greater(t, calls[r.name], len(w.arrivals)/len(all)/2, "seed %d: %v", seed, calls)
				r.Close()
			}
			assert.Greater(t, len(w.arrivals), 20, "seed %d", seed)
		})
	}
}

func TestNoCallArrivesTooEarlyWhateverHappensToRedisAndReplicas(t *testing.T) {
	var shared, alone int
	for seed := *firstSeed; seed < *firstSeed+*seeds; seed++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seed)
			dice := rand.New(rand.NewPCG(seed, 1<<32))
			ctx, cancel := context.WithCancel(t.Context())
			var all []*replica
			start := func() {
				r := w.start()
				all = append(all, r)
				for range 1 + dice.IntN(3) {
					r.client(ctx, 20*time.Second, 1+dice.IntN(3000), swift)
				}
			}
			for range 1 + dice.IntN(4) {
				start()
				time.Sleep(time.Duration(dice.IntN(500)) * time.Millisecond)
			}
			for range 12 {
				time.Sleep(time.Duration(dice.IntN(15000)) * time.Millisecond)
				w.disturb(dice)
				switch n := dice.IntN(len(all)); {
				case dice.IntN(3) > 0:
				case dice.IntN(2) == 0 || len(all) > 5:
					all[n].die()
					all = slices.Delete(all, n, n+1)
					start()
				default:
					start()
				}
			}
			time.Sleep(20 * time.Second)
			for _, r := range all {
				mode, why := r.Mode()
				assert.Equal(t, Shared, mode, "seed %d: %s", seed, why)
			}
			cancel()
			w.ended.Wait()
			for _, r := range all {
				r.Close()
			}
			w.check()
			for _, a := range w.arrivals {
				if a.mode == Shared {
					shared++
				} else {
					alone++
				}
			}
		})
	}
	t.Logf("%d calls through Redis, %d in time slots", shared, alone)
	assert.Greater(t, alone, int(*seeds), "else the time slots are not tested")
}
