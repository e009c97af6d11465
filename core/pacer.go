package core

// pacer keeps the calls of one app an interval apart, whichever listing makes them.
//
// The service counts when calls arrive, which nobody here can see. What is known: a call arrived before its answer's
// headers came back. So the next call may be sent an interval after these headers without any risk. That wastes a round
// trip per call, though, for the next call needs time to arrive as well. The shortest round trip seen, rttMin, is how
// much of that time is certain: a call sent rttMin earlier still arrives an interval after the one before it, unless the
// way back of that one and the way out of this one are together faster than any round trip before.
//
// How likely that is shows in how far apart the shortest round trips are. Say that round trips are spread evenly above
// some least time, which nobody knows. Then the next one is shorter than the shortest of n by more than f times the
// distance from that one to the k-th shortest with a probability of 1/(n+1) * (1+f)^-(k-1), whatever the least time and the
// spread may be. The table caution has an f for each k such that this is e^-10/(n+1): on such a line a listing of 60 calls
// has one call in 7,000 listings that arrives too early. On a steady line the shortest round trips are all but the same,
// and rttMin is used but for a few milliseconds; on a line that varies it is left alone, where it is small compared to the
// rest anyway. The longest round trip is not looked at as soon as there are enough others: the first call of a connection
// takes longer than those that follow, and a line may hang for a moment. For the same reason a round trip after a rest, when
// the connection may have been closed, is no measure of those without one: it can only lower rttMin.
type pacer struct {
	_ incomparable

	name      string   // of the app at a service: see Options.pace
	following *pacer   // of the engine's
	listings  int      // that use it
	calling   *listing // its call is on the way: sent, and neither answered nor given up
	queue     *listing // the first of those who wait for a turn, first come, first served; each knows who is behind it

	called      bool
	lastMs      float64 // when the last call was answered or given up
	lastGivenUp bool    // of that call no round trip is known: it may arrive as late as now
	lastBase    string  // where it went

	lines    *line   // to the hosts that were called, the first; each knows the next
	wary     int     // calls to be answered after a throttle answer before round trips count again
	slowMs   float64 // added to the interval after throttle answers
	fineRuns int     // answers without throttling since slowMs last changed
}

// line is what is known of the way to a host and back.
type line struct {
	_ incomparable

	base      string // URL of the host
	following *line
	leastMs   float64            // the shortest round trip of all
	trips     int                // round trips measured, but for those after a rest
	shortest  [mostTrips]float64 // of them, the shortest in ms, in ascending order
}

const (
	enoughTrips   = 3    // round trips before the shortest is trusted
	mostTrips     = 8    // round trips that are kept
	restMs        = 2000 // after so long without a call a connection may be closed; servers seldom close them sooner
	leastMarginMs = 3    // what is never saved: timers and networks are not more exact than that
	slowStepMs    = 250
	slowMostMs    = 8000
	slowRuns      = 10 // so many calls without a throttle answer halve slowMs
)

// caution, by the number k of round trips that are compared, is the f of the comment above: (1+f)^(k-1) = e^10.
var caution = [mostTrips + 1]float64{3: 147, 4: 27.0, 5: 11.2, 6: 6.4, 7: 4.3, 8: 3.2}

// turn lets l call now, and returns 0; else it returns in how many milliseconds l should ask again, or -1 when it will be woken.
func (p *pacer) turn(l *listing) (waitMs float64) {
	at := &p.queue
	for *at != nil && *at != l {
		at = &(*at).behind
	}
	*at = l
	if p.calling != nil || p.queue != l {
		return -1
	}
	if p.called {
		waitMs = p.lastMs - l.nowMs
		if pause := l.options.minIntervalMs + p.slowMs - p.savedMs(l.base()); pause > 0 {
			waitMs += pause
		}
	}
	if waitMs > 0 {
		return waitMs
	}
	p.leave(l)
	p.calling = l
	return 0
}

// savedMs is how much sooner than an interval after the last answer the next call, to a host, may be sent.
func (p *pacer) savedMs(base string) float64 {
	if p.lastGivenUp || p.lastBase != base || p.wary > 0 {
		return 0
	}
	return p.lineTo(base).savedMs()
}

func (p *pacer) lineTo(base string) *line {
	l := p.lines
	for l != nil && l.base != base {
		l = l.following
	}
	if l == nil {
		l = &line{base: base, leastMs: hourMs, following: p.lines}
		p.lines = l
	}
	return l
}

func (l *line) savedMs() float64 {
	if l.trips < enoughTrips {
		return 0
	}
	rttMin := min(l.shortest[0], l.leastMs)
	k := min(max(enoughTrips, l.trips-1), mostTrips)
	return max(0, rttMin-max(leastMarginMs, caution[k]*(l.shortest[k-1]-rttMin)))
}

// add notes a round trip.
func (l *line) add(rtt float64) {
	at := min(l.trips, mostTrips-1)
	if l.trips < mostTrips || rtt < l.shortest[at] {
		for ; at > 0 && rtt < l.shortest[at-1]; at-- {
			l.shortest[at] = l.shortest[at-1]
		}
		l.shortest[at] = rtt
	}
	l.trips++
}

// answered notes that the headers of the call's answer came.
func (p *pacer) answered(l *listing) {
	p.lastBase = l.base()
	to, rtt := p.lineTo(p.lastBase), l.nowMs-l.sentMs
	if rtt < to.leastMs {
		to.leastMs = rtt
	}
	if !p.called || l.sentMs-p.lastMs <= restMs {
		to.add(rtt)
	}
	p.wary = max(0, p.wary-1)
	p.free(l, false)
}

// givenUp notes that the call will not be answered any more. It may have arrived at any time until now.
func (p *pacer) givenUp(l *listing) { p.free(l, true) }

func (p *pacer) free(l *listing, givenUp bool) {
	p.calling, p.called, p.lastMs, p.lastGivenUp = nil, true, l.nowMs, givenUp
}

// throttled notes that the service found the last call too early.
func (p *pacer) throttled() {
	p.wary, p.fineRuns = enoughTrips, 0
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

// leave takes a listing out of the queue, if it is there.
func (p *pacer) leave(l *listing) {
	at := &p.queue
	for *at != nil && *at != l {
		at = &(*at).behind
	}
	if *at == l {
		*at, l.behind = l.behind, nil
	}
}

// first is the listing whose turn it is next, or nil. While a call is on the way it is nobody's.
func (p *pacer) first() *listing {
	if p.calling != nil {
		return nil
	}
	return p.queue
}

// idle tells whether forgetting the pacer would change nothing.
func (p *pacer) idle(nowMs float64) bool {
	return p.listings == 0 && nowMs-p.lastMs > hourMs+slowMostMs
}
