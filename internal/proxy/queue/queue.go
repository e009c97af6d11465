// Package queue decides whose turn is next, fairly among callers. Package pace decides when.
package queue

import (
	"sync"
	"time"

	"tencent-chat-groups/internal/proxy/pace"
)

// maxPlaces bounds the places of all callers together. The first place of a caller is always allowed: connections bound those.
const maxPlaces = 1000

// Queue holds the requests that wait for a turn. It is safe for concurrent use.
type Queue struct {
	Pacer *pace.Pacer

	perCaller int
	maxWait   time.Duration

	mu    sync.Mutex
	order order
}

// Full is the error of a caller who must not wait for another page now.
type Full struct {
	RetryAfter time.Duration
	Why        string
}

func (e *Full) Error() string { return e.Why }

// New returns a Queue at the given pace. A caller can wait for up to perCaller pages at a time, each for up to the pace's MaxWait.
// Close the Pacer after use.
func New(perCaller int, config pace.Config) *Queue {
	q := &Queue{perCaller: perCaller, maxWait: config.MaxWait, order: newOrder()}
	q.Pacer = pace.New(config, (*line)(q))
	return q
}

// Waiting returns the number of requests that wait for a turn.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.order.requests())
}

// line is the Queue as its Pacer sees it.
type line Queue

// Callers returns the number of callers who wait.
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

// Refuse answers all requests that wait with an error.
func (l *line) Refuse(err *pace.Unavailable) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.order.requests() {
		l.order.removeAll(r)
		r.grants <- grant{err: err}
	}
}
