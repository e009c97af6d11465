package sandbox

import (
	"sync"
	"time"
)

// rateLimit lets so many calls of the app arrive within any second. What counts are all arrivals, let through or not:
// the strictest reading of the vendor's "200 calls per second".
type rateLimit struct {
	clock     Clock
	perSecond int // 0 lets all through

	mu       sync.Mutex
	arrivals []time.Time // the last ones, as many as are allowed in a second
	next     int         // of arrivals to be replaced
	last     time.Time
}

// arrive takes note of a call that arrives now.
func (l *rateLimit) arrive() arrival {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := arrival{at: l.clock.Now(), first: l.last.IsZero(), allowed: true}
	if !a.first {
		a.gap = a.at.Sub(l.last)
	}
	l.last = a.at
	if l.perSecond == 0 {
		return a
	}
	if len(l.arrivals) < l.perSecond {
		l.arrivals = append(l.arrivals, a.at)
		return a
	}
	a.allowed = a.at.Sub(l.arrivals[l.next]) >= time.Second
	l.arrivals[l.next] = a.at
	l.next = (l.next + 1) % l.perSecond
	return a
}
