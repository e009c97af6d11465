package simulation

import (
	"fmt"
	"runtime/debug"
	"strings"

	"tencent-chat-groups/core"
)

// world is a run.
type world struct {
	rng        rng
	plan       *plan
	engine     engine
	nowMs      float64 // virtual time
	queue      queue
	clock      clock
	services   []*service
	callers    []*caller
	byID       map[int]*caller // open listings
	faultsLeft int
	steps      int
	sigs       int
	doneMs     float64 // when the last listing was done
	counts     Counts

	tracing bool
	trace   strings.Builder
}

// engine is what a run tests: a core.Engine, or one that a test has broken on purpose.
type engine interface {
	Open(o *core.Options, nowMs float64) (id int, action *core.Action)
	Step(id int, nowMs float64, random uint32, event core.Event) *core.Action
	Close(id int, nowMs float64) *core.Checkpoint
	Redact(id int, text string) string
	Woken() int
}

// clock is the host's clock: virtual time with jumps. engineMs is what the engine makes of it (core/doc.go).
type clock struct {
	offsetMs  float64
	engineMs  float64
	lastMs    float64
	started   bool
	forwardMs float64 // virtual time of the last jump forwards
}

const maxSteps = 50_000 // of the engine per run; long runs need a tenth

// violation is a broken guarantee.
type violation string

// fail ends the run.
func (w *world) fail(format string, args ...any) {
	panic(violation(fmt.Sprintf(format, args...)))
}

// Run makes the run of a seed, with a trace if tracing.
func Run(seed uint64, tracing bool) Outcome {
	d := newRNG(seed)
	return newWorld(d, drawPlan(d), tracing).run()
}

// Outcome is the result of a run. Violation is empty if all guarantees held.
type Outcome struct {
	Violation string
	Trace     string
	Counts    Counts

	doneMs float64 // when the last listing was done
}

func newWorld(d rng, p *plan, tracing bool) *world {
	w := &world{
		rng: d, plan: p, engine: core.NewEngine(), services: p.services, callers: p.callers, byID: map[int]*caller{},
		faultsLeft: p.maxFaults, tracing: tracing,
	}
	w.clock.offsetMs = p.startMs
	w.clock.forwardMs = -1
	return w
}

func (w *world) run() (o Outcome) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case violation:
			o.Violation = string(problem)
		default:
			o.Violation = fmt.Sprintf("panic: %v\n%s", problem, debug.Stack())
		}
		w.counts.Runs = 1
		o.Counts, o.doneMs = w.counts, w.doneMs
		if w.tracing {
			w.tracef("", "%s", strings.TrimSpace("end "+o.Violation))
			o.Trace = w.trace.String()
		}
	}()
	for _, j := range w.plan.jumps {
		w.at(j.atMs, func() { w.jump(j.byMs) })
	}
	for _, c := range w.callers {
		c.w = w
		w.at(c.startMs, c.begin)
	}
	for len(w.queue) > 0 {
		e := w.queue.next()
		w.nowMs = e.atMs
		e.happen()
	}
	w.finish()
	return o
}

func (w *world) at(ms float64, happen func())    { w.queue.add(max(ms, w.nowMs), happen) }
func (w *world) after(ms float64, happen func()) { w.queue.add(w.nowMs+max(0, ms), happen) }

func (w *world) jump(byMs float64) {
	if w.tracing {
		w.tracef("", "the host's clock jumps by %.0f ms", byMs)
	}
	w.clock.offsetMs += byMs
	if byMs > 0 {
		w.clock.forwardMs = w.nowMs
	}
	w.counts.Jumps++
}

// readClock reads the host's clock for a step of the engine.
func (w *world) readClock() float64 {
	c := &w.clock
	ms := w.nowMs + c.offsetMs
	if c.started {
		c.engineMs += max(0, ms-c.lastMs)
	}
	c.lastMs, c.started = ms, true
	if w.steps++; w.steps > maxSteps {
		w.fail("endless: the engine made %d steps without an end", w.steps)
	}
	return ms
}

// wake wakes the listing that the engine names after every Open, Step and Close. The engine must not leave the first in
// the queue asleep while no call is under way.
func (w *world) wake(s *service) {
	id := w.engine.Woken()
	if id == 0 {
		if p := &s.pace; p.inFlight == nil && len(p.queue) > 0 && p.queue[0].asleep {
			w.fail("%s: it is first in the queue and no call is under way, but the engine does not wake it", p.queue[0].name)
		}
		return
	}
	c := w.byID[id]
	if c == nil {
		w.fail("the engine woke listing %d, which is not open", id)
	}
	if c.state != waiting {
		w.fail("%s: the engine woke it, but it was not waiting for its turn", c.name)
	}
	if !c.asleep {
		return // woken already
	}
	c.asleep = false
	round := c.round
	// In JavaScript a woken listing continues a few microtasks later, when other things may have happened.
	w.after(0, func() {
		if c.round == round {
			c.tick()
		}
	})
}
