// Package queue decides whose turn is next, fairly among callers. Package pace decides when.
package queue

import (
	"sync"
	"time"

	"tencent-chat-groups/internal/proxy/pace"
)

// maxPlaces limits the places of all callers together. A caller's first place is always allowed.
const maxPlaces = 1000

// Queue holds the requests that wait for a turn. It is safe for concurrent use.
type Queue struct {
	Pacer *pace.Pacer

	perCaller int
	maxWait   time.Duration

	mu    sync.Mutex
	order order
}

// Full is the error of a caller who cannot wait for another page at the moment.
type Full struct {
	RetryAfter time.Duration
	Why        string
}

func (e *Full) Error() string { return e.Why }

// New returns a Queue at the given pace. A caller may wait for perCaller pages at a time. Close the Pacer after use.
func New(perCaller int, config pace.Config) *Queue {
	q := &Queue{perCaller: perCaller, maxWait: config.MaxWait, order: newOrder()}
	q.Pacer = pace.New(config, (*line)(q))
	return q
}

// Waiting returns the number of waiting requests.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.order.requests())
}

// line is the Queue as its Pacer sees it.
type line Queue

// Callers returns the number of waiting callers.
func (l *line) Callers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.order.lines)
}

// Give gives a turn to the next request, and reports whether there was one.
func (l *line) Give(turn pace.Turn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.order.lines) == 0 {
		return false
	}
	l.order.next().grants <- grant{turn: turn}
	return true
}

// Refuse refuses all waiting requests.
func (l *line) Refuse(err *pace.Unavailable) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.order.requests() {
		l.order.removeAll(r)
		r.grants <- grant{err: err}
	}
}
