package logging

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxWaitingBytes limits the waiting lines, some 5,000. As many bytes may be on their way to the reader.
	maxWaitingBytes = 1 << 20
	// closeTimeout limits how long close waits for a reader that does not read.
	closeTimeout = time.Second
)

// queue is an io.Writer that never blocks and never fails. A goroutine writes the lines. If too many wait, or if they
// cannot be written, it drops and counts lines. The next line that can be written reports their number.
type queue struct {
	to      io.Writer
	dropped func(lines int) []byte // returns the line that reports dropped lines
	total   atomic.Uint64          // dropped lines
	wake    chan struct{}          // has a value while lines wait
	done    chan struct{}          // closed after the last line

	mu      sync.Mutex
	waiting []byte // whole lines
	lost    int    // dropped lines that were not yet reported
	closed  bool
}

func newQueue(to io.Writer, dropped func(int) []byte) *queue {
	q := &queue{to: to, dropped: dropped, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go q.run()
	return q
}

// Write takes one line.
func (q *queue) Write(line []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || len(q.waiting)+len(line) > maxWaitingBytes {
		q.drop(1)
		return len(line), nil
	}
	q.waiting = append(q.waiting, line...)
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return len(line), nil
}

func (q *queue) drop(lines int) {
	q.lost += lines
	q.total.Add(uint64(lines))
}

// run writes lines until close.
func (q *queue) run() {
	defer close(q.done)
	var batch []byte
	torn := false // the last line is incomplete
	for range q.wake {
		q.mu.Lock()
		batch, q.waiting = q.waiting, batch[:0]
		lost := q.lost
		q.lost = 0
		q.mu.Unlock()

		lines := bytes.Count(batch, []byte("\n"))
		text := batch
		if lost > 0 {
			text = append(text, q.dropped(lost)...)
		}
		if torn {
			text = append([]byte("\n"), text...)
		}
		n, err := q.to.Write(text)
		if n > 0 {
			torn = text[n-1] != '\n'
		}
		if err == nil {
			continue
		}
		unwritten := bytes.Count(text[n:], []byte("\n"))
		q.mu.Lock()
		if lost > 0 && unwritten > 0 { // the report is the last line
			q.lost += lost
			unwritten--
		}
		q.drop(min(unwritten, lines))
		q.mu.Unlock()
	}
}

func (q *queue) close() {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.wake)
	}
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-time.After(closeTimeout):
	}
}
