package core_test

import (
	"runtime"
	"testing"

	"tencent-chat-groups/internal/simulation"
)

// The first seeds of the simulation. They are a test of this package too, so that `make mutations` sees what they find.
func TestSimulation(t *testing.T) {
	if _, failed, found := simulation.Many(1, 300, runtime.GOMAXPROCS(0), nil); found {
		t.Fatal("\n" + simulation.Describe(failed))
	}
}
