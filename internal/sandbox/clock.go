package sandbox

import "time"

// Clock is where the sandbox gets its time from, so that tests need not wait.
type Clock interface {
	// Now returns the time. Distances between two of them must not follow changes of the machine's clock.
	Now() time.Time
	// After returns a channel that receives once the time is over.
	After(time.Duration) <-chan time.Time
}

type systemClock struct{}

func (systemClock) Now() time.Time                         { return time.Now() }
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
