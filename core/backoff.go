package core

const (
	backoffFirstMs       = 500   // the most that a first retry waits
	backoffFirstSlowerMs = 2000  // the same after a throttle answer
	backoffMostMs        = 30000 // no retry waits longer than that, unless the server asks for it
	patienceMs           = 600000
)

// backoffMs is how long to wait before the retry after a number of failures in a row: a random part of a time that doubles
// with every failure ("full jitter"), so that callers that failed together do not come back together. What the server asked
// for comes first: its Retry-After, or the pause that an error code is known to need.
func backoffMs(f *Failure, failures int64, random uint32) float64 {
	most := float64(backoffFirstMs)
	if f.retry == slower {
		most = backoffFirstSlowerMs
	}
	for ; failures > 1 && most < backoffMostMs; failures-- {
		most *= 2
	}
	if most > backoffMostMs {
		most = backoffMostMs
	}
	return f.pauseMs + most*(float64(random)/(1<<32))
}
