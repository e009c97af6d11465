package simulation

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// Many makes n runs from the first seed on, and stops at the first seed that fails. Its result does not depend on the
// number of processors. progress, if not nil, is called now and then with the number of finished runs.
func Many(first, n uint64, processors int, progress func(done uint64)) (counts Counts, failed uint64, found bool) {
	const chunk = 64
	var next, done atomic.Uint64
	var limit atomic.Uint64 // seeds from here on need no run
	limit.Store(first + n)
	if n > math.MaxUint64-first {
		limit.Store(math.MaxUint64)
	}
	next.Store(first)
	results := map[uint64]*Counts{} // by chunk
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range max(1, processors) {
		workers.Go(func() {
			for {
				from := next.Add(chunk) - chunk
				if from >= limit.Load() {
					return
				}
				counts := &Counts{}
				for seed := from; seed < min(from+chunk, limit.Load()); seed++ {
					o := Run(seed, false)
					counts.Add(&o.Counts)
					if o.Violation != "" {
						for at := limit.Load(); seed < at && !limit.CompareAndSwap(at, seed); at = limit.Load() {
						}
						mu.Lock()
						found = true
						mu.Unlock()
						break
					}
				}
				mu.Lock()
				results[from] = counts
				mu.Unlock()
				if progress != nil {
					progress(done.Add(chunk))
				}
			}
		})
	}
	workers.Wait()
	failed = limit.Load()
	for from, c := range results {
		if !found || from <= failed {
			counts.Add(c)
		}
	}
	return counts, failed, found
}

// Describe describes a failing seed: the violation, the command that replays it, and the trace.
func Describe(seed uint64) string {
	o := Run(seed, true)
	return fmt.Sprintf("%s\nseed %d fails: %s\nreplay: go run ./cmd/simulate --only %d --trace\n", o.Trace, seed,
		o.Violation, seed)
}
