package sandbox

import (
	"sync"
	"time"
)

// throttle lets one call of the app arrive in an interval. What counts is the distance to the arrival before, whether
// that one was let through or not: the strictest reading of the vendor's "1 times/second".
type throttle struct {
	clock    Clock
	interval time.Duration

	mu       sync.Mutex
	arrivals int
	last     time.Time
}

// arrival is what became known of a call when it arrived.
type arrival struct {
	at      time.Time
	first   bool
	gap     time.Duration // since the arrival before; 0 for the first
	allowed bool
}

// arrive takes note of a call that arrives now.
func (t *throttle) arrive() arrival {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := arrival{at: t.clock.Now(), first: t.arrivals == 0, allowed: true}
	if !a.first {
		a.gap = a.at.Sub(t.last)
		a.allowed = a.gap >= t.interval
	}
	t.arrivals++
	t.last = a.at
	return a
}
