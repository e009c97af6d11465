package simulation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core"
)

// finishListing: a caller has its listing, whole. Every group that was there all the time has to be in it, and nothing that
// never was. (Exactly once: it keeps a set, and the checkpoint's counts were held against it all along.)
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
		c.fail("its checkpoint counts %d groups, but it was given %d", c.groups, len(c.received))
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
			c.fail("it was given %q, which is a %s", g.id, g.groupType)
		case has && (g.bornMs > w.nowMs || g.dismissedMs < c.beganMs):
			c.fail("it was given %q, which did not exist at that time", g.id)
		case !has && fits && g.bornMs <= c.beganMs && g.dismissedMs > w.nowMs:
			c.fail("it is done, but was not given %q, which existed all the time", g.id)
		}
	}
	if known != len(c.received) {
		c.fail("it was given %d groups that never existed", len(c.received)-known)
	}
}

// wants tells whether a group is of a type that was asked for.
func (c *caller) wants(g *group) bool { return c.types == nil || slices.Contains(c.types, g.groupType) }

// finishCount: a caller has its count. Every group that was there all the time is in it, and none that never was.
func (c *caller) finishCount() {
	least, most := int64(0), int64(0)
	for i := range c.service.groups {
		switch g := &c.service.groups[i]; {
		case !c.wants(g) || g.bornMs > c.w.nowMs || g.dismissedMs < c.beganMs:
		case g.bornMs <= c.beganMs && g.dismissedMs > c.w.nowMs:
			least++
			most++
		default:
			most++
		}
	}
	if c.totalCount < least || c.totalCount > most {
		c.fail("it counted %d groups: that should be from %d to %d", c.totalCount, least, most)
	}
}

// finish: nothing more will happen.
func (w *world) finish() {
	for _, c := range w.callers {
		if !c.finished {
			w.fail("%s sleeps for ever: nothing more will happen, and it is %s", c.name, stateNames[c.state])
		}
	}
	for _, c := range w.callers {
		for _, id := range c.ids {
			if w.engine.Close(id, w.readClock()) != "" {
				w.fail("%s: the engine still has its listing %d", c.name, id)
			}
		}
	}
	// Nobody's turn may be lost: a new listing of every app can call.
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

// Counts tell what has happened in a run, or in many.
type Counts struct {
	Runs, Listings, Opens, Resumes, Aborts, Failures int
	Calls, Pages, Retries, Loops, Jumps, Outages     int
	NextTypes                                        int // so often a listing went on with its next group type
	Throttled                                        int // calls that the service refused because they came too early
	Stricter                                         int // the same by services that are stricter than anybody knows
	EarlyFast, EarlyLate, EarlyJump                  int // calls that arrived too early, by what excuses it
	Faults                                           [faultKinds]int
}

// Add adds another run's counts.
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

// String writes the counts as a few lines of text.
func (c *Counts) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d runs: %d listings done in %d openings (%d aborted, %d failed, %d went on from a checkpoint)\n",
		c.Runs, c.Listings, c.Opens, c.Aborts, c.Failures, c.Resumes)
	fmt.Fprintf(&b, "%d calls, %d pages, %d retries, %d circles broken, %d clock jumps, %d calls into an outage\n",
		c.Calls, c.Pages, c.Retries, c.Loops, c.Jumps, c.Outages)
	fmt.Fprintf(&b, "%d times on to the next group type\n", c.NextTypes)
	fmt.Fprintf(&b, "calls that arrived too early: %d faster than every one before, %d given up before they arrived, %d after a clock jump\n",
		c.EarlyFast, c.EarlyLate, c.EarlyJump)
	fmt.Fprintf(&b, "calls that the service refused for that: %d, and %d by services that are stricter than anybody knows\n", c.Throttled, c.Stricter)
	b.WriteString("faults:")
	for f, n := range c.Faults {
		if n > 0 {
			b.WriteString("\n  " + fmt.Sprintf("%8s", strconv.Itoa(n)) + "  " + fault(f).String())
		}
	}
	return b.String()
}
