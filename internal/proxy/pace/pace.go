// Package pace decides when calls of an app to the service may be made, one after the other. Package queue decides
// whose turn is next.
//
// The service allows one call per second per app and counts calls when they arrive. A client only knows that a call
// arrived before its response headers did. So one call is under way at a time, and the next is sent one interval after
// the response. A single proxy needs only local.go. Replicas share a lease in Redis: lease.go and lease.lua.
package pace

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Config configures a Pacer.
type Config struct {
	SDKAppID    uint32
	Interval    time.Duration // minimum time between the arrivals of two calls
	CallTimeout time.Duration // maximum duration of a call
	MaxWait     time.Duration // during a longer pause, callers are refused immediately
	Redis       *redis.Client // nil for a single proxy
	Replicas    int           // while Redis is lost, each replica makes one call per this many intervals; 0: none
	Logger      *slog.Logger
}

// Line is the line of callers who wait for turns.
type Line interface {
	Callers() int            // returns the number of callers who wait
	Give(turn Turn) bool     // gives a turn to the first in line, and reports whether there was one
	Refuse(err *Unavailable) // refuses all waiting callers
}

// Turn is the right to make one call, which must end before Until. The first End counts. It reports the outcome and the
// pause that the service asks for (Retry-After, or 0). A turn without End counts as abandoned at Until.
type Turn struct {
	Until time.Time
	End   func(how Outcome, pause time.Duration)
}

// Outcome is what became of a turn.
type Outcome int

const (
	Unused    Outcome = iota // no call was made: the next one may be made at once
	Answered                 // a response came
	Throttled                // a throttle answer came
	Abandoned                // no response came: the call may have arrived as late as now
)

// Unavailable is the error of callers when no call can be made.
type Unavailable struct {
	RetryAfter time.Duration
	Why        string
}

func (e *Unavailable) Error() string { return e.Why }

// Mode is the state of the pace.
type Mode int

const (
	Normal  Mode = iota // calls are made at the full pace
	Paused              // no calls for some seconds
	Reduced             // Redis is lost: this replica makes calls at a reduced pace
	Lost                // Redis is lost: no calls
)

// slack is the time between the grant of a turn and its call.
const slack = time.Second

// gate decides when the next call may be made. callers is 0 while a call is under way; last is passed once.
type gate func(ctx context.Context, callers int, last *turnEnd) verdict

// turnEnd is the end of a turn.
type turnEnd struct {
	outcome Outcome
	pause   time.Duration
	at      time.Time
}

// verdict is a gate's decision.
type verdict struct {
	until   time.Time     // end of the granted turn; zero: no turn is granted
	askIn   time.Duration // when to ask again, unless something happens earlier
	next    time.Time     // earliest time of the next call, as far as known
	each    time.Duration // estimated time per turn of this replica
	refused *Unavailable  // why all callers are refused
	mode    Mode
	why     string
}

// Pacer gives turns to a line. It is safe for concurrent use.
type Pacer struct {
	config  Config
	gate    gate
	line    Line
	wake    chan struct{}
	stop    context.CancelFunc
	running sync.WaitGroup

	mu      sync.Mutex
	calling bool     // a turn is under way
	last    *turnEnd // end of the last turn, until the gate has it
	verdict verdict
}

// New returns a Pacer. Close stops it.
func New(config Config, line Line) *Pacer {
	if config.Redis == nil {
		return start(config, line, newLocal(config).ask)
	}
	return start(config, line, newLease(config).ask)
}

func start(config Config, line Line, g gate) *Pacer {
	ctx, stop := context.WithCancel(context.Background())
	p := &Pacer{config: config, line: line, gate: g, wake: make(chan struct{}, 1), stop: stop}
	wait := p.step(ctx) // sets the mode
	p.running.Go(func() { p.run(ctx, wait) })
	return p
}

// Close stops the Pacer and refuses all waiting callers.
func (p *Pacer) Close() {
	p.stop()
	p.running.Wait()
}

// Wake tells the Pacer that the line has changed.
func (p *Pacer) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Wait returns an estimate of the time until the next turn, and of the time per turn after it.
func (p *Pacer) Wait() (next, each time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, time.Until(p.verdict.next)), p.verdict.each
}

// Mode returns the state of the pace and its explanation.
func (p *Pacer) Mode() (mode Mode, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pause := time.Until(p.verdict.next); p.verdict.mode == Normal && pause > p.config.Interval+3*time.Second {
		return Paused, fmt.Sprintf("no call can be made for %.0f s", pause.Seconds())
	}
	return p.verdict.mode, p.verdict.why
}

// run asks the gate after each event, and at the time that the gate's last verdict names.
func (p *Pacer) run(ctx context.Context, wait time.Duration) {
	for ctx.Err() == nil {
		select {
		case <-p.wake:
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = p.step(ctx)
	}
	p.line.Refuse(&Unavailable{time.Second, "the proxy is stopping"})
	p.step(context.WithoutCancel(ctx)) // reports the last outcome to other replicas
}

// step asks the gate once and returns when to ask it again.
func (p *Pacer) step(ctx context.Context) time.Duration {
	callers := p.line.Callers()
	p.mu.Lock()
	if p.calling {
		callers = 0
	}
	last := p.last
	p.last = nil
	p.mu.Unlock()
	said := p.gate(ctx, callers, last)
	granted := !said.until.IsZero()
	p.mu.Lock()
	p.verdict, p.calling = said, p.calling || granted
	p.mu.Unlock()

	switch wait := time.Until(said.next); {
	case said.refused != nil:
		p.line.Refuse(said.refused)
	case granted:
		if turn := p.turn(said.until); time.Until(said.until) < p.config.CallTimeout || !p.line.Give(turn) {
			turn.End(Unused, 0)
		}
	case wait > p.config.MaxWait:
		p.line.Refuse(&Unavailable{wait, "no call can be made during the service's long pause"})
	}
	return said.askIn
}

func (p *Pacer) turn(until time.Time) Turn {
	var once sync.Once
	end := func(how Outcome, pause time.Duration) {
		once.Do(func() {
			p.mu.Lock()
			p.calling, p.last = false, &turnEnd{how, pause, time.Now()}
			p.mu.Unlock()
			p.Wake()
		})
	}
	time.AfterFunc(time.Until(until), func() { end(Abandoned, 0) })
	return Turn{until, end}
}
