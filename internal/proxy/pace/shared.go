package pace

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"tencent-chat-groups/internal/proxy/redisclient"
)

//go:embed pace.lua
var script string

// times are what replicas must have in common, beside the interval.
type times struct {
	beat    time.Duration // how often a replica is heard by Redis, whether it calls or not
	timeout time.Duration // how long it waits for an answer
	silent  time.Duration // from when on it counts as silent: it may come to the view that Redis is lost
	alive   time.Duration // how long nobody calls because it is silent
	forget  time.Duration // how long a replica that is not heard keeps its time slot
	guard   time.Duration // kept free beside an interval where nobody knows exactly when others call
	late    time.Duration // how late in its time slot a call may be sent
	slack   time.Duration // from a turn to its call, and from its end to the word of it
}

var usual = times{
	beat:    250 * time.Millisecond,
	timeout: redisclient.Timeout,
	silent:  500 * time.Millisecond, // a beat and a timeout
	alive:   2 * time.Second,
	forget:  10 * time.Second,
	guard:   250 * time.Millisecond,
	late:    50 * time.Millisecond,
	slack:   slack,
}

// message is what a replica tells pace.lua, which explains it.
type message struct {
	Replica string  `json:"replica"`
	Number  int64   `json:"number"`
	Wants   bool    `json:"wants"`
	Calls   int64   `json:"calls,omitempty"`
	Ended   *int64  `json:"ended,omitempty"`
	How     outcome `json:"how,omitempty"`
	Knows   int64   `json:"knows"`
	Bye     bool    `json:"bye"`

	Interval int64 `json:"interval"`
	Doubt    int64 `json:"doubt"`
	Turn     int64 `json:"turn"`
	Silent   int64 `json:"silent"`
	Alive    int64 `json:"alive"`
	Forget   int64 `json:"forget"`
	Beat     int64 `json:"beat"`

	SlowStep int64 `json:"slowStep"`
	SlowMost int64 `json:"slowMost"`
	SlowRuns int64 `json:"slowRuns"`
}

// reply is what pace.lua answers.
type reply struct {
	Granted  bool     `json:"granted"`
	Wait     int64    `json:"wait"`
	Now      int64    `json:"now"`
	View     int64    `json:"view"`
	Replicas []string `json:"replicas"`
	Agreed   bool     `json:"agreed"`
	Slow     int64    `json:"slow"`
	Waiting  int      `json:"waiting"`
}

// teller runs pace.lua with a message, and returns its answer.
type teller func(ctx context.Context, message string) (string, error)

func throughRedis(config Config) teller {
	key := fmt.Sprintf("tencent-chat-groups:{%d}:pace", config.SDKAppID)
	run := redis.NewScript(script)
	return func(ctx context.Context, message string) (string, error) {
		return run.Run(ctx, config.Redis, []string{key}, message).Text()
	}
}

// shared is the gate of replicas that share one pace through Redis, which grants a turn to one of them at a time.
type shared struct {
	config  Config
	times   times
	teller  teller
	replica string
	number  int64

	told    told      // what Redis was told last
	due     time.Time // when it is to be told again, if nothing happens
	heard   time.Time // when it last answered
	waiting int       // replicas in line

	lost time.Time // when Redis did not answer for the first time since it last did; zero while it answers
	why  string    // it does not
	said bool      // in the log that it does not

	slots    slots
	slowness slowness // of all, as Redis told last; in time slots, of this replica alone
	end      time.Time
	untold   *outcome // what came of the call that ended then, until Redis was told
}

// told is what is worth telling at once when it changes.
type told struct{ wants, calls bool }

func newShared(config Config, times times, teller teller) *shared {
	return &shared{
		config: config, times: times, teller: teller, replica: rand.Text(),
		lost: time.Now(), why: "it was not reached yet",
		slots: slots{length: config.Interval + times.guard},
	}
}

func (s *shared) ended(how outcome, at time.Time) {
	if !s.lost.IsZero() {
		s.slowness.note(how)
	}
	if s.untold == nil || *s.untold != throttled { // which must not be lost
		s.untold = &how
	}
	s.end = at
}

func (s *shared) ask(ctx context.Context, inLine bool, until time.Time) verdict {
	now := told{inLine, !until.IsZero()}
	if s.isTime(now) {
		if v, ok := s.tell(ctx, now, until); ok {
			return v
		}
	}
	if s.lost.IsZero() {
		return s.verdict(Shared, time.Until(s.due))
	}
	return s.askAlone(inLine)
}

// isTime tells whether Redis is to be told how things are.
func (s *shared) isTime(now told) bool {
	switch {
	case s.lost.IsZero():
		return now != s.told || s.untold != nil || !time.Now().Before(s.due)
	case time.Now().Before(s.due):
		return false
	}
	// The answer, or the lack of one, must be there when this replica's slot begins.
	slot, ok := s.slot()
	return !now.wants || !ok || time.Until(slot) >= s.times.timeout
}

// tell tells Redis how things are, and returns what that says; ok is false if it does not answer.
func (s *shared) tell(ctx context.Context, now told, until time.Time) (v verdict, ok bool) {
	m := s.message(now, until)
	asked := time.Now()
	answer, err := s.run(ctx, m)
	heard := time.Now()
	if ctx.Err() != nil { // the proxy is stopping, which says nothing of Redis
		return verdict{}, false
	}
	if err != nil {
		s.due = heard.Add(s.times.beat)
		s.note(err, heard)
		return verdict{}, false
	}
	s.due = asked.Add(min(s.times.beat, time.Duration(answer.Wait)*time.Millisecond))
	s.note(nil, heard)
	s.told, s.waiting, s.heard = now, answer.Waiting, heard
	s.untold = nil
	s.slowness = slowness{added: time.Duration(answer.Slow) * time.Millisecond}
	s.slots.learn(answer.View, answer.Replicas, answer.Agreed, time.UnixMilli(answer.Now), asked, heard)
	v = s.verdict(Shared, time.Until(s.due))
	if answer.Granted {
		s.told = told{wants: false, calls: true}
		v.allowed, v.until = true, asked.Add(s.config.CallTimeout+s.times.slack)
	}
	return v, true
}

// message is how things are.
func (s *shared) message(now told, until time.Time) message {
	s.number++
	m := message{
		Replica: s.replica, Number: s.number, Wants: now.wants, Knows: s.slots.view,
		Interval: s.config.Interval.Milliseconds(), Doubt: s.doubt().Milliseconds(),
		Turn:   (s.config.CallTimeout + s.times.slack).Milliseconds(),
		Silent: s.times.silent.Milliseconds(),
		Alive:  s.times.alive.Milliseconds(), Forget: s.times.forget.Milliseconds(), Beat: s.times.beat.Milliseconds(),
		SlowStep: slowStep.Milliseconds(), SlowMost: slowMost.Milliseconds(), SlowRuns: slowRuns,
	}
	if now.calls {
		m.Calls = max(0, time.Until(until).Milliseconds()) + 1
	}
	if s.untold != nil {
		ago := time.Since(s.end).Milliseconds()
		m.Ended, m.How = &ago, *s.untold
	}
	return m
}

func (s *shared) run(ctx context.Context, m message) (r reply, err error) {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	ctx, cancel := context.WithTimeout(ctx, s.times.timeout)
	defer cancel()
	answer, err := s.teller(ctx, string(text))
	if err == nil {
		err = json.Unmarshal([]byte(answer), &r)
	}
	return r, err
}

// note keeps whether Redis answered.
func (s *shared) note(err error, now time.Time) {
	if err == nil {
		if !s.lost.IsZero() {
			s.lost, s.said = time.Time{}, false
			s.config.Logger.Info("Redis answers: the pace is shared")
		}
		return
	}
	s.why = redisclient.Reason(err)
	if s.lost.IsZero() {
		s.lost = now
	}
	if !s.said {
		s.said = true
		s.config.Logger.Warn("Redis does not answer: replicas that know each other call in time slots of their own",
			slog.String("why", s.why))
	}
}

// askAlone tells whether a call may be made without Redis.
func (s *shared) askAlone(inLine bool) verdict {
	now := time.Now()
	slot, known := s.slot()
	if !known {
		v := s.verdict(Lost, time.Until(s.due))
		if late := time.Until(s.free()); late > 0 { // it may be back soon
			v.wait = min(v.wait, late)
		} else {
			v.refused = &UnavailableError{RetryAfter: 2 * time.Second, Why: v.why}
		}
		return v
	}
	if !inLine {
		return s.verdict(Alone, s.due.Sub(now))
	}
	wait := slot.Sub(now)
	if wait <= 0 {
		v := s.verdict(Alone, 0)
		v.allowed, v.until = true, now.Add(s.config.CallTimeout+s.times.slack)
		return v
	}
	// Redis is asked once more just before the slot.
	if before := slot.Add(-s.times.timeout); before.After(now) {
		wait = before.Sub(now)
		if before.Before(s.due) {
			s.due = before
		}
		wait = min(wait, s.due.Sub(now))
	}
	return s.verdict(Alone, wait)
}

// free is when the last call that Redis can have allowed has arrived so long ago that another may be made: Redis allows none when it
// is gone, nor once this replica is silent.
func (s *shared) free() time.Time {
	last := s.lost
	if silent := s.heard.Add(s.times.silent); silent.After(last) {
		last = silent
	}
	return last.Add(s.doubt())
}

// doubt is how long nobody calls where others may just have called, or be about to, without anybody's knowing: an interval, but not
// less than it takes until all have failed to reach Redis, or have reached it, and then said that they call.
func (s *shared) doubt() time.Duration {
	return max(s.config.Interval, 2*s.times.silent) + s.times.guard
}

// slot is when this replica's next time slot begins, or began if it is not too late to call in it. ok is false if it has none.
func (s *shared) slot() (begin time.Time, ok bool) {
	earliest := s.free()
	if !s.end.IsZero() {
		pause := s.config.Interval
		if s.slowness.added > 0 { // each of the others waits as long
			pause = (s.config.Interval + s.slowness.added) * time.Duration(len(s.slots.names))
		}
		if after := s.end.Add(pause); after.After(earliest) {
			earliest = after
		}
	}
	if onTime := time.Now().Add(-s.times.late); onTime.After(earliest) {
		earliest = onTime
	}
	return s.slots.next(s.replica, earliest)
}

func (s *shared) verdict(mode Mode, wait time.Duration) verdict {
	v := verdict{mode: mode, wait: max(0, wait), why: s.why}
	if s.slots.agreed {
		v.agreed = len(s.slots.names)
	}
	switch mode {
	case Shared:
		v.turn = (s.config.Interval + s.slowness.added) * time.Duration(max(1, s.waiting))
		v.why = fmt.Sprintf("shared with %d other replicas", len(s.slots.names)-1)
	case Alone:
		v.turn = s.slots.cycle()
	case Lost:
		v.why = cmp.Or(s.why, "it is lost") + ", and the other replicas are not known for sure"
	}
	return v
}

func (s *shared) close(until time.Time) {
	m := s.message(told{calls: !until.IsZero()}, until)
	m.Bye = true
	_, _ = s.run(context.Background(), m) // else the others find out
}
