package simulation

import (
	"cmp"
	"slices"
)

// event is something that will happen.
type event struct {
	atMs   float64
	happen func()
}

// queue holds the future events, the next one last. Events of the same moment happen in the order of their add calls.
type queue []event

func (q *queue) add(atMs float64, happen func()) {
	i, _ := slices.BinarySearchFunc(*q, atMs, func(e event, atMs float64) int { return cmp.Compare(atMs, e.atMs) })
	*q = slices.Insert(*q, i, event{atMs, happen})
}

// next removes and returns the next event. There must be one.
func (q *queue) next() event {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = event{} // releases the closure
	*q = (*q)[:last]
	return e
}
