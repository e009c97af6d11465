package core

// pacer keeps the calls of one app an interval apart, whichever listing makes them.
//
// The service counts when calls arrive, which nobody here can see. What is known: a call arrived before its answer's
// headers came back. So the next call may be sent an interval after these headers without any risk. That wastes a round
// trip per call, though, for the next call needs time to arrive as well. The shortest round trip seen, rttMin, is how
// much of that time is certain: a call sent rttMin earlier still arrives an interval after the one before it, unless the
// way back of that one and the way out of this one are together faster than any round trip before.
//
// How likely that is shows in how much round trips vary. On a steady line it happens hardly ever, and the whole of rttMin
// is used, but for a few milliseconds; on a line that varies, the average excess over rttMin is left out too.
type pacer struct {
	calling *listing   // its call is on the way: sent, and neither answered nor given up
	queue   []*listing // who waits for a turn, first come, first served

	called      bool
	lastMs      float64 // when the last call was answered or given up
	lastGivenUp bool    // of that call no round trip is known: it may arrive as late as now

	trips    int     // round trips measured since the start or the last throttle answer
	rttMin   float64 // the shortest of them, in ms
	excess   float64 // the average by which they exceed it, in ms
	slowMs   float64 // added to the interval after throttle answers
	fineRuns int     // answers without throttling since slowMs last changed
}

const (
	enoughTrips   = 3 // round trips before rttMin is trusted
	leastMarginMs = 5 // what is never saved: timers and networks are not more exact than that
	excessWeight  = 8 // the average excess moves by an eighth of each new one
	slowStepMs    = 250
	slowMostMs    = 8000
	slowRuns      = 10 // so many calls without a throttle answer halve slowMs
)

// turn reports whether l may call now; else in how many milliseconds it should ask again, or -1 when it will be woken.
func (p *pacer) turn(l *listing, nowMs float64) (waitMs float64, ok bool) {
	if !l.queued {
		l.queued = true
		p.queue = append(p.queue, l)
	}
	if p.calling != nil || p.queue[0] != l {
		return -1, false
	}
	if due := p.dueMs(l.options.minIntervalMs); nowMs < due {
		return due - nowMs, false
	}
	p.leave(l)
	p.calling = l
	return 0, true
}

// dueMs is when the next call may be sent.
func (p *pacer) dueMs(intervalMs float64) float64 {
	if !p.called {
		return 0
	}
	return p.lastMs + max(0, intervalMs+p.slowMs-p.savedMs())
}

// savedMs is how much sooner than an interval after the last answer the next call may be sent.
func (p *pacer) savedMs() float64 {
	if p.lastGivenUp || p.trips < enoughTrips {
		return 0
	}
	return max(0, p.rttMin-max(leastMarginMs, p.excess))
}

// answered notes that the headers of the call's answer came.
func (p *pacer) answered(nowMs, sentMs float64) {
	rtt := nowMs - sentMs
	if p.trips == 0 || rtt < p.rttMin {
		if p.trips > 0 {
			p.excess += p.rttMin - rtt
		}
		p.rttMin = rtt
	}
	p.trips++
	p.excess += (rtt - p.rttMin - p.excess) / float64(min(p.trips, excessWeight))
	p.free(nowMs, false)
}

// givenUp notes that the call will not be answered any more. It may have arrived at any time until now.
func (p *pacer) givenUp(nowMs float64) { p.free(nowMs, true) }

func (p *pacer) free(nowMs float64, givenUp bool) {
	p.calling, p.called, p.lastMs, p.lastGivenUp = nil, true, nowMs, givenUp
}

// throttled notes that the service found the last call too early.
func (p *pacer) throttled() {
	p.trips, p.rttMin, p.excess, p.fineRuns = 0, 0, 0, 0
	p.slowMs = min(slowMostMs, max(slowStepMs, 2*p.slowMs))
}

// fine notes that the service did not find the last call too early.
func (p *pacer) fine() {
	if p.slowMs == 0 {
		return
	}
	if p.fineRuns++; p.fineRuns < slowRuns {
		return
	}
	p.fineRuns = 0
	if p.slowMs /= 2; p.slowMs < slowStepMs {
		p.slowMs = 0
	}
}

// leave takes a listing out of the queue.
func (p *pacer) leave(l *listing) {
	if !l.queued {
		return
	}
	l.queued = false
	for i, waiting := range p.queue {
		if waiting == l {
			p.queue = append(p.queue[:i], p.queue[i+1:]...)
			return
		}
	}
}

// first is the listing whose turn it is next, unless a call is on the way.
func (p *pacer) first() *listing {
	if p.calling != nil || len(p.queue) == 0 {
		return nil
	}
	return p.queue[0]
}

// idle tells whether forgetting the pacer would change nothing.
func (p *pacer) idle(nowMs float64) bool {
	return p.calling == nil && len(p.queue) == 0 && nowMs-p.lastMs > hourMs+slowMostMs
}
