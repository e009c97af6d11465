package pace

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"tencent-chat-groups/internal/proxy/redisclient"
)

//go:embed shared.lua
var script string

const (
	// beatEvery is how often a replica is heard by Redis, whether it calls or not.
	beatEvery = 300 * time.Millisecond
	// aliveFor is how long a replica counts as alive, and what Redis holds as true, after the last beat.
	aliveFor = time.Second
	// settledAfter is how long the list of replicas must not have changed for all of them to know the same one.
	settledAfter = 3 * beatEvery
	// forgetAfter is how long a replica that is not heard keeps its time slot.
	forgetAfter = 10 * time.Second
	// pollEvery is how often the first of this replica's line asks while another one calls.
	pollEvery = 100 * time.Millisecond
	// guardTime is kept free beside an interval where nobody knows exactly when others called: at the start of what Redis knows, and
	// between the time slots of replicas that have lost it.
	guardTime = 250 * time.Millisecond
	// onTime is how late in its time slot a call may be sent.
	onTime = guardTime / 4
)

// shared is the gate of replicas that share one pace through Redis. One of them at a time has the lease, and calls.
//
// When Redis is lost, each replica goes on by itself, in time slots: an interval and the guard long, one after the other for all
// replicas in the order of their names. When they begin is told by the clock of the Redis that was lost, which each replica knows
// from the last beat and keeps up by its own. So nobody calls into another's slot, as long as all know the same list of replicas:
// a replica whose list changed just before Redis was lost makes no calls until Redis is back.
type shared struct {
	config  Config
	replica string
	script  *redis.Script
	stop    context.CancelFunc
	stopped chan struct{}

	telling sync.Mutex // one question to Redis at a time, so that a beat cannot overtake the answer to a question

	mu          sync.Mutex
	calling     bool
	alone       bool      // the call under way was made in a time slot
	heard       time.Time // when Redis answered last
	lost        time.Time // when it did not answer for the first time since; zero while it answers
	why         string    // it does not
	redisNow    time.Time // the clock of Redis when it was last read closely,
	redisNowAt  time.Time // and when that was
	replicas    []string  // those that Redis knew, in order
	changed     time.Time // when that list last changed
	lastAlone   time.Time // when a call of a time slot ended
	ownSlowness slowness  // for time slots: the shared one is in Redis
}

func newShared(config Config) *shared {
	ctx, stop := context.WithCancel(context.Background())
	s := &shared{
		config: config, replica: rand.Text(), script: redis.NewScript(script), stop: stop, stopped: make(chan struct{}),
		lost: time.Now(), why: "it was not reached yet",
	}
	_, _ = s.tell(ctx, "beat") // so that the state is known from the start
	go s.beat(ctx)
	return s
}

// beat lets Redis hear of this replica until ctx is done.
func (s *shared) beat(ctx context.Context) {
	defer close(s.stopped)
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_, _ = s.tell(ctx, "beat") // tell notes what went wrong
		}
	}
}

func (s *shared) close() {
	s.stop()
	<-s.stopped
	_, _ = s.tell(context.Background(), "bye") // else the others find out
}

// said is what the script answers.
type said struct {
	granted bool
	wait    time.Duration
}

// tell runs the script. What says what it does: see shared.lua. A beat of a replica that calls is "calling".
func (s *shared) tell(ctx context.Context, what string) (said, error) {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	if what == "beat" && s.calling {
		what = "calling"
	}
	s.mu.Unlock()

	asking, cancel := context.WithTimeout(ctx, redisclient.Timeout)
	defer cancel()
	began := time.Now()
	prefix := fmt.Sprintf("tencent-chat-groups:{%d}:", s.config.SDKAppID)
	answer, err := s.script.Run(asking, s.config.Redis, []string{prefix + "pace", prefix + "replicas", prefix + "line"},
		what, s.replica, s.config.Interval.Milliseconds(), guardTime.Milliseconds(), (s.config.CallTimeout + time.Second).Milliseconds(),
		aliveFor.Milliseconds(), forgetAfter.Milliseconds()).Slice()
	if ctx.Err() != nil { // whoever asked has gone, which says nothing of Redis
		return said{}, ctx.Err()
	}
	var numbers [3]int64
	var replicas []string
	for i, value := range answer {
		number, isNumber := value.(int64)
		name, isName := value.(string)
		switch {
		case i < len(numbers) && isNumber:
			numbers[i] = number
		case i >= len(numbers) && isName:
			replicas = append(replicas, name)
		case err == nil:
			err = errors.New("the script's answer is not what it should be")
		}
	}
	s.note(began, err, time.UnixMilli(numbers[2]), replicas)
	if err != nil {
		return said{}, err
	}
	result := said{numbers[0] == 1, time.Duration(numbers[1]) * time.Millisecond}
	if what == "ask" && result.granted {
		s.mu.Lock()
		s.calling, s.alone = true, false
		s.mu.Unlock()
	}
	return result, nil
}

// note keeps what an answer of Redis, or its lack, tells.
func (s *shared) note(began time.Time, err error, redisNow time.Time, replicas []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if err != nil {
		s.why = err.Error()
		if s.lost.IsZero() {
			s.lost = now
			s.config.Logger.Warn("Redis does not answer: calls go into time slots of each replica's own", slog.String("why", s.why))
		}
		return
	}
	if !s.lost.IsZero() {
		s.lost = time.Time{}
		s.config.Logger.Info("Redis answers: the pace is shared", slog.Int("replicas", len(replicas)))
	}
	s.heard = now
	if now.Sub(began) <= onTime || s.redisNowAt.IsZero() {
		s.redisNow, s.redisNowAt = redisNow, now
	}
	slices.Sort(replicas)
	if !slices.Equal(replicas, s.replicas) {
		s.replicas, s.changed = replicas, now
	}
}

func (s *shared) enter(ctx context.Context) error {
	for {
		answer, err := s.tell(ctx, "ask")
		switch {
		case ctx.Err() != nil:
			s.leaveLine()
			return ctx.Err()
		case err != nil:
			err = s.enterAlone(ctx)
			if err == nil || !errors.Is(err, errRedisIsBack) {
				return err
			}
		case answer.granted:
			return nil
		default:
			if err := sleep(ctx, min(answer.wait, pollEvery)); err != nil {
				s.leaveLine()
				return err
			}
		}
	}
}

// leaveLine lets others of the line go first.
func (s *shared) leaveLine() { _, _ = s.tell(context.Background(), "leave line") }

var errRedisIsBack = errors.New("Redis is back")

// enterAlone waits for a time slot, while Redis stays lost.
func (s *shared) enterAlone(ctx context.Context) error {
	for {
		slot, err := s.slot(time.Now())
		if err != nil {
			return err
		}
		// Redis is asked once more just before the slot: its answer, or the lack of one, is there when that begins.
		if err := sleep(ctx, time.Until(slot)-2*redisclient.Timeout); err != nil {
			return err
		}
		if _, err := s.tell(ctx, "beat"); err == nil {
			return errRedisIsBack
		}
		if err := sleep(ctx, time.Until(slot)); err != nil {
			return err
		}
		if time.Since(slot) > onTime {
			continue // held up: the call would come close to the next one's
		}
		s.mu.Lock()
		back := s.lost.IsZero() // a beat came through meanwhile
		if !back {
			s.calling, s.alone = true, true
		}
		s.mu.Unlock()
		if back {
			return errRedisIsBack
		}
		return nil
	}
}

// slot is when this replica's next time slot begins, or an *UnavailableError.
func (s *shared) slot(now time.Time) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := slices.Index(s.replicas, s.replica)
	if own < 0 || s.heard.Sub(s.changed) < settledAfter {
		return time.Time{}, &UnavailableError{RetryAfter: 2 * time.Second, Why: cmp.Or(s.why, "Redis is lost") + ", and the other replicas are not known for sure"}
	}
	length := s.config.Interval + guardTime
	// The last call that Redis allowed may have been sent just before it was lost, and beats must have told everybody.
	earliest := s.lost.Add(2 * length)
	if after := s.lastAlone.Add(length + s.ownSlowness.added); !s.lastAlone.IsZero() && after.After(earliest) {
		earliest = after
	}
	if soon := now.Add(2 * redisclient.Timeout); soon.After(earliest) {
		earliest = soon // so that there is time to ask Redis first
	}
	// All on the clock of Redis, whose zero is when the first cycle of slots began.
	cycle := length * time.Duration(len(s.replicas))
	at := s.redisNow.Add(earliest.Sub(s.redisNowAt)).UnixNano()
	begin := at - at%int64(cycle) + int64(length)*int64(own)
	if begin < at {
		begin += int64(cycle)
	}
	return earliest.Add(time.Duration(begin - at)), nil
}

func (s *shared) leave(how outcome) {
	s.mu.Lock()
	s.calling = false
	if s.alone {
		s.lastAlone = time.Now()
		s.ownSlowness.note(how)
	}
	s.mu.Unlock()
	_, _ = s.tell(context.Background(), string(how)) // if Redis does not hear of it, a beat tells, or its lease ends
}

func (s *shared) mode() (Mode, string) {
	s.mu.Lock()
	lost, why, others := !s.lost.IsZero(), s.why, len(s.replicas)-1
	s.mu.Unlock()
	if !lost {
		return Shared, fmt.Sprintf("shared with %d other replicas", others)
	}
	if _, err := s.slot(time.Now()); err != nil {
		return Lost, err.Error()
	}
	return Alone, why
}
