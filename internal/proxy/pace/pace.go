// Package pace lets the replicas of the proxy call the service one after the other.
//
// The service allows one call a second for an app, and what counts is when calls arrive there, which nobody here can see. What is
// known: a call has arrived when the headers of its answer come. So one call is under way at a time, and the next is sent an interval
// after the answer to the one before, or after that was given up. That costs a round trip a call, and is right on every line. (The
// engine of the npm package, which has but one user, saves the round trip: core/pacer.go says how.)
//
// A Pacer has a line of callers, first come, first served, and a gate that says when the first of them may call. local.go is the gate
// of a proxy that is alone. shared.go is that of replicas with a Redis between them: all that they agree on is decided in pace.lua, and
// slots.go says what they do without Redis.
package pace

import (
	"container/list"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Turn is the right to make one call. One of its methods must be called, once; of several calls the first counts. A turn that is not
// ended is given up some time after a call would be.
type Turn interface {
	Answered(throttled bool) // an answer came; throttled if it says that the call came too early
	GivenUp()                // no answer came: the call may arrive as late as now
	Unused()                 // no call was made: the next one may be made at once
}

// Config says what a Pacer is for.
type Config struct {
	SDKAppID    uint32
	Interval    time.Duration // least time between the arrivals of two calls
	Queue       int           // how many may wait
	CallTimeout time.Duration // how long a call may take
	Redis       *redis.Client // nil for a proxy that is alone
	Logger      *slog.Logger
}

// FullError says that too many wait already.
type FullError struct{ RetryAfter time.Duration }

func (e *FullError) Error() string {
	return fmt.Sprintf("too many wait: come again in %v", e.RetryAfter)
}

// UnavailableError says that nobody knows when a call may be made.
type UnavailableError struct {
	RetryAfter time.Duration
	Why        string
}

func (e *UnavailableError) Error() string { return e.Why }

// Mode is how the pace is kept.
type Mode int

const (
	Local  Mode = iota // this proxy is alone
	Shared             // with other replicas, through Redis
	Alone              // Redis is lost: this replica keeps to time slots of its own
	Lost               // Redis is lost, and this replica does not know the others: it makes no calls
)

// gate says when the first of the line may call. Only the goroutine of its Pacer uses it.
type gate interface {
	// ended notes what came of a call, and when that was known.
	ended(how outcome, at time.Time)
	// ask tells whether a call may be made now, for somebody in line. Of a call under way, until is when it will be over at the latest.
	// It may take as long as Redis does.
	ask(ctx context.Context, inLine bool, until time.Time) verdict
	// close says goodbye.
	close(until time.Time)
}

// verdict is what a gate says.
type verdict struct {
	allowed bool
	wait    time.Duration // until it is worth asking again, if nothing happens before
	until   time.Time     // when a call that is allowed must be over
	turn    time.Duration // what a turn takes in the mean: an estimate
	refused error         // nobody in line can get a turn
	mode    Mode
	why     string // it is not as it should be, or with how many others
	agreed  int    // so many replicas would go on without Redis, this one among them
}

// outcome is what came of a call.
type outcome string

const (
	answered  outcome = "answered"
	throttled outcome = "throttled"
	givenUp   outcome = "given up"
)

// slack is the time between a turn and its call, and between the end of the call and that of the turn.
const slack = time.Second

// forGood is a wait that something else than the time ends.
const forGood = time.Hour

// Pacer hands out turns. It is safe for concurrent use.
type Pacer struct {
	config  Config
	gate    gate
	wake    chan struct{} // something happened that the gate should hear of
	stop    context.CancelFunc
	stopped chan struct{}

	mu    sync.Mutex
	line  list.List // of chan grant: those who wait
	call  *turn     // under way, or nil
	last  *turn     // that ended, until the gate has been told
	said  verdict   // the last one
	close bool
}

// grant is what somebody in line gets.
type grant struct {
	turn *turn
	err  error
}

// New returns a Pacer. Close stops it.
func New(config Config) *Pacer {
	if config.Redis == nil {
		return newPacer(config, &local{interval: config.Interval, turn: config.CallTimeout + slack})
	}
	return newPacer(config, newShared(config, usual, throughRedis(config)))
}

func newPacer(config Config, g gate) *Pacer {
	ctx, stop := context.WithCancel(context.Background())
	p := &Pacer{config: config, gate: g, wake: make(chan struct{}, 1), stop: stop, stopped: make(chan struct{})}
	p.said = p.gate.ask(ctx, false, time.Time{}) // so that the mode is known from the start
	go p.run(ctx)
	return p
}

// Close ends what runs in the background, and tells other replicas goodbye. Whoever waits gets an *UnavailableError.
func (p *Pacer) Close() {
	p.stop()
	<-p.stopped
}

// Waiting is how many wait for their turn.
func (p *Pacer) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.line.Len()
}

// Mode tells how the pace is kept, and why that is not as it should be, or with how many other replicas.
func (p *Pacer) Mode() (m Mode, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.mode, p.said.why
}

// Turn waits for a turn. The error is a *FullError, an *UnavailableError, or ctx's.
func (p *Pacer) Turn(ctx context.Context) (Turn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	switch {
	case p.close:
		p.mu.Unlock()
		return nil, errClosed
	case p.line.Len() >= p.config.Queue:
		after := time.Duration(p.line.Len()+1) * max(p.said.turn, time.Second)
		p.mu.Unlock()
		return nil, &FullError{after}
	}
	turns := make(chan grant, 1)
	place := p.line.PushBack(turns)
	p.mu.Unlock()
	p.happened()

	select {
	case got := <-turns:
		if got.err != nil {
			return nil, got.err
		}
		return got.turn, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	p.line.Remove(place) // if it is there still
	p.mu.Unlock()
	select {
	case got := <-turns: // it was given meanwhile
		if got.turn != nil {
			got.turn.Unused()
		}
	default:
		p.happened()
	}
	return nil, ctx.Err()
}

var errClosed = &UnavailableError{RetryAfter: time.Second, Why: "the proxy is stopping"}

func (p *Pacer) happened() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run asks the gate whenever something happened, or may be possible.
func (p *Pacer) run(ctx context.Context) {
	defer close(p.stopped)
	for {
		timer := time.NewTimer(p.step(ctx))
		select {
		case <-p.wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			p.end()
			return
		}
	}
}

// step asks the gate once, and returns how long nothing is to be done.
func (p *Pacer) step(ctx context.Context) time.Duration {
	inLine, until := p.tell()
	said := p.gate.ask(ctx, inLine, until)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.said = said
	switch {
	case said.refused != nil:
		p.refuse(said.refused)
	case said.allowed:
		first := p.line.Front()
		if first == nil || time.Until(said.until) < p.config.CallTimeout { // it went away, or this process was stopped meanwhile
			return 0
		}
		p.line.Remove(first)
		p.call = &turn{pacer: p, until: said.until}
		first.Value.(chan grant) <- grant{turn: p.call}
		return 0
	}
	if p.call != nil {
		return min(said.wait, max(0, time.Until(p.call.until)))
	}
	return said.wait
}

// tell tells the gate what came of the last call, and returns what else it has to know.
func (p *Pacer) tell() (inLine bool, until time.Time) {
	now := time.Now()
	p.mu.Lock()
	if p.call != nil && !now.Before(p.call.until) {
		p.call.finish(givenUp, now)
	}
	last := p.last
	p.last = nil
	if p.call != nil {
		until = p.call.until
	}
	inLine = p.line.Len() > 0 && p.call == nil
	p.mu.Unlock()
	if last != nil {
		p.gate.ended(last.how, last.endedAt)
	}
	return inLine, until
}

// refuse sends away who waits.
func (p *Pacer) refuse(err error) {
	for place := p.line.Front(); place != nil; place = p.line.Front() {
		p.line.Remove(place).(chan grant) <- grant{err: err}
	}
}

func (p *Pacer) end() {
	p.mu.Lock()
	p.close = true
	p.refuse(errClosed)
	p.mu.Unlock()
	_, until := p.tell()
	p.gate.close(until)
}

// turn is a Turn.
type turn struct {
	pacer *Pacer
	until time.Time // when it is given up

	// Guarded by pacer.mu.
	over    bool
	how     outcome
	endedAt time.Time
}

func (t *turn) Answered(early bool) {
	if early {
		t.end(throttled)
	} else {
		t.end(answered)
	}
}
func (t *turn) GivenUp() { t.end(givenUp) }
func (t *turn) Unused()  { t.end("") }

func (t *turn) end(how outcome) {
	t.pacer.mu.Lock()
	t.finish(how, time.Now())
	t.pacer.mu.Unlock()
	t.pacer.happened()
}

// finish ends the turn, if that was not done. The pacer's mutex is held.
func (t *turn) finish(how outcome, at time.Time) {
	if t.over {
		return
	}
	t.over, t.how, t.endedAt = true, how, at
	t.pacer.call = nil
	if how != "" {
		t.pacer.last = t
	}
}
