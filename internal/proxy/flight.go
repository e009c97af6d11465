package proxy

import (
	"context"
	"sync"
)

// flights fetches what several callers ask for at the same time once, for all of them.
type flights struct {
	mu     sync.Mutex
	byName map[string]*flight
}

type flight struct {
	callers int // who wait for it
	leave   context.CancelFunc
	done    chan struct{} // closed when the next two are set
	answer  answer
	err     error
}

// join fetches what has this name, or waits for it if that is under way. The context that fetch gets ends when the last caller has
// gone, and carries the values of the first one's.
func (f *flights) join(ctx context.Context, name string, fetch func(context.Context) (answer, error)) (a answer, joined bool, err error) {
	f.mu.Lock()
	at, joined := f.byName[name]
	if !joined {
		at = &flight{done: make(chan struct{})}
		var fetching context.Context
		fetching, at.leave = context.WithCancel(context.WithoutCancel(ctx))
		f.byName[name] = at
		go func() {
			at.answer, at.err = fetch(fetching)
			f.mu.Lock()
			f.end(name, at)
			f.mu.Unlock()
			close(at.done)
		}()
	}
	at.callers++
	f.mu.Unlock()

	select {
	case <-at.done:
		return at.answer, joined, at.err
	case <-ctx.Done():
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if at.callers--; at.callers == 0 {
		f.end(name, at) // who asks from now on must not get an answer that was given up
	}
	return answer{}, joined, ctx.Err()
}

// end takes a flight off the list, and lets go of what it holds.
func (f *flights) end(name string, at *flight) {
	at.leave()
	if f.byName[name] == at {
		delete(f.byName, name)
	}
}
