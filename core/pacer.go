package core

import "slices"

// pacer keeps the calls of one app an interval apart, whichever listing makes them.
//
// The service counts calls when they arrive, and a client cannot observe that. It knows only that a call arrived before
// its response headers did. Sending the next call an interval after these headers is safe, but wastes a round trip per
// call. The shortest round trip so far, rttMin, can be saved: a call sent rttMin earlier still arrives an interval
// after the call before it, unless that call's way back and this call's way out together are faster than every round
// trip before.
//
// The distances between the shortest round trips show how likely that is. Suppose that round trips are spread evenly
// above an unknown minimum. Then the next one is shorter than the shortest of n by more than f times the distance from
// that to the k-th shortest with probability 1/(n+1) * (1+f)^-(k-1), whatever the minimum and the spread. The table
// caution has the f for each k that makes this e^-10/(n+1): one listing of 60 calls in 7,000 has a call that arrives
// too early. On a steady line the shortest round trips are nearly equal, and all but a few milliseconds of rttMin is
// saved. On a line that varies nothing is saved, but rttMin is small there compared to the rest. The longest round trip
// is ignored once there are enough others, because the first call of a connection takes longer and a line may stall for
// a moment. For the same reason, a round trip after a rest, during which the connection may have been closed, can only
// lower rttMin.
type pacer struct {
	listings []*listing // that are open
	calling  *listing   // its call is under way
	queue    []*listing // that wait for a turn, first come, first served

	called      bool
	lastMs      float64 // when the last call was answered or abandoned
	lastGivenUp bool    // it was abandoned: it may arrive as late as lastMs
	lastBase    string  // where it went

	lines    map[string]*line // by base URL
	wary     int              // calls to be answered after a throttle answer before round trips count again
	slowMs   float64          // added to the interval after throttle answers
	fineRuns int              // answers without throttling since slowMs last changed
}

// line is what is known of the way to a host and back.
type line struct {
	minMs    float64   // shortest round trip of all
	trips    int       // round trips measured, without those after a rest
	shortest []float64 // of these, the shortest in ms, ascending, at most maxTrips
}

const (
	minTrips    = 3    // round trips before the shortest is trusted
	maxTrips    = 8    // round trips that are kept
	restMs      = 2000 // after so long without a call a connection may be closed; servers seldom close them sooner
	minMarginMs = 3    // never saved: timers and networks are no more exact than that
	minSlowMs   = 250
	maxSlowMs   = 8000
	slowRuns    = 10 // so many answers without throttling halve slowMs
)

// caution is the f of the comment above by the number k of round trips: (1+f)^(k-1) = e^10.
var caution = [maxTrips + 1]float64{3: 147, 4: 27.0, 5: 11.2, 6: 6.4, 7: 4.3, 8: 3.2}

func newPacer() *pacer { return &pacer{lines: map[string]*line{}} }

// untilWoken is the time until the turn of a listing that will be woken. As WaitMs, it is negative.
const untilWoken = -1

// turn lets l call now and returns 0. Otherwise it returns the milliseconds until l should ask again, or untilWoken.
func (p *pacer) turn(l *listing) (waitMs float64) {
	if !slices.Contains(p.queue, l) {
		p.queue = append(p.queue, l)
	}
	if p.calling != nil || p.queue[0] != l {
		return untilWoken
	}
	if p.called {
		interval := p.intervalMs() + p.slowMs - p.savedMs(l.base())
		waitMs = p.lastMs - l.nowMs + max(0, interval)
	}
	if waitMs > 0 {
		return waitMs
	}
	p.leave(l)
	p.calling = l
	return 0
}

// intervalMs returns the minimum time between two calls: the largest that an open listing asks for.
func (p *pacer) intervalMs() float64 {
	var largest int64
	for _, l := range p.listings {
		largest = max(largest, l.options.MinIntervalMs)
	}
	return float64(largest)
}

// savedMs returns how much earlier than an interval after the last answer the next call to a host may be sent.
func (p *pacer) savedMs(base string) float64 {
	if p.lastGivenUp || p.lastBase != base || p.wary > 0 {
		return 0
	}
	return p.lineTo(base).savedMs()
}

func (p *pacer) lineTo(base string) *line {
	l := p.lines[base]
	if l == nil {
		l = &line{minMs: hourMs}
		p.lines[base] = l
	}
	return l
}

func (l *line) savedMs() float64 {
	if l.trips < minTrips {
		return 0
	}
	rttMin := min(l.shortest[0], l.minMs)
	k := min(max(minTrips, l.trips-1), maxTrips)
	return max(0, rttMin-max(minMarginMs, caution[k]*(l.shortest[k-1]-rttMin)))
}

// add notes a round trip.
func (l *line) add(rtt float64) {
	i, _ := slices.BinarySearch(l.shortest, rtt)
	l.shortest = slices.Insert(l.shortest, i, rtt)
	l.shortest = l.shortest[:min(len(l.shortest), maxTrips)]
	l.trips++
}

// answered notes that the headers of the call's answer arrived.
func (p *pacer) answered(l *listing) {
	p.lastBase = l.base()
	to, rtt := p.lineTo(p.lastBase), l.nowMs-l.sentMs
	to.minMs = min(to.minMs, rtt)
	if !p.called || l.sentMs-p.lastMs <= restMs {
		to.add(rtt)
	}
	p.wary = max(0, p.wary-1)
	p.free(l, false)
}

// givenUp notes that the call was abandoned. It may have arrived at any time until now.
func (p *pacer) givenUp(l *listing) { p.free(l, true) }

func (p *pacer) free(l *listing, givenUp bool) {
	p.calling, p.called, p.lastMs, p.lastGivenUp = nil, true, l.nowMs, givenUp
}

// throttled notes that the service found the last call too early.
func (p *pacer) throttled() {
	p.wary, p.fineRuns = minTrips, 0
	p.slowMs = min(maxSlowMs, max(minSlowMs, 2*p.slowMs))
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
	if p.slowMs /= 2; p.slowMs < minSlowMs {
		p.slowMs = 0
	}
}

// leave removes a listing from the queue.
func (p *pacer) leave(l *listing) { p.queue = without(p.queue, l) }

// forget removes a listing that has ended.
func (p *pacer) forget(l *listing) { p.listings = without(p.listings, l) }

func without(listings []*listing, l *listing) []*listing {
	return slices.DeleteFunc(listings, func(other *listing) bool { return other == l })
}

// first returns the listing whose turn is next, or nil. While a call is under way it is nobody's.
func (p *pacer) first() *listing {
	if p.calling != nil || len(p.queue) == 0 {
		return nil
	}
	return p.queue[0]
}

// idle reports whether forgetting the pacer would have no effect.
func (p *pacer) idle(nowMs float64) bool {
	return len(p.listings) == 0 && nowMs-p.lastMs > hourMs+maxSlowMs
}
