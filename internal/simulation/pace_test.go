package simulation

import (
	"fmt"
	"math"
	"testing"
)

const (
	pages      = 60
	intervalMs = 1000.0
)

// listPaced lists 60 pages without faults: of all types at once, or of one type after the other.
func listPaced(t *testing.T, seed uint64, l line, calendar bool, types []string) (o Outcome, tripsMs []float64) {
	t.Helper()
	d := newRNG(seed)
	s := &service{
		name: "service", sdkAppID: 1_400_000_000, app: "1400000000", endpointOption: "https://chat.example.com",
		bases: []string{"https://chat.example.com"}, lines: []*line{&l},
		intervalMs: intervalMs, calendar: calendar, phaseMs: d.between(0, 1000), countsRefused: true,
	}
	for i := range pages {
		s.groups = append(s.groups, group{id: fmt.Sprint(i), groupType: groupTypes[i%len(groupTypes)], bornMs: math.Inf(-1),
			dismissedMs: math.Inf(1)})
		s.entries = append(s.entries, entry{group: i, key: int64(i+1) * 1000, fromMs: math.Inf(-1), toMs: math.Inf(1)})
	}
	c := &caller{
		name: "listing", service: s, call: "listAllGroups", credential: "secretKey", limit: 1, maxRetries: 5,
		minIntervalMs: intervalMs, timeoutMs: 10_000, types: types, inTurn: types != nil,
	}
	p := &plan{
		services: []*service{s}, callers: []*caller{c}, exact: true,
		watch: func(ms float64) { tripsMs = append(tripsMs, ms) },
	}
	o = newWorld(d, p, false).run()
	if o.Violation != "" {
		t.Fatalf("seed %d: %s", seed, o.Violation)
	}
	return o, tripsMs
}

// On a steady line a listing takes at most 2 % longer than its intervals and the latency of its first and last call.
func TestSteadyLine(t *testing.T) {
	for _, leastMs := range []float64{1, 5, 20, 50, 100, 200, 300, 400} {
		for _, outShare := range []float64{0, 0.5, 1} {
			for i, types := range [][]string{nil, nil, groupTypes} {
				calendar := i == 1
				o, trips := listPaced(t, 1, line{minMs: leastMs, outShare: outShare}, calendar, types)
				maxMs := 1.02 * ((pages-1)*intervalMs + trips[0] + trips[pages-1])
				if o.doneMs > maxMs || o.Counts.Throttled > 0 || o.Counts.Calls != pages {
					t.Errorf("at %v ms, %v of it on the way out: %.0f ms in %d calls, %d refused; at most %.0f ms",
						leastMs, outShare, o.doneMs, o.Counts.Calls, o.Counts.Throttled, maxMs)
				}
				if !calendar && outShare == 0.5 {
					t.Logf("at %v ms, of %d types: %.0f ms, %.2f %% longer than the least", leastMs, len(types), o.doneMs,
						100*(o.doneMs*1.02/maxMs-1))
				}
			}
		}
	}
}

// On a line with a slow first connection and 5 to 400 ms after it, no call is refused. A listing takes at most 2 %
// longer than one interval per page and the time that each call takes above the line's fastest.
func TestJitteryLine(t *testing.T) {
	listings := uint64(3000)
	if raceDetector || testing.Short() {
		listings /= 20
	}
	const fastestMs = 5
	for goes, name := range []string{"out", "home", "either way"} {
		t.Run(name, func(t *testing.T) {
			refused, longest := 0, 0.0
			within := 0 // listings within 2 % even of their own fastest call
			for seed := uint64(1); seed <= listings; seed++ {
				l := line{minMs: fastestMs, outShare: 0.5, jitterMs: 395, jitterGoes: direction(goes), freshMs: 600}
				o, trips := listPaced(t, seed, l, seed%2 == 0, nil)
				refused += o.Counts.Throttled
				shortest, sum := math.Inf(1), 0.0
				for _, ms := range trips {
					shortest = min(shortest, ms)
					sum += ms
				}
				others := float64(len(trips) - 1)
				longest = max(longest, o.doneMs/((pages-1)*intervalMs+sum-others*fastestMs))
				if o.doneMs <= 1.02*((pages-1)*intervalMs+sum-others*shortest) {
					within++
				}
			}
			t.Logf("%d listings, %d calls refused; the longest took %.2f %% longer than it had to; measured by the fastest of "+
				"its own calls, %.1f %% of them took at most 2 %% longer",
				listings, refused, 100*(longest-1), 100*float64(within)/float64(listings))
			if refused > 0 || longest > 1.02 {
				t.Errorf("no call should be refused, and no listing take more than 2 %% longer than it has to")
			}
		})
	}
}
