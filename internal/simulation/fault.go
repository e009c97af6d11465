package simulation

// fault is something that happens to one call.
type fault int

const (
	noFault fault = iota

	// On the way.
	lostRequest  // the call never arrives, without an error
	lostAnswer   // the call arrives and counts, but the answer never comes
	resetBefore  // the connection breaks before the call arrives
	resetAfter   // the connection breaks after the call arrived
	stalledLine  // the line stalls for 1 to 30 s
	breakingBody // the connection breaks in the middle of the answer's body
	cutBody      // the body ends too early, without an error
	hugeBody     // the answer is larger than the engine's limit

	// From a gateway, which may have forwarded the call or not.
	gatewayError    // 500, 502, 503 or 504, at times with Retry-After
	gatewayEcho     // 502 with HTML that repeats the URL
	echoPage        // 200 with HTML that repeats the URL
	tooManyRequests // 429, at times with Retry-After
	timeoutStatus   // 408 or 425
	longPause       // 503 with a Retry-After of more than ten minutes
	redirect        // 3xx, or the 0 that browsers make of it
	refusedStatus   // 400, 401, 403, 404, 405, 413

	// From the service.
	spoiltJSON      // not JSON, or not what the endpoint promises
	serverCode      // a retryable ErrorCode
	throttleCode    // a throttle ErrorCode for a call that was not too early
	finalCode       // an ErrorCode that no retry can overcome
	unknownCode     // an ErrorCode that is in no table
	tooLargeCode    // 10018, although the page is small
	revokedSig      // from now on the UserSig is refused with 70052
	repeatedCursor  // Next is an earlier cursor of this listing
	emptyPages      // from now on up to eight pages are empty, each with a new cursor
	duplicateGroups // a page has groups twice
	overlappingPage // a page repeats groups of the page before

	// From the caller's UserSig function.
	signFailure // it throws, with a text that holds a signature
	emptySig    // it returns an empty string
	expiredSig  // it returns a UserSig that has expired

	faultKinds
)

var faultNames = [faultKinds]string{
	lostRequest: "lost request", lostAnswer: "lost answer", resetBefore: "reset before arrival",
	resetAfter:  "reset after arrival",
	stalledLine: "stalled line", breakingBody: "body breaks off", cutBody: "body cut short", hugeBody: "body over 2 MiB",
	gatewayError: "5xx", gatewayEcho: "502 that echoes the URL", echoPage: "HTML with 200 that echoes the URL",
	tooManyRequests: "429", timeoutStatus: "408 or 425", longPause: "Retry-After over ten minutes", redirect: "redirect",
	refusedStatus: "4xx", spoiltJSON: "wrong JSON", serverCode: "retryable ErrorCode", throttleCode: "throttle ErrorCode",
	finalCode: "final ErrorCode", unknownCode: "unknown ErrorCode", tooLargeCode: "10018", revokedSig: "revoked UserSig",
	repeatedCursor: "repeated cursor", emptyPages: "empty pages", duplicateGroups: "duplicates in a page",
	overlappingPage: "overlapping pages", signFailure: "UserSig function throws", emptySig: "empty UserSig",
	expiredSig: "expired UserSig from the function",
}

func (f fault) String() string { return faultNames[f] }

// The ErrorCodes of the vendor's tables, by the right reaction. The list is independent of the engine's.
var (
	serverCodes   = []int64{10002, 60008, 60013, 60014, 70169, 70346, 70500}
	throttleCodes = []int64{10006, 60007, 60011, 60018, 60019, 70050}
	finalCodes    = []int64{
		10003, 10004, 10007, 10008, 10011, 10012, 10026, 60002, 60004, 60005, 60006, 60009, 60010, 60012, 60015, 60016, 60017,
		60020, 60021, 70002, 70003, 70005, 70009, 70013, 70014, 70016, 70020, 70051, 70107, 70114, 70206, 70398, 70402, 70403,
	}
	unknownRetryableCodes = []int64{-1, 1, 999, 20001, 80001, 90994, 91000, 1 << 40} // in none of the vendor's ranges
	unknownFinalCodes     = []int64{10999, 13001, 61234, 69999, 70999, 79999}
)

const lockedMs = 60000 // 70050: the service refuses for a minute

// drawFault returns the fault of the next call.
func (w *world) drawFault() fault {
	if w.faultsLeft == 0 || !w.rng.chance(w.plan.faultRate) {
		return noFault
	}
	return w.spend(oneOf(w.rng, w.plan.faults...))
}

// drawSignFault returns the fault of the next request for a UserSig.
func (w *world) drawSignFault() fault {
	if w.faultsLeft == 0 || !w.rng.chance(w.plan.signFaultRate) {
		return noFault
	}
	return w.spend(oneOf(w.rng, signFailure, emptySig, expiredSig))
}

func (w *world) spend(f fault) fault {
	w.faultsLeft--
	w.counts.Faults[f]++
	return f
}
