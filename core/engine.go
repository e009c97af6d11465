package core

// Engine runs the listings of a process. It is not safe for concurrent use.
//
// Its lists are linked lists: they are short, and slices and maps are code that every page would download.
type Engine struct {
	_ incomparable

	listings *listing // the first; each knows the next
	pacers   *pacer   // in the same way
	lastID   int
	woken    int
	room     []byte // for the IDs of a page, used again for the next

	clock clock
}

// NewEngine returns an engine without listings.
func NewEngine() *Engine {
	return &Engine{}
}

// Open begins a listing and says what to do first. The id is never 0.
func (e *Engine) Open(o *Options, nowMs float64) (id int, action *Action) {
	now := e.clock.read(nowMs)
	e.woken = 0
	e.lastID++
	l := newListing(e.lastID, o, e.pacer(o.pace(), now), now)
	l.following, l.room = e.listings, &e.room
	e.listings = l
	return e.lastID, e.settle(l, l.begin())
}

// Step tells a listing what happened and says what to do next. random is 32 random bits.
func (e *Engine) Step(id int, nowMs float64, random uint32, event Event) *Action {
	now := e.clock.read(nowMs)
	e.woken = 0
	l := e.find(id)
	if l == nil {
		return &Action{Do: Fail, Failure: internalFailure("There is no listing " + itoa(int64(id)))}
	}
	l.nowMs, l.random = now, random
	return e.settle(l, l.step(&event))
}

// Close forgets a listing whose caller gave up, and returns its checkpoint ("" if there is no such listing). A call that
// is on the way counts as arriving now.
func (e *Engine) Close(id int, nowMs float64) (checkpoint string) {
	now := e.clock.read(nowMs)
	e.woken = 0
	l := e.find(id)
	if l == nil {
		return ""
	}
	l.nowMs = now
	checkpoint = l.stop()
	e.forget(l)
	return checkpoint
}

// find returns a listing, or nil.
func (e *Engine) find(id int) *listing {
	l := e.listings
	for l != nil && l.id != id {
		l = l.following
	}
	return l
}

// pacer returns the pacer of that name, a new one if there is none, and forgets those that nobody will miss.
func (e *Engine) pacer(name string, nowMs float64) *pacer {
	for at := &e.pacers; *at != nil; {
		p := *at
		switch {
		case p.idle(nowMs):
			*at = p.following
		case p.name == name:
			return p
		default:
			at = &p.following
		}
	}
	e.pacers = &pacer{name: name, following: e.pacers}
	return e.pacers
}

// Redact takes a listing's signatures, and whatever looks like one, out of a text.
func (e *Engine) Redact(id int, text string) string {
	var userSigs []string
	if l := e.find(id); l != nil {
		userSigs = l.userSigs
	}
	return redact(text, userSigs)
}

// Woken names the listing that the last Open, Step or Close allows to go on, or 0: the host steps it with Tick.
func (e *Engine) Woken() int { return e.woken }

func (e *Engine) settle(l *listing, action *Action) *Action {
	if action.Do >= Done {
		e.forget(l)
	} else {
		e.wake(l)
	}
	return action
}

func (e *Engine) forget(l *listing) {
	at := &e.listings
	for *at != l {
		at = &(*at).following
	}
	*at = l.following
	l.pacer.listings--
	e.wake(l)
}

// wake finds who may go on after l made its step: the first in the queue, if it was told to sleep until woken.
func (e *Engine) wake(l *listing) {
	first := l.pacer.first()
	if first != nil && first != l && first.asleep {
		e.woken = first.id
	}
}

// clock makes the host's time one that never runs backwards. When it does (a clock was set, a machine was moved), the
// time since the last step is lost, and from then on it runs as before.
type clock struct{ last, offset float64 }

func (c *clock) read(nowMs float64) float64 {
	if !(nowMs >= -maxSafe && nowMs <= maxSafe) { // no time, or not even a number
		nowMs = c.last
	}
	if nowMs < c.last {
		c.offset += c.last - nowMs
	}
	c.last = nowMs
	return c.last + c.offset
}
