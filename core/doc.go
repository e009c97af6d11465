// Package core is the engine that lists the IDs of all groups in a Tencent Cloud Chat app.
//
// It does no I/O. It never touches the network, a clock, a source of randomness or JavaScript: whoever runs it, the host,
// does these things and tells the engine what came of them. So the same code runs in Node.js, in a browser and in a plain
// go test, where a virtual clock plays hours in milliseconds.
//
// # A listing, step by step
//
// The host opens a listing with the options of its caller and then asks, again and again, what to do next:
//
//	engine := core.NewEngine()
//	options, failure := core.ReadOptions(text) // every wrong option is named here, before anything is sent
//	id, action := engine.Open(options, now)
//	for {
//		switch action.Do {
//		case core.Sign:  // get a UserSig            → report Signed or SignFailed
//		case core.Wait:  // sleep for action.WaitMs  → report Tick
//		case core.Fetch: // POST action.URL          → report Headers, NetworkFailed or TimedOut
//		case core.Read:  // read the answer's body   → report Body, TooLarge, NetworkFailed or TimedOut
//		case core.Page:  // hand action.Page on      → report Taken
//		case core.Done:  // the listing has ended well
//		case core.Fail:  // action.Failure says why; its checkpoint says how to go on
//		}
//		action = engine.Step(id, now, random, event)
//	}
//
// Two more things can happen at any moment: the host may Close a listing (its caller gave up), and a step of one listing
// may let another go on that waits for its turn (all listings of an app share one pace). Engine.Woken names that one; the
// host steps it with Tick although its sleep has not ended.
//
// The host passes the time with every step: milliseconds on any clock that does not run backwards (should it do so all the
// same, the engine stands still for a moment and goes on). It also passes 32 random bits, from which the engine takes the
// random parameter of a call and the jitter of a back-off.
//
// # Where to find what
//
//	options.go     what callers may ask for, and what is wrong with what they asked
//	baseurl.go     which URLs may be called
//	regions.go     the vendor's data centres, and which one an SDKAppID belongs to
//	call.go        URL and body of one call
//	service.go     what the signing proxy takes from here
//	json.go        a strict reader of JSON; jsonwrite.go its counterpart
//	answer.go      what the server answered; idlist.go its long part, which words/ reads eight bytes at a time
//	codes.go       the vendor's error codes: what they mean and whether to try again
//	failure.go     everything that can go wrong, in the words that users see
//	redact.go      keeps signatures out of those words
//	pacer.go       one call a second
//	backoff.go     how long to wait before a retry
//	checkpoint.go  where a listing stands, to go on later
//	listing.go     one listing: the state machine; cursors.go where it has been
//	action.go      what the host is told to do, in the form that crosses the border to JavaScript
//	engine.go      all listings of a process
//
// The scripts in testdata tell how a listing behaves: a command or event, then exactly what the engine answered.
//
// Every page that uses the package downloads it. So it imports nothing that would make the WebAssembly module larger than it must
// be (no fmt, no encoding/json, no net/url, no time, no strconv), is compiled without inlining but for words/, and is written so
// that little code comes of it: linked lists for slices and maps, numbers for names that are compared, tables for what is alike.
package core
