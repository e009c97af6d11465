package pace

import (
	"slices"
	"time"
)

// slots is what a replica knows of all when Redis is gone: each has a time slot for its calls, one after the other in the order of
// their names, and then again from the first. When slots begin is told by the clock of the Redis that is gone: each replica keeps it
// up by its own.
//
// Replicas with different lists would call into each other's slots. So a list is used only if Redis has said, in the last answer of
// all, that every replica in it knows it. Then no other list can be in use: a replica that was told a later one was not told that all
// know that, since one of them does not.
type slots struct {
	length time.Duration

	view   int64 // number of the list
	names  []string
	agreed bool // all of them know this view

	clock  time.Time     // the clock of Redis,
	at     time.Time     // read at this time of here,
	within time.Duration // and as close as that
}

// keepsFor is how long a close reading of Redis's clock is taken over a later one that is less close.
const keepsFor = 30 * time.Second

// learn takes over what Redis said in answer to a question.
func (s *slots) learn(view int64, names []string, agreed bool, clock, asked, heard time.Time) {
	within := heard.Sub(asked) / 2
	if view != s.view || within <= s.within || heard.Sub(s.at) > keepsFor {
		s.clock, s.at, s.within = clock, asked.Add(within), within
	}
	s.view, s.names, s.agreed = view, names, agreed
}

// cycle is how long it takes until a replica's next slot.
func (s *slots) cycle() time.Duration { return s.length * time.Duration(max(1, len(s.names))) }

// next is when the first slot of a replica begins that does so at a time or later. ok is false if it has none.
func (s *slots) next(name string, earliest time.Time) (begin time.Time, ok bool) {
	own, found := slices.BinarySearch(s.names, name)
	if !found || !s.agreed {
		return time.Time{}, false
	}
	cycle := int64(s.cycle())
	at := s.clock.Add(earliest.Sub(s.at)).UnixNano() - int64(own)*int64(s.length)
	return earliest.Add(time.Duration((cycle - at%cycle) % cycle)), true
}
