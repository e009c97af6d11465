package proxy

import (
	"context"
	"sync"

	"tencent-chat-groups/internal/proxy/queue"
)

// flights fetches a page once for all callers who ask for it at the same time.
type flights struct {
	queue  *queue.Queue
	mu     sync.Mutex
	byName map[string]*flight
}

type flight struct {
	callers map[string]int // requests that wait for it, by caller
	request *queue.Request // has a place in the line of each caller
	cancel   context.CancelFunc
	done    chan struct{} // closed when the next two are set
	answer  answer
	err     error
}

// join fetches the page with this name for a caller, or waits for it if that is under way. fetch takes its turns from the request. Its
// context ends when the last caller has gone, and carries the values of the first one's.
func (f *flights) join(
	ctx context.Context, name, caller string, fetch func(context.Context, *queue.Request) (answer, error),
) (a answer, joined bool, err error) {
	f.mu.Lock()
	at, joined := f.byName[name]
	if !joined {
		at = &flight{callers: map[string]int{}, request: f.queue.Request(), done: make(chan struct{})}
	}
	if at.callers[caller] == 0 {
		if err := at.request.Join(caller); err != nil {
			f.mu.Unlock()
			return answer{}, joined, err
		}
	}
	at.callers[caller]++
	if !joined {
		var fetching context.Context
		fetching, at.cancel = context.WithCancel(context.WithoutCancel(ctx))
		f.byName[name] = at
		go func() {
			at.answer, at.err = fetch(fetching, at.request)
			f.mu.Lock()
			f.end(name, at)
			f.mu.Unlock()
			close(at.done)
		}()
	}
	f.mu.Unlock()

	select {
	case <-at.done:
		return at.answer, joined, at.err
	case <-ctx.Done():
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if at.callers[caller]--; at.callers[caller] == 0 {
		delete(at.callers, caller)
		at.request.Leave(caller)
	}
	if len(at.callers) == 0 {
		f.end(name, at) // new callers must not get the result of an abandoned fetch
	}
	return answer{}, joined, ctx.Err()
}

// end takes a flight off the list and releases its context.
func (f *flights) end(name string, at *flight) {
	at.cancel()
	if f.byName[name] == at {
		delete(f.byName, name)
	}
}
