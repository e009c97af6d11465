package pace

import (
	"context"
	"time"
)

// local is the gate of a proxy that is alone.
type local struct {
	interval time.Duration
	turn     time.Duration // how long a turn lasts at most

	next     time.Time // when the next call may be made
	slowness slowness
}

func (l *local) ended(how outcome, at time.Time) {
	l.slowness.note(how)
	l.next = at.Add(l.interval + l.slowness.added)
}

func (l *local) ask(_ context.Context, inLine bool, until time.Time) verdict {
	now := time.Now()
	v := verdict{mode: Local, wait: forGood, turn: l.interval + l.slowness.added}
	if inLine && until.IsZero() {
		v.wait = max(0, l.next.Sub(now))
		v.allowed, v.until = v.wait == 0, now.Add(l.turn)
	}
	return v
}

func (l *local) close(time.Time) {}
