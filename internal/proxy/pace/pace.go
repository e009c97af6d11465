// Package pace lets the replicas of the proxy call the service one after the other.
//
// The service allows one call a second for an app, and what counts is when calls arrive there, which nobody here can see. What is
// known: a call has arrived when the headers of its answer come. So one call is under way at a time, and the next is sent an interval
// after the answer to the one before, or after that was given up. That costs a round trip a call, and is right on every line. (The
// engine of the npm package, which has but one user, saves the round trip: core/pacer.go says how.)
//
// A Pacer has a line of callers (first come, first served) and a gate that the first of the line goes through: local.go is the gate
// of a proxy that is alone, shared.go that of replicas with a Redis between them.
package pace

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Turn is the right to make one call. One of its methods must be called, once.
type Turn interface {
	Answered(throttled bool) // the headers of an answer came; throttled if it says that the call came too early
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

// gate is what the first of the line goes through before it makes a call.
type gate interface {
	enter(ctx context.Context) error // waits until a call may be made
	leave(how outcome)
	mode() (m Mode, why string)
	close()
}

// outcome is what came of a turn.
type outcome string

const (
	answered  outcome = "answered"
	throttled outcome = "throttled"
	givenUp   outcome = "given up"
	unused    outcome = "unused"
)

// Pacer hands out turns. It is safe for concurrent use.
type Pacer struct {
	config Config
	gate   gate

	mu      sync.Mutex
	busy    bool            // somebody is at the gate, or calls
	line    []chan struct{} // of those behind; closed when it is their turn to be at the gate
	waiting int             // in line or at the gate
}

// New returns a Pacer. Close stops it.
func New(config Config) *Pacer {
	p := &Pacer{config: config}
	if config.Redis == nil {
		p.gate = &local{interval: config.Interval}
	} else {
		p.gate = newShared(config)
	}
	return p
}

// Close ends what runs in the background, and tells other replicas goodbye.
func (p *Pacer) Close() { p.gate.close() }

// Waiting is how many wait for their turn.
func (p *Pacer) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting
}

// Mode tells how the pace is kept, and why that is not as it should be, or with how many other replicas.
func (p *Pacer) Mode() (m Mode, why string) { return p.gate.mode() }

// Turn waits for a turn. The error is a *FullError, an *UnavailableError, or ctx's.
func (p *Pacer) Turn(ctx context.Context) (Turn, error) {
	p.mu.Lock()
	if p.waiting >= p.config.Queue {
		after := time.Duration(p.waiting) * max(p.config.Interval, time.Second)
		p.mu.Unlock()
		return nil, &FullError{after}
	}
	p.waiting++
	place := make(chan struct{})
	if p.busy {
		p.line = append(p.line, place)
	} else {
		p.busy = true
		close(place)
	}
	p.mu.Unlock()

	err := p.wait(ctx, place)
	if err == nil {
		if err = p.gate.enter(ctx); err != nil {
			p.next()
		}
	}
	p.mu.Lock()
	p.waiting--
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return &turn{pacer: p}, nil
}

// wait waits in line.
func (p *Pacer) wait(ctx context.Context, place chan struct{}) error {
	select {
	case <-place:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	for i, other := range p.line {
		if other == place {
			p.line = append(p.line[:i], p.line[i+1:]...)
			p.mu.Unlock()
			return ctx.Err()
		}
	}
	p.mu.Unlock()
	p.next() // it was this one's turn already
	return ctx.Err()
}

// next lets the next of the line go to the gate.
func (p *Pacer) next() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.line) == 0 {
		p.busy = false
		return
	}
	close(p.line[0])
	p.line = p.line[1:]
}

type turn struct{ pacer *Pacer }

func (t *turn) Answered(early bool) {
	if early {
		t.end(throttled)
	} else {
		t.end(answered)
	}
}
func (t *turn) GivenUp() { t.end(givenUp) }
func (t *turn) Unused()  { t.end(unused) }

func (t *turn) end(how outcome) {
	t.pacer.gate.leave(how)
	t.pacer.next()
}

// sleep waits for a time, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
