package simulation

import (
	"math"
	"slices"

	"tencent-chat-groups/core"
)

// pace is what the rules know of an app's calls. Times are of the engine's clock.
type pace struct {
	open              []*caller // with a listing
	inFlight          *call     // sent, and neither answered nor abandoned
	queue             []*caller // of turns, first come, first served
	called            bool
	freedMs           float64 // when the last call was answered or abandoned
	abandoned         bool
	last              *call // the last call sent
	roundTrips        [2]int
	shortest          [2]float64 // round trips to the main and the backup host
	answersUntilTrust int        // answers until round trips count again after a throttle answer
	slowMs            float64    // added to the interval after throttle answers
	unthrottled       int        // answers without throttling since slowMs changed
}

const (
	minTrips         = 3
	minSlowMs        = 250  // after the first throttle answer; further ones double it
	maxSlowMs        = 8000 // its maximum
	answersToSpeedUp = 10   // answers without throttling that halve it
	forgottenMs      = 3_608_000
)

// forget resets what the engine may have forgotten of an app that was not listed for long.
func (p *pace) forget(engineMs float64) {
	if len(p.open) == 0 && engineMs-p.freedMs > forgottenMs {
		p.roundTrips, p.answersUntilTrust, p.slowMs, p.unthrottled = [2]int{}, 0, 0, 0
	}
}

// join appends a caller to the queue unless it is there.
func (p *pace) join(c *caller) {
	if !slices.Contains(p.queue, c) {
		p.queue = append(p.queue, c)
	}
}

// intervalMs returns the largest interval of the open listings.
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

// judgeTurn checks that a listing must wait for its turn.
func (c *caller) judgeTurn(waitMs float64) {
	p := &c.service.pace
	p.join(c)
	first := p.inFlight == nil && p.queue[0] == c
	if waitMs < 0 {
		if first {
			c.fail("it should not sleep until woken: it is first in the queue and no call is under way, so nothing will wake it")
		}
		return
	}
	if !first {
		c.fail("it has a time to call, but it is not its turn")
	}
	latest := p.freedMs + p.intervalMs() + p.slowMs
	if now := c.w.clock.engineMs; !p.called || now+waitMs > latest+slackMs {
		c.fail("it should wait for %.3f ms, %.3f ms longer than the pace requires", waitMs, now+waitMs-latest)
	}
}

// judgeSending checks that a call may be sent.
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
		earliest := p.freedMs + p.intervalMs() + p.slowMs
		if !p.abandoned && p.answersUntilTrust == 0 && p.last.base == x.base && p.roundTrips[x.base] >= minTrips {
			earliest = max(p.freedMs, earliest-p.shortest[x.base])
		}
		if early := earliest - w.clock.engineMs; early > slackMs {
			c.fail("it calls %.3f ms too early: %.3f ms after the last call was answered or abandoned", early,
				w.clock.engineMs-p.freedMs)
		}
	}
	x.forwardMs, x.intervalMs = w.clock.forwardMs, p.intervalMs()
	if p.roundTrips[x.base] >= minTrips {
		x.shortestMs = p.shortest[x.base]
	}
	p.inFlight, p.last, p.called = x, x, true
}

// noteAnswered records that the response headers of the listing's call came.
func (c *caller) noteAnswered() {
	p, x := &c.service.pace, c.current
	trip := c.w.clock.engineMs - x.sentEngineMs
	if p.roundTrips[x.base]++; p.roundTrips[x.base] == 1 || trip < p.shortest[x.base] {
		p.shortest[x.base] = trip
	}
	p.answersUntilTrust = max(0, p.answersUntilTrust-1)
	p.free(c.w.clock.engineMs, false)
}

// noteAbandoned records that the listing's call will never be answered.
func (c *caller) noteAbandoned() {
	if c.state != calling {
		return
	}
	c.current.abandonedMs = c.w.nowMs
	c.service.pace.free(c.w.clock.engineMs, true)
}

func (p *pace) free(engineMs float64, abandoned bool) {
	p.inFlight, p.freedMs, p.abandoned = nil, engineMs, abandoned
}

// notePace records whether the service found the call too early.
func (c *caller) notePace(v verdict) {
	p := &c.service.pace
	switch {
	case v.throttled:
		p.answersUntilTrust, p.unthrottled = minTrips, 0
		p.slowMs = min(maxSlowMs, max(minSlowMs, 2*p.slowMs))
	case v.kind != core.APIFailure || p.slowMs == 0: // not an answer of the service
	case p.unthrottled+1 < answersToSpeedUp:
		p.unthrottled++
	default:
		p.unthrottled = 0
		if p.slowMs /= 2; p.slowMs < minSlowMs {
			p.slowMs = 0
		}
	}
}

// judgeArrival checks the arrival of a call. Calls arrive at least an interval apart, with three exceptions:
//
//	fast   the way back of the call before and the way out of this one took less time than every measured round trip
//	late   one of the two arrived after it was abandoned
//	jump   the host's clock jumped forwards between the answer to the first and the sending of the second
//
// It reports whether one of them applies.
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
		w.fail("%s: its call arrives %.3f ms after the one before it (of %s), without an exception: "+
			"the way back and out took %.3f ms, the shortest round trip before was %.3f ms",
			x.caller.name, gap, before.caller.name, before.backMs+x.outMs, x.shortestMs)
	}
	if w.tracing {
		w.tracef(x.caller.name, "  arrives only %.3f ms after the call before", gap)
	}
	return true
}
