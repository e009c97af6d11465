package simulation

import (
	"math"
	"slices"

	"tencent-chat-groups/core"
)

// pace is what the rules know of an app's calls. Times are by the engine's clock.
type pace struct {
	open      []*caller // with a listing
	inFlight  *call     // sent, and neither answered nor given up
	queue     []*caller // whose turn it is next, first come, first served
	called    bool
	freedMs   float64 // when the last call was answered or given up
	abandoned bool
	last      *call // the last that was sent
	trips     [2]int
	shortest  [2]float64 // round trips to the main and the backup host
	wary      int        // calls to be answered before round trips count again after a throttle answer
	slowMs    float64    // that throttle answers add to the interval
	fine      int        // answers without throttling since it changed
}

const (
	minTrips         = 3
	minSlowMs        = 250  // after the first throttle answer; every further one doubles it
	maxSlowMs        = 8000 // it stays there
	answersToSpeedUp = 10   // so many answers without throttling halve it
	forgottenMs      = 3_608_000
)

// forget: of an app that nobody has listed for long, the engine may know nothing any more.
func (p *pace) forget(engineMs float64) {
	if len(p.open) == 0 && engineMs-p.freedMs > forgottenMs {
		p.trips, p.wary, p.slowMs, p.fine = [2]int{}, 0, 0, 0
	}
}

// join puts a caller at the queue's end unless it is in there.
func (p *pace) join(c *caller) {
	if !slices.Contains(p.queue, c) {
		p.queue = append(p.queue, c)
	}
}

// intervalMs is the largest that a caller with an open listing asks for.
func (p *pace) intervalMs() (largest float64) {
	for _, c := range p.open {
		largest = max(largest, c.minIntervalMs)
	}
	return largest
}

func (p *pace) leave(c *caller) {
	if i := slices.Index(p.queue, c); i >= 0 {
		p.queue = slices.Delete(p.queue, i, i+1)
	}
}

// judgeTurn: the engine tells a listing to wait for its turn.
func (c *caller) judgeTurn(waitMs float64) {
	p := &c.service.pace
	p.join(c)
	first := p.inFlight == nil && p.queue[0] == c
	if waitMs < 0 {
		if first {
			c.fail("it is told to sleep until woken, but it is the first and no call is under way: nobody will wake it")
		}
		return
	}
	if !first {
		c.fail("it is told when to call, but it is not its turn")
	}
	most := p.freedMs + p.intervalMs() + p.slowMs
	if now := c.w.clock.engineMs; !p.called || now+waitMs > most+slackMs {
		c.fail("it is told to wait for %.3f ms, %.3f ms longer than the pace asks for", waitMs, now+waitMs-most)
	}
}

// judgeSending: the engine makes a call.
func (c *caller) judgeSending(x *call) {
	w, p := c.w, &c.service.pace
	if p.inFlight != nil {
		c.fail("it calls while a call of %s is under way", p.inFlight.caller.name)
	}
	p.join(c)
	if p.queue[0] != c {
		c.fail("it calls, but %s was first in the queue", p.queue[0].name)
	}
	p.leave(c)
	if p.called {
		least := p.freedMs + p.intervalMs() + p.slowMs
		if !p.abandoned && p.wary == 0 && p.last.base == x.base && p.trips[x.base] >= minTrips {
			least = max(p.freedMs, least-p.shortest[x.base])
		}
		if early := least - w.clock.engineMs; early > slackMs {
			c.fail("it calls %.3f ms too early: %.3f ms after the last call was answered or given up", early, w.clock.engineMs-p.freedMs)
		}
	}
	x.forwardMs, x.intervalMs = w.clock.forwardMs, p.intervalMs()
	if p.trips[x.base] >= minTrips {
		x.shortestMs = p.shortest[x.base]
	}
	p.inFlight, p.last, p.called = x, x, true
}

// noteAnswered: the headers of the listing's call came.
func (c *caller) noteAnswered() {
	p, x := &c.service.pace, c.current
	trip := c.w.clock.engineMs - x.sentEngine
	if p.trips[x.base]++; p.trips[x.base] == 1 || trip < p.shortest[x.base] {
		p.shortest[x.base] = trip
	}
	p.wary = max(0, p.wary-1)
	p.free(c.w.clock.engineMs, false)
}

// noteAbandoned: if the listing's call has not been answered, it never will be.
func (c *caller) noteAbandoned() {
	if c.state != calling {
		return
	}
	c.current.abandonedMs = c.w.nowMs
	c.service.pace.free(c.w.clock.engineMs, true)
}

func (p *pace) free(engineMs float64, givenUp bool) {
	p.inFlight, p.freedMs, p.abandoned = nil, engineMs, givenUp
}

// notePace: whether the service found the call too early is known.
func (c *caller) notePace(v verdict) {
	p := &c.service.pace
	switch {
	case v.throttled:
		p.wary, p.fine = minTrips, 0
		p.slowMs = min(maxSlowMs, max(minSlowMs, 2*p.slowMs))
	case v.kind != core.APIFailure || p.slowMs == 0: // it was not the service that answered
	case p.fine+1 < answersToSpeedUp:
		p.fine++
	default:
		p.fine = 0
		if p.slowMs /= 2; p.slowMs < minSlowMs {
			p.slowMs = 0
		}
	}
}

// judgeArrival: a call arrives at the service. Calls arrive at least an interval apart, but for three exceptions:
//
//	fast   the way back of the call before and the way out of this one took less time together than every round trip to
//	       this host that was measured before
//	late   one of the two was given up and arrived only after that
//	jump   the host's clock jumped forwards between the answer to the one and the sending of the other
//
// It tells whether one of them applies.
func (w *world) judgeArrival(s *service, x *call) (excused bool) {
	before := s.lastArrived
	s.lastArrived = x
	if before == nil {
		return false
	}
	gap := w.nowMs - before.arrivedMs
	if gap >= x.intervalMs-slackMs {
		return false
	}
	freedMs := math.Max(before.answeredMs, before.abandonedMs)
	switch {
	case before.abandonedMs >= 0 && before.arrivedMs > before.abandonedMs,
		x.abandonedMs >= 0 && w.nowMs > x.abandonedMs,
		before.sentMs > x.sentMs:
		w.counts.EarlyLate++
	case freedMs >= 0 && x.forwardMs >= freedMs:
		w.counts.EarlyJump++
	case before.answeredMs >= 0 && before.base == x.base && before.backMs+x.outMs < x.shortestMs-slackMs:
		w.counts.EarlyFast++
	default:
		w.fail("%s: its call arrives %.3f ms after the one before it (of %s), and nothing excuses that: "+
			"the way back and out took %.3f ms, the shortest round trip before was %.3f ms",
			x.caller.name, gap, before.caller.name, before.backMs+x.outMs, x.shortestMs)
	}
	if w.tracing {
		w.tracef(x.caller.name, "  arrives only %.3f ms after the call before", gap)
	}
	return true
}
