package pace

import (
	"context"
	"time"
)

// As in the npm package's engine (core/pacer.go), throttle answers widen the interval, and others narrow it again.
const (
	minSlow  = 250 * time.Millisecond // the first widening
	maxSlow  = 8 * time.Second
	slowRuns = 10 // responses without throttling that halve the widening
)

// local is the gate of a single proxy.
type local struct {
	interval time.Duration
	maxTurn  time.Duration // maximum duration of a turn

	next time.Time     // when the next call may be made
	slow time.Duration // added to the interval after throttle answers
	runs int           // responses without throttling since slow changed
}

func newLocal(c Config) *local { return &local{interval: c.Interval, maxTurn: c.CallTimeout + slack} }

func (l *local) ask(_ context.Context, callers int, last *turnEnd) verdict {
	l.note(last)
	v := verdict{askIn: max(0, time.Until(l.next)), next: l.next, each: l.interval + l.slow,
		why: "this proxy is the only one"}
	if v.askIn == 0 {
		v.askIn = time.Hour // the Pacer asks earlier, when something happens
		if callers > 0 {
			v.until = time.Now().Add(l.maxTurn)
		}
	}
	return v
}

// note takes the end of a turn into account.
func (l *local) note(last *turnEnd) {
	switch {
	case last == nil, last.outcome == Unused:
		return
	case last.outcome == Throttled:
		l.slow, l.runs = min(maxSlow, max(minSlow, 2*l.slow)), 0
	case last.outcome == Answered && l.slow > 0:
		if l.runs++; l.runs == slowRuns {
			l.slow, l.runs = (l.slow / 2).Truncate(minSlow), 0 // less than minSlow is none
		}
	}
	l.next = last.at.Add(max(l.interval+l.slow, last.pause))
}
