package core

import "tencent-chat-groups/core/restapi"

const (
	firstBackoffMs       = 500   // maximum before a first retry
	firstSlowerBackoffMs = 2000  // the same after a throttle answer
	maxBackoffMs         = 30000 // of any retry, unless the server asks for more
	maxDoublings         = 6     // more of them make no difference
	maxPauseMs           = 600_000
)

// backoffMs returns the time before the retry after a number of failures in a row: a random part of a time that doubles
// with every failure ("full jitter"), so that callers that failed together do not return together. The pause that the
// server asks for (Retry-After, or one that an error code is known to need) is added.
func backoffMs(f *Failure, failures int64, random uint32) float64 {
	limit := firstBackoffMs
	if f.retry == restapi.RetrySlower {
		limit = firstSlowerBackoffMs
	}
	limit = min(limit<<min(failures-1, maxDoublings), maxBackoffMs)
	return f.pauseMs + float64(limit)*(float64(random)/(1<<32))
}
