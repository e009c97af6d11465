package pace

import (
	"context"
	"sync"
	"time"
)

// local is the gate of a proxy that is alone.
type local struct {
	interval time.Duration

	mu       sync.Mutex
	last     time.Time // when the last call was answered or given up
	slowness slowness
}

func (l *local) enter(ctx context.Context) error {
	l.mu.Lock()
	wait := time.Duration(0)
	if !l.last.IsZero() {
		wait = l.interval + l.slowness.added - time.Since(l.last)
	}
	l.mu.Unlock()
	if wait <= 0 {
		return ctx.Err()
	}
	return sleep(ctx, wait)
}

func (l *local) leave(how outcome) {
	if how == unused {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = time.Now()
	l.slowness.note(how)
}

func (l *local) mode() (Mode, string) { return Local, "" }
func (l *local) close()               {}

// The rule of the npm package's engine (core/pacer.go): throttle answers widen the interval, and calls that are fine narrow it again.
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
