package queue

import (
	"context"
	"fmt"
	"time"

	"tencent-chat-groups/internal/proxy/pace"
)

// Request asks for a turn for one page. It has a place in the line of each caller who waits for the page, and takes the
// first turn of any, so a caller who joins a flooder's request does not wait behind the flood.
type Request struct {
	queue  *Queue
	grants chan grant

	// Guarded by queue.mu.
	callers map[string]bool
	waiting bool // the request has places; false after its turn came
}

// grant is a turn, or an error.
type grant struct {
	turn pace.Turn
	err  error
}

// Request returns a request without callers.
func (q *Queue) Request() *Request {
	return &Request{queue: q, grants: make(chan grant, 1), callers: map[string]bool{}, waiting: true}
}

// Join puts the request into a caller's line, unless its turn has come. The error is a *Full.
func (r *Request) Join(caller string) error {
	q := r.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if r.waiting {
		next, each := q.Pacer.Wait()
		own, ahead := len(q.order.lines[caller]), q.order.ahead(caller)
		wait := next + time.Duration(ahead)*each
		retryAfter := max(time.Second, wait)
		switch {
		case own >= q.perCaller:
			return &Full{retryAfter, fmt.Sprintf("you already wait for %d pages, the maximum per caller", own)}
		case own > 0 && q.order.total() >= maxPlaces:
			return &Full{retryAfter, "too many pages are waited for"}
		case len(r.callers) == 0 && ahead > 0 && wait > q.maxWait:
			return &Full{retryAfter, "the turn of this page would come too late"}
		}
		q.order.add(caller, r)
	}
	r.callers[caller] = true
	q.Pacer.Wake()
	return nil
}

// Leave takes the request out of a caller's line.
func (r *Request) Leave(caller string) {
	r.queue.mu.Lock()
	defer r.queue.mu.Unlock()
	r.queue.order.remove(caller, r)
	delete(r.callers, caller)
	r.queue.Pacer.Wake()
}

// Turn waits for the request's turn. Called again, it rejoins all lines. The error is a *pace.Unavailable, or ctx's.
func (r *Request) Turn(ctx context.Context) (pace.Turn, error) {
	q := r.queue
	q.mu.Lock()
	if !r.waiting && len(r.grants) == 0 {
		r.waiting = true
		for caller := range r.callers {
			q.order.add(caller, r)
		}
		q.Pacer.Wake()
	}
	q.mu.Unlock()
	select {
	case got := <-r.grants:
		return got.turn, got.err
	case <-ctx.Done():
	}
	q.mu.Lock()
	q.order.removeAll(r)
	q.mu.Unlock()
	q.Pacer.Wake()
	select {
	case got := <-r.grants: // it came at the same moment
		if got.err == nil {
			got.turn.End(pace.Unused, 0)
		}
	default:
	}
	return pace.Turn{}, ctx.Err()
}
