package sandbox

import (
	"sync"
	"time"
)

// throttle allows one arrival of the app per interval. It measures from the last arrival, allowed or not: the strictest
// reading of the vendor's "1 times/second".
type throttle struct {
	clock    Clock
	interval time.Duration

	mu       sync.Mutex
	arrivals int
	last     time.Time
}

// arrival is the arrival of a call.
type arrival struct {
	at      time.Time
	first   bool
	gap     time.Duration // since the arrival before; 0 for the first
	allowed bool
}

// arrive records a call that arrives now.
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
