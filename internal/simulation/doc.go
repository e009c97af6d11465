// Package simulation runs the engine of package core against a hostile service, network and callers, and checks its
// guarantees at every step.
//
// A run depends on its seed only: the same seed makes the same run on every machine. There is no socket, no timer and
// no waiting. Time is a number that jumps to the next event, so a run of hours takes a fraction of a millisecond.
//
// # Files
//
//	rng.go       the random choices
//	plan.go      the setup of a run: services, groups, lines, callers, faults
//	queue.go     the future events
//	world.go     a run: virtual time and the clock that the engine sees
//	service.go   the service: changing groups, pages, cursors, signatures, the limit of one call per second
//	network.go   the way of a call to the service and back
//	fault.go     the faults of a call
//	answer.go    the service's answers as JSON, valid and invalid
//	caller.go    a caller: drives the engine as js/ does, aborts, and resumes until done
//	rules.go     the expected action of the engine, without the engine's code
//	pace.go      when a call may be sent, and when it may arrive
//	finish.go    the checks of a finished listing, and of the engine at the end
//	trace.go     the trace of a run
//	simulate.go  many runs in parallel
//
// broken_test.go breaks the engine on purpose, to check that the simulation notices.
//
// rules.go and pace.go are written independently of the engine, so a mistake in one of the two shows as a difference.
// docs/reliability.md describes the rules.
package simulation
