// Package core is the engine that lists the IDs of all groups in a Tencent Cloud Chat app.
//
// It does no I/O. It touches no network, clock, source of randomness or JavaScript: the program that runs it, the host,
// does these things and reports the results. So the same code runs in Node.js, in a browser and in a plain go test,
// where a virtual clock plays hours in milliseconds.
//
// # A listing, step by step
//
// The host opens a listing with Options and then asks repeatedly what to do next. The example of this package is a
// complete host.
//
//	engine := core.NewEngine()
//	id, action := engine.Open(&options, now)
//	for {
//		switch action.Do {
//		case core.Sign:  // get a UserSig                → report Signed or SignFailed
//		case core.Wait:  // sleep for action.WaitMs      → report Tick
//		case core.Fetch: // POST action.Body, action.URL → report Headers, NetworkFailed or TimedOut
//		case core.Read:  // read action.MaxBytes at most → report Body, TooLarge, NetworkFailed or TimedOut
//		case core.Page:  // pass on action.GroupIDs      → report Taken
//		case core.Done:  // the listing has ended well
//		case core.Fail:  // action.Failure is the error; its checkpoint is the position to resume from
//		}
//		action = engine.Step(id, now, random, event)
//	}
//
// Two more things can happen at any time. The host may Close a listing that its caller abandoned. And a step of one
// listing may let another one continue that waits for its turn, because all listings of an app share one pace:
// Engine.Woken returns that one, and the host steps it with Tick although its sleep has not ended.
//
// The host passes the time with every step: milliseconds on any clock. It also passes 32 random bits, from which the
// engine takes the random parameter of a call and the jitter of a back-off.
//
// # Where to find what
//
//	options.go      Options, and their Validate
//	readoptions.go  reads the options of a JavaScript caller; suggest.go guesses misspelled names
//	engine.go       all listings of a process
//	listing.go      the state machine of one listing; cursors.go the cursors that it has met
//	action.go       what the host has to do
//	event.go        what the host reports
//	failure.go      every error, in the words that users see
//	checkpoint.go   a listing's position, to resume it later
//	pacer.go        one call per second
//	backoff.go      the pause before a retry
//
// Package restapi has the facts of the service and reads its answers. Package redact removes secrets from foreign text.
// The scripts in testdata show how a listing behaves: a command or event, then exactly what the engine answers.
//
// Every page that uses the npm package downloads this code. So it does not import time, fmt, reflect or encoding/json,
// which would make the module larger by up to two thirds. Packages strings, strconv, slices, bytes and errors are fine.
package core
