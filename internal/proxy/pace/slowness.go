package pace

import "time"

// The rule of the npm package's engine (core/pacer.go): throttle answers widen the interval, and calls that are fine narrow it again.
// pace.lua has it for all replicas, with these numbers.
const (
	slowStep = 250 * time.Millisecond
	slowMost = 8 * time.Second
	slowRuns = 10 // so many calls without a throttle answer halve it
)

// slowness is what is added to the interval after throttle answers.
type slowness struct {
	added time.Duration
	fine  int // answers without throttling since added last changed
}

func (s *slowness) note(how outcome) {
	switch {
	case how == throttled:
		s.added, s.fine = min(slowMost, max(slowStep, 2*s.added)), 0
	case how == answered && s.added > 0:
		if s.fine++; s.fine == slowRuns {
			s.added, s.fine = s.added/2, 0
			if s.added < slowStep {
				s.added = 0
			}
		}
	}
}
