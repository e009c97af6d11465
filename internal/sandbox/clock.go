package sandbox

import "time"

// Clock is the sandbox's clock, which tests replace.
type Clock interface {
	// Now returns the time. The difference of two times must not depend on changes of the machine's clock.
	Now() time.Time
	// After returns a channel that receives a value when the duration is over.
	After(time.Duration) <-chan time.Time
}

type systemClock struct{}

func (systemClock) Now() time.Time                         { return time.Now() }
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
