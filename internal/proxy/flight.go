package proxy

import (
	"context"
	"sync"

	"tencent-chat-groups/internal/proxy/queue"
)

// flights shares one fetch of a page among all callers who ask for it at the same time.
type flights struct {
	queue  *queue.Queue
	mu     sync.Mutex
	byName map[string]*flight
}

type flight struct {
	callers map[string]int // waiting requests by caller
	request *queue.Request // has a place in each caller's line
	cancel  context.CancelFunc
	done    chan struct{} // closed when answer and err are set
	answer  answer
	err     error
}

// join fetches the named page for a caller, or joins a fetch under way. fetch takes its turns from the request. Its
// context has the values of the first caller's context, and ends when the last caller has left.
func (fs *flights) join(
	ctx context.Context, name, caller string, fetch func(context.Context, *queue.Request) (answer, error),
) (a answer, joined bool, err error) {
	fs.mu.Lock()
	f, joined := fs.byName[name]
	if !joined {
		f = &flight{callers: map[string]int{}, request: fs.queue.Request(), done: make(chan struct{})}
	}
	if f.callers[caller] == 0 {
		if err := f.request.Join(caller); err != nil {
			fs.mu.Unlock()
			return answer{}, joined, err
		}
	}
	f.callers[caller]++
	if !joined {
		var fetching context.Context
		fetching, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
		fs.byName[name] = f
		go func() {
			f.answer, f.err = fetch(fetching, f.request)
			fs.mu.Lock()
			fs.end(name, f)
			fs.mu.Unlock()
			close(f.done)
		}()
	}
	fs.mu.Unlock()

	select {
	case <-f.done:
		return f.answer, joined, f.err
	case <-ctx.Done():
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f.callers[caller]--; f.callers[caller] == 0 {
		delete(f.callers, caller)
		f.request.Leave(caller)
	}
	if len(f.callers) == 0 {
		fs.end(name, f) // new callers must not get the result of an abandoned fetch
	}
	return answer{}, joined, ctx.Err()
}

// end removes a flight and releases its context.
func (fs *flights) end(name string, f *flight) {
	f.cancel()
	if fs.byName[name] == f {
		delete(fs.byName, name)
	}
}
