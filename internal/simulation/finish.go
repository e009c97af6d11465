package simulation

import (
	"fmt"
	"slices"
	"strings"

	"tencent-chat-groups/core"
)

// finishListing checks a finished listing: it has every group that existed all the time, and none that never existed.
// That it has each group once follows from the counts of its checkpoints.
func (c *caller) finishListing() {
	w, s := c.w, c.service
	c.finished = true
	w.doneMs = w.nowMs
	w.counts.Listings++
	if w.tracing {
		w.tracef(c.name, "has its listing: %d groups", len(c.received))
	}
	if c.call == "countGroups" {
		c.finishCount()
		return
	}
	if c.call != "paginateGroups" && !c.usesNext && c.groups != int64(len(c.received)) {
		c.fail("its checkpoint counts %d groups, but it received %d", c.groups, len(c.received))
	}
	known := 0
	for i := range s.groups {
		g := &s.groups[i]
		_, has := c.received[g.id]
		if has {
			known++
		}
		fits := c.wants(g)
		switch {
		case has && !fits:
			c.fail("it received %q, which is a %s", g.id, g.groupType)
		case has && (g.bornMs > w.nowMs || g.dismissedMs < c.beganMs):
			c.fail("it received %q, which did not exist at that time", g.id)
		case !has && fits && g.bornMs <= c.beganMs && g.dismissedMs > w.nowMs:
			c.fail("it is done, but did not receive %q, which existed all the time", g.id)
		}
	}
	if known != len(c.received) {
		c.fail("it received %d groups that never existed", len(c.received)-known)
	}
}

// wants reports whether a group has a requested type.
func (c *caller) wants(g *group) bool { return c.types == nil || slices.Contains(c.types, g.groupType) }

// finishCount checks a count: it includes every group that existed all the time, and none that never existed.
func (c *caller) finishCount() {
	minimum, maximum := int64(0), int64(0)
	for i := range c.service.groups {
		switch g := &c.service.groups[i]; {
		case !c.wants(g) || g.bornMs > c.w.nowMs || g.dismissedMs < c.beganMs:
		case g.bornMs <= c.beganMs && g.dismissedMs > c.w.nowMs:
			minimum++
			maximum++
		default:
			maximum++
		}
	}
	if c.totalCount < minimum || c.totalCount > maximum {
		c.fail("it counted %d groups: expected from %d to %d", c.totalCount, minimum, maximum)
	}
}

// finish checks the engine when no events are left.
func (w *world) finish() {
	for _, c := range w.callers {
		if !c.finished {
			w.fail("%s never ends: no events are left, and it is %s", c.name, stateNames[c.state])
		}
	}
	for _, c := range w.callers {
		for _, id := range c.ids {
			if w.engine.Close(id, w.readClock()) != nil {
				w.fail("%s: the engine still has its listing %d", c.name, id)
			}
		}
	}
	// No turn may be lost: a new listing of every app can call.
	for _, s := range w.services {
		w.probe(s)
	}
}

func (w *world) probe(s *service) {
	c := &caller{
		w: w, name: "probe", service: s, call: "countGroups", credential: "secretKey", limit: 10000, maxRetries: 5,
		minIntervalMs: 1000, timeoutMs: 10_000,
	}
	if s.proxyOption != "" {
		c.credential = "proxy"
	}
	options, failure := core.ReadOptions(c.options())
	if failure != nil {
		w.fail("probe of %s: %s", s.name, failure.Message)
	}
	c.expectOpen()
	now := w.readClock()
	s.pace.forget(w.clock.engineMs)
	s.pace.open = append(s.pace.open, c)
	id, action := w.engine.Open(options, now)
	c.judgeOpen(action)
	if action.Do == core.Sign {
		c.sig = w.sign(s, false)
		action = w.engine.Step(id, w.readClock(), 0, core.Event{Report: core.Signed, Text: c.sig.text})
		c.judgeProceed(action)
	}
	if w.engine.Close(id, w.readClock()); w.engine.Woken() != 0 {
		w.fail("the engine wakes listing %d when there are none left", w.engine.Woken())
	}
}

// Counts are the statistics of one run or many.
type Counts struct {
	Runs, Listings, Opens, Resumes, Aborts, Failures int
	Calls, Pages, Retries, Loops, Jumps, Outages     int
	NextTypes                                        int // listings that continued with their next group type
	Throttled                                        int // calls that the service refused as too early
	Stricter                                         int // the same, by services with a longer interval than callers know
	EarlyFast, EarlyLate, EarlyJump                  int // calls that arrived too early, by exception
	Faults                                           [faultKinds]int
}

// Add adds the counts of another run.
func (c *Counts) Add(o *Counts) {
	c.Runs += o.Runs
	c.Listings += o.Listings
	c.Opens += o.Opens
	c.Resumes += o.Resumes
	c.Aborts += o.Aborts
	c.Failures += o.Failures
	c.Calls += o.Calls
	c.Pages += o.Pages
	c.Retries += o.Retries
	c.Loops += o.Loops
	c.Jumps += o.Jumps
	c.Outages += o.Outages
	c.NextTypes += o.NextTypes
	c.Throttled += o.Throttled
	c.Stricter += o.Stricter
	c.EarlyFast += o.EarlyFast
	c.EarlyLate += o.EarlyLate
	c.EarlyJump += o.EarlyJump
	for f := range c.Faults {
		c.Faults[f] += o.Faults[f]
	}
}

// String returns the counts as lines of text.
func (c *Counts) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d runs: %d listings done in %d openings (%d aborted, %d failed, %d resumed from a checkpoint)\n",
		c.Runs, c.Listings, c.Opens, c.Aborts, c.Failures, c.Resumes)
	fmt.Fprintf(&b, "%d calls, %d pages, %d retries, %d pagination loops stopped, %d clock jumps, %d "+
		"calls during an outage\n",
		c.Calls, c.Pages, c.Retries, c.Loops, c.Jumps, c.Outages)
	fmt.Fprintf(&b, "%d listings continued with the next group type\n", c.NextTypes)
	fmt.Fprintf(&b, "calls that arrived too early: %d faster than all before, %d next to an abandoned "+
		"call, %d after a clock jump\n",
		c.EarlyFast, c.EarlyLate, c.EarlyJump)
	fmt.Fprintf(&b, "calls that the service refused as too early: %d, and %d with an interval that callers do not know\n",
		c.Throttled, c.Stricter)
	b.WriteString("faults:")
	for f, n := range c.Faults {
		if n > 0 {
			fmt.Fprintf(&b, "\n  %8d  %s", n, fault(f))
		}
	}
	return b.String()
}
