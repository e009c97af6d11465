package core

// Engine runs the listings of a process. It is not safe for concurrent use.
type Engine struct {
	listings []*listing // few: a slice is searched as fast as a map, and maps are code that every page would download
	pacers   []*pacer
	lastID   int
	woken    int

	clock clock
}

// NewEngine returns an engine without listings.
func NewEngine() *Engine {
	return &Engine{}
}

// Open begins a listing and says what to do first. The id is never 0.
func (e *Engine) Open(o *Options, nowMs float64) (id int, action Action) {
	now := e.clock.read(nowMs)
	p := e.pacer(o.pace(), now)
	p.listings++
	e.lastID++
	l := newListing(e.lastID, o, p, now)
	e.listings = append(e.listings, l)
	e.woken = 0
	action = l.begin(now)
	e.settle(l, &action)
	return e.lastID, action
}

// Step tells a listing what happened and says what to do next. random is 32 random bits.
func (e *Engine) Step(id int, nowMs float64, random uint32, event Event) Action {
	now := e.clock.read(nowMs)
	e.woken = 0
	l := e.find(id)
	if l == nil {
		return Action{Do: Fail, Failure: internalFailure("There is no listing " + itoa(int64(id)))}
	}
	action := l.step(now, random, event)
	e.settle(l, &action)
	return action
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
	checkpoint = l.stop(now)
	e.forget(l)
	return checkpoint
}

// find returns a listing, or nil.
func (e *Engine) find(id int) *listing {
	for _, l := range e.listings {
		if l.id == id {
			return l
		}
	}
	return nil
}

// pacer returns the pacer of that name, a new one if there is none, and forgets those that nobody will miss.
func (e *Engine) pacer(name string, nowMs float64) *pacer {
	kept := e.pacers[:0]
	var found *pacer
	for _, p := range e.pacers {
		if p.idle(nowMs) {
			continue
		}
		if p.name == name {
			found = p
		}
		kept = append(kept, p)
	}
	clear(e.pacers[len(kept):])
	e.pacers = kept
	if found == nil {
		found = &pacer{name: name}
		e.pacers = append(e.pacers, found)
	}
	return found
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

func (e *Engine) settle(l *listing, action *Action) {
	if action.Do == Done || action.Do == Fail {
		l.stop(e.clock.now())
		e.forget(l)
		return
	}
	e.wake(l)
}

func (e *Engine) forget(l *listing) {
	for i := range e.listings {
		if e.listings[i] == l {
			e.listings = append(e.listings[:i], e.listings[i+1:]...)
			break
		}
	}
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
	return c.now()
}

func (c *clock) now() float64 { return c.last + c.offset }
