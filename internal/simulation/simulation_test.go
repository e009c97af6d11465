package simulation

import (
	"runtime"
	"strings"
	"testing"
)

// The million runs of docs/reliability.md continue from here.
const firstSeed, seeds = 1, 20_000

func TestSeeds(t *testing.T) {
	n := uint64(seeds)
	if raceDetector || testing.Short() {
		n /= 20
	}
	counts, failed, found := Many(firstSeed, n, runtime.GOMAXPROCS(0), nil)
	if found {
		t.Fatal("\n" + Describe(failed))
	}
	t.Logf("seeds %d to %d pass\n%v", firstSeed, firstSeed+n-1, &counts)

	// A simulation without faults proves nothing.
	for f := lostRequest; f < faultKinds; f++ {
		if counts.Faults[f] == 0 {
			t.Errorf("no run had the fault %q", f)
		}
	}
	if counts.NextTypes == 0 || counts.Aborts == 0 || counts.Loops == 0 || counts.Jumps == 0 || counts.Outages == 0 ||
		counts.Throttled == 0 {
		t.Errorf("some events never happened:\n%v", &counts)
	}
	if early := counts.EarlyFast + counts.EarlyLate + counts.EarlyJump; counts.Throttled > early {
		t.Errorf("%d calls were refused, more than the %d that arrived too early", counts.Throttled, early)
	}
	if counts.EarlyFast*10_000 > counts.Calls {
		t.Errorf("%d of %d calls arrived too early because they were faster than all before", counts.EarlyFast, counts.Calls)
	}
}

func TestDeterminism(t *testing.T) {
	for seed := uint64(1); seed <= 50; seed++ {
		first, second := Run(seed, true), Run(seed, true)
		if first.Trace != second.Trace {
			t.Fatalf("seed %d has two traces", seed)
		}
		if untraced := Run(seed, false); untraced.Counts != first.Counts {
			t.Fatalf("seed %d is another run with a trace", seed)
		}
	}
	alone, _, _ := Many(1, 500, 1, nil)
	together, _, _ := Many(1, 500, 4, nil)
	if alone != together {
		t.Errorf("four processors give other runs than one:\n%v\n%v", &alone, &together)
	}
}

func TestTrace(t *testing.T) {
	trace := Run(7, true).Trace
	for _, line := range []string{"open as 1", "-> fetch", "headers 200", "-> page of", "has its listing", "end"} {
		if !strings.Contains(trace, line) {
			t.Errorf("the trace of seed 7 has no %q:\n%s", line, trace)
		}
	}
}
