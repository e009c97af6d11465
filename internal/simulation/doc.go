// Package simulation runs the engine of package core against a service, a network and callers that do everything they can
// to break it, and checks at every step that the engine keeps its promises.
//
// A run is made from a seed and nothing else: the same seed makes the same run, to the last bit, on every machine. There is
// no socket, no timer and no wait. Time is a number that jumps to the next event, so that a run of minutes or hours takes
// a fraction of a millisecond.
//
// # What plays a part
//
//	plan.go      what a seed means: services, groups, lines, callers, and which faults there are
//	world.go     a run: virtual time, the events to come, the clock that the engine sees
//	service.go   the service: groups that come and go, pages, cursors, signatures, the limit of calls a second
//	network.go   the ways of a call to the service and back, and what happens to it there
//	fault.go     everything that can happen to a call
//	answer.go    what the service answers, as JSON, and the many ways to spoil it
//	caller.go    whoever runs a listing: drives the engine as js/ does, aborts, and resumes from checkpoints until done
//	rules.go     what the engine has to do next, decided a second time and without its code
//	pace.go      when a call may be sent, and when it may arrive
//	finish.go    what must be true of a listing that is done, and of the engine when all are
//	trace.go     a run as a text to read
//	simulate.go  many runs at once
//
// broken_test.go breaks the engine on purpose, to see that the simulation finds it.
//
// rules.go and pace.go are an independent view of the engine's rules: a mistake in one of the two shows as a disagreement.
// What they hold the engine to is written down in docs/reliability.md.
package simulation
