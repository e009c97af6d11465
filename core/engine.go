package core

import (
	"strconv"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/redact"
)

// Engine runs the listings of a process. It is not safe for concurrent use.
type Engine struct {
	listings map[int]*listing
	pacers   map[string]*pacer // by Options.paceName
	lastID   int
	woken    int
	buffer   []byte // for the IDs of a page, reused for the next

	clock clock
}

// NewEngine returns an engine without listings.
func NewEngine() *Engine {
	return &Engine{listings: map[int]*listing{}, pacers: map[string]*pacer{}}
}

// Open begins a listing with valid options and returns its first action. The ID is never 0.
func (e *Engine) Open(o *Options, nowMs float64) (id int, action *Action) {
	now := e.clock.read(nowMs)
	e.woken = 0
	e.lastID++
	l := newListing(e.lastID, o, e.pacer(o.paceName(), now), now)
	l.buffer = &e.buffer
	e.listings[l.id] = l
	return l.id, e.settle(l, l.begin())
}

// Step reports an event to a listing and returns the next action. random is 32 random bits.
func (e *Engine) Step(id int, nowMs float64, random uint32, event Event) *Action {
	now := e.clock.read(nowMs)
	e.woken = 0
	l := e.listings[id]
	if l == nil {
		return &Action{Do: Fail, Failure: internalFailure("There is no listing " + strconv.Itoa(id))}
	}
	l.nowMs, l.random = now, random
	return e.settle(l, l.step(&event))
}

// Close ends a listing that its caller abandoned and returns its checkpoint (nil if there is no such listing). A call
// under way counts as arriving now.
func (e *Engine) Close(id int, nowMs float64) *Checkpoint {
	now := e.clock.read(nowMs)
	e.woken = 0
	l := e.listings[id]
	if l == nil {
		return nil
	}
	l.nowMs = now
	checkpoint := l.stop()
	e.forget(l)
	return checkpoint
}

// pacer returns the pacer with a name, and forgets pacers that have no effect any more.
func (e *Engine) pacer(name string, nowMs float64) *pacer {
	for other, p := range e.pacers {
		if p.idle(nowMs) {
			delete(e.pacers, other)
		}
	}
	p := e.pacers[name]
	if p == nil {
		p = newPacer()
		e.pacers[name] = p
	}
	return p
}

// Redact removes a listing's signatures, and whatever looks like one, from a text.
func (e *Engine) Redact(id int, text string) string {
	var userSigs []string
	if l := e.listings[id]; l != nil {
		userSigs = l.userSigs
	}
	return redact.Text(text, userSigs)
}

// Woken returns the ID of the listing that the last Open, Step or Close allows to continue, or 0. The host steps it
// with Tick.
func (e *Engine) Woken() int { return e.woken }

func (e *Engine) settle(l *listing, action *Action) *Action {
	if action.Do == Done || action.Do == Fail {
		e.forget(l)
	} else {
		e.wake(l)
	}
	return action
}

func (e *Engine) forget(l *listing) {
	delete(e.listings, l.id)
	l.pacer.forget(l)
	e.wake(l)
}

// wake wakes the first listing in the queue after l made its step, if it sleeps until woken.
func (e *Engine) wake(l *listing) {
	if first := l.pacer.first(); first != nil && first != l && first.asleep {
		e.woken = first.id
	}
}

// clock turns the host's time into one that never runs backwards. If the host's does (a clock was set, a machine was
// moved), the time since the last step is lost.
type clock struct{ last, offset float64 }

func (c *clock) read(nowMs float64) float64 {
	if !(nowMs >= -strictjson.MaxSafeInteger && nowMs <= strictjson.MaxSafeInteger) { // no time, or not even a number
		nowMs = c.last
	}
	c.offset += max(0, c.last-nowMs)
	c.last = nowMs
	return c.last + c.offset
}
