package simulation

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core"
	"tencent-chat-groups/core/restapi"
)

// brokenEngine is an engine that breaks its promises: these functions change what it is asked and what it answers.
type brokenEngine struct {
	engine
	w *world

	options func(o *core.Options)
	event   func(c *caller, e *core.Event)
	now     func(c *caller, e *core.Event, nowMs float64) float64
	random  func(random uint32) uint32
	action  func(c *caller, e *core.Event, a *core.Action) // c and e are nil when a listing was opened
	closed  func(checkpoint *core.Checkpoint) *core.Checkpoint
	redact  func(text string) string
	woken   func(id int) int
}

func (b *brokenEngine) Open(o *core.Options, nowMs float64) (id int, action *core.Action) {
	if b.options != nil {
		b.options(o)
	}
	id, action = b.engine.Open(o, nowMs)
	return id, b.answer(nil, nil, action)
}

func (b *brokenEngine) Step(id int, nowMs float64, random uint32, e core.Event) *core.Action {
	c := b.w.byID[id]
	if c == nil { // of the probe
		return b.engine.Step(id, nowMs, random, e)
	}
	if b.event != nil {
		b.event(c, &e)
	}
	if b.now != nil {
		nowMs = b.now(c, &e, nowMs)
	}
	if b.random != nil {
		random = b.random(random)
	}
	return b.answer(c, &e, b.engine.Step(id, nowMs, random, e))
}

func (b *brokenEngine) answer(c *caller, e *core.Event, action *core.Action) *core.Action {
	if b.action == nil {
		return action
	}
	a := *action
	a.Retry, a.Failure, a.Checkpoint, a.Progress = clone(a.Retry), clone(a.Failure), clone(a.Checkpoint), clone(a.Progress)
	b.action(c, e, &a)
	return &a
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}

func (b *brokenEngine) Close(id int, nowMs float64) *core.Checkpoint {
	checkpoint := b.engine.Close(id, nowMs)
	if b.closed != nil {
		return b.closed(checkpoint)
	}
	return checkpoint
}

func (b *brokenEngine) Redact(id int, text string) string {
	if b.redact != nil {
		return b.redact(text)
	}
	return b.engine.Redact(id, text)
}

func (b *brokenEngine) Woken() int {
	if b.woken != nil {
		return b.woken(b.engine.Woken())
	}
	return b.engine.Woken()
}

// separateEngines opens each listing in an engine of its own, where it knows nothing of the others.
type separateEngines struct{ engines []*core.Engine }

func (s *separateEngines) Open(o *core.Options, nowMs float64) (id int, action *core.Action) {
	e := core.NewEngine()
	s.engines = append(s.engines, e)
	_, action = e.Open(o, nowMs)
	return len(s.engines), action
}

func (s *separateEngines) Step(id int, nowMs float64, random uint32, event core.Event) *core.Action {
	return s.engines[id-1].Step(1, nowMs, random, event)
}

func (s *separateEngines) Close(id int, nowMs float64) *core.Checkpoint {
	return s.engines[id-1].Close(1, nowMs)
}

func (s *separateEngines) Redact(id int, text string) string { return s.engines[id-1].Redact(1, text) }

func (s *separateEngines) Woken() int { return 0 }

// stuckEngine tells a listing to wait for its turn when it is time to call.
type stuckEngine struct {
	engine
	w *world
}

func (s *stuckEngine) Step(id int, nowMs float64, random uint32, e core.Event) *core.Action {
	if c := s.w.byID[id]; e.Report == core.Tick && c.state == waiting && c.service.pace.called {
		return &core.Action{Do: core.Wait}
	}
	return s.engine.Step(id, nowMs, random, e)
}

// finished reports whether every caller has what it wants.
func (b *brokenEngine) finished() bool {
	return !slices.ContainsFunc(b.w.callers, func(c *caller) bool { return !c.finished })
}

func onAction(do core.Do, change func(c *caller, a *core.Action)) func(*brokenEngine) {
	return func(b *brokenEngine) {
		b.action = func(c *caller, _ *core.Event, a *core.Action) {
			if c != nil && a.Do == do {
				change(c, a)
			}
		}
	}
}

func onRetry(change func(a *core.Action)) func(*brokenEngine) {
	return onAction(core.Wait, func(_ *caller, a *core.Action) {
		if a.Retry != nil {
			change(a)
		}
	})
}

func onTurn(change func(a *core.Action)) func(*brokenEngine) {
	return onAction(core.Wait, func(c *caller, a *core.Action) {
		if a.Retry == nil && c.state != backingOff {
			change(a)
		}
	})
}

// onCheckpoint changes every checkpoint that a page, progress or the end has.
func onCheckpoint(change func(c *core.Checkpoint)) func(*brokenEngine) {
	return func(b *brokenEngine) {
		b.action = func(_ *caller, _ *core.Event, a *core.Action) {
			for _, c := range []*core.Checkpoint{a.Checkpoint, a.Progress} {
				if c != nil {
					change(c)
				}
			}
		}
	}
}

func onOptions(change func(o *core.Options)) func(*brokenEngine) {
	return func(b *brokenEngine) { b.options = change }
}

func onEvent(report core.Report, change func(e *core.Event)) func(*brokenEngine) {
	return func(b *brokenEngine) {
		b.event = func(_ *caller, e *core.Event) {
			if e.Report == report {
				change(e)
			}
		}
	}
}

// onDone changes what a caller has, or what there was, when its listing is done.
func onDone(call string, change func(c *caller)) func(*brokenEngine) {
	return onAction(core.Done, func(c *caller, a *core.Action) {
		if c.call == call && a.Checkpoint.Ended {
			change(c)
		}
	})
}

func mayBeRetried(e *core.Event) bool { return e.Status >= 500 || e.Status == 429 }

// brokenRules has the ways in which an engine can break the rules, and what the simulation says about each.
var brokenRules = []struct {
	rule, found string
	broken      func(b *brokenEngine)
}{
	// Pace.
	{"a call is sent too early", "it calls", onOptions(func(o *core.Options) { o.MinIntervalMs -= 100 })},
	{"a call is sent too late", "longer than the pace requires", onOptions(func(o *core.Options) {
		o.MinIntervalMs += 100
	})},
	{"a listing waits for longer than it has to", "longer than the pace requires", onTurn(func(a *core.Action) {
		a.WaitMs += 2
	})},
	{"calls of two listings are under way at once", "while a call of", func(b *brokenEngine) {
		b.engine = &separateEngines{}
	}},
	{"a listing does not wait for its turn", "was first in the queue", func(b *brokenEngine) {
		b.engine = &separateEngines{}
	}},
	{"a listing that is not the first is told when to call", "it is not its turn", onTurn(func(a *core.Action) {
		a.WaitMs = max(a.WaitMs, 1)
	})},
	{"the first in the queue sleeps until woken", "nothing will wake it", onTurn(func(a *core.Action) {
		a.WaitMs = -1
	})},
	{"nobody is woken", "the engine does not wake it", func(b *brokenEngine) { b.woken = func(int) int { return 0 } }},
	{"a listing is woken that is not open", "which is not open", func(b *brokenEngine) {
		b.woken = func(id int) int { return id + 1000 }
	}},
	{"a listing is woken that does not wait", "it was not waiting for its turn", func(b *brokenEngine) {
		b.woken = func(int) int {
			for _, c := range b.w.callers {
				if c.state == calling {
					return c.id
				}
			}
			return 0
		}
	}},
	{"throttle answers are ignored", "by the random bits", onEvent(core.Headers, func(e *core.Event) {
		if e.Status == 429 {
			e.Status = 503
		}
	})},
	{"calls arrive too close to each other", "without an exception", func(b *brokenEngine) {
		for _, c := range b.w.callers {
			c.service.lastArrived = &call{caller: c, arrivedMs: c.startMs, sentMs: -1, answeredMs: -1, abandonedMs: -1}
		}
	}},
	{"the service refuses a call that is in time", "refused a call that arrived in time", func(b *brokenEngine) {
		for _, s := range b.w.services {
			s.calendar, s.countedAny, s.lastCountedMs = false, true, math.Inf(1)
		}
	}},

	// Signatures.
	{"a UserSig is asked for again", "wait for the turn, or fetch", onAction(core.Fetch, func(_ *caller, a *core.Action) {
		*a = core.Action{Do: core.Sign}
	})},
	{"no UserSig is asked for", "expected: sign", func(b *brokenEngine) {
		b.action = func(_ *caller, _ *core.Event, a *core.Action) {
			if a.Do == core.Sign {
				*a = core.Action{Do: core.Wait}
			}
		}
	}},
	{"UserSigs are never renewed", "expected: wait", onOptions(func(o *core.Options) {
		if o.Credential == core.UserSigFunction {
			o.Credential = core.FixedUserSig
		}
	})},
	{"a UserSig that was given is renewed", "expected: fail", onOptions(func(o *core.Options) {
		if o.Credential == core.FixedUserSig {
			o.Credential = core.UserSigFunction
		}
	})},
	{"an empty UserSig is used", "expected: fail", onEvent(core.Signed, func(e *core.Event) {
		if e.Text == "" {
			e.Text = "eJw"
		}
	})},
	{"the failure of a UserSig function is a UserSig", "expected: fail", onEvent(core.SignFailed, func(e *core.Event) {
		e.Report = core.Signed
	})},
	{"a retry shows a UserSig", "a part of a UserSig is visible", onRetry(func(a *core.Action) {
		a.Retry.Message += marker
	})},
	{"a failure shows a UserSig", "a part of a UserSig is visible", onAction(core.Fail, func(_ *caller, a *core.Action) {
		a.Failure.Hint += marker
	})},
	{"a cause shows a UserSig", "a part of a UserSig is visible", func(b *brokenEngine) {
		b.redact = func(text string) string {
			return text
		}
	}},

	// Calls.
	{"a call goes to another URL", "it should call", onAction(core.Fetch, func(_ *caller, a *core.Action) {
		a.URL += "&"
	})},
	{"the backup host is never used", "it should call", onOptions(func(o *core.Options) {
		if o.Region != nil {
			o.Region = &restapi.Region{Name: o.Region.Name, Host: o.Region.Host, Backup: o.Region.Host}
		}
	})},
	{"every URL has the same random bits", "it should call", func(b *brokenEngine) {
		b.random = func(uint32) uint32 { return 7 }
	}},
	{"a call asks for another Limit", "it should ask for", onOptions(func(o *core.Options) {
		o.Limit = min(o.Limit+1, restapi.MaxLimit)
	})},
	{"a count asks for a whole page", "it should ask for", onOptions(func(o *core.Options) {
		if o.Operation == core.CountGroups {
			o.Limit = restapi.MaxLimit
		}
	})},
	{"a call has another timeout", "the call's timeout is", onOptions(func(o *core.Options) { o.TimeoutMs++ })},
	{"a call is made once more", "expected: wait", onRetry(func(a *core.Action) {
		*a = core.Action{Do: core.Fetch}
	})},

	// Retries.
	{"one retry too many", "expected: fail", onOptions(func(o *core.Options) { o.MaxRetries++ })},
	{"one retry too few", "expected: wait", onOptions(func(o *core.Options) {
		o.MaxRetries = max(0, o.MaxRetries-1)
	})},
	{"what no retry can mend is retried", "expected: fail", onEvent(core.Headers, func(e *core.Event) {
		if e.Status != 200 && !mayBeRetried(e) {
			e.Status = 503
		}
	})},
	{"what a retry can mend is not retried", "expected: wait", onEvent(core.Headers, func(e *core.Event) {
		if mayBeRetried(e) {
			e.Status = 400
		}
	})},
	{"a retry does not say what failed", "that it does not report", onRetry(func(a *core.Action) { a.Retry = nil })},
	{"a wait for a turn is called a retry", "a retry without a failure", onTurn(func(a *core.Action) {
		a.Retry = &core.Failure{}
	})},
	{"retries do not back off", "by the random bits", onRetry(func(a *core.Action) { a.WaitMs = 0 })},
	{"back-off without bound", "expected from", onRetry(func(a *core.Action) { a.WaitMs += 30_001 })},
	{"back-off without jitter", "by the random bits", func(b *brokenEngine) {
		b.random = func(uint32) uint32 { return math.MaxUint32 }
	}},
	{"Retry-After is ignored", "expected from", onEvent(core.Headers, func(e *core.Event) {
		if e.RetryAfterMs <= maxRetryAfterMs {
			e.RetryAfterMs = 0
		}
	})},
	{"Retry-After is obeyed for hours", "expected: fail", onEvent(core.Headers, func(e *core.Event) {
		e.RetryAfterMs = min(e.RetryAfterMs, maxRetryAfterMs)
	})},
	{"an early timer ends a back-off", "expected: wait", func(b *brokenEngine) {
		b.now = func(c *caller, e *core.Event, nowMs float64) float64 {
			if e.Report == core.Tick && c.state == backingOff {
				return nowMs + 10
			}
			return nowMs
		}
	}},
	{"an early timer makes a back-off longer", "its timer fired", onAction(core.Wait, func(c *caller, a *core.Action) {
		if c.state == backingOff {
			a.WaitMs += 10
		}
	})},

	// Failures.
	{"a failure has another kind", "its failure is of kind", onAction(core.Fail, func(_ *caller, a *core.Action) {
		a.Failure.Kind = core.HTTPFailure
	})},
	{"a retry has another kind", "its failure is of kind", onRetry(func(a *core.Action) {
		a.Retry.Kind = core.SigningFailure
	})},
	{"a failure has another code", "its failure has code", onRetry(func(a *core.Action) { a.Retry.ErrorCode++ })},
	{"a failure counts attempts wrongly", "its failure reports", onRetry(func(a *core.Action) {
		a.Retry.Attempts++
	})},
	{"a failure has no checkpoint", "the checkpoint of its failure", onAction(core.Fail, func(_ *caller, a *core.Action) {
		a.Failure.Checkpoint = nil
	})},
	{"a listing fails when it is opened", "opening it failed", func(b *brokenEngine) {
		b.action = func(_ *caller, e *core.Event, a *core.Action) {
			if e == nil {
				*a = core.Action{Do: core.Fail, Failure: &core.Failure{}}
			}
		}
	}},
	{"an event comes when none is expected", "internal failure in state", onEvent(core.Headers, func(e *core.Event) {
		e.Report = core.Taken
	})},
	{"the engine panics", "panic: runtime error", onEvent(core.Headers, func(e *core.Event) { e.Report = -1 })},

	// Pages.
	{"a page lacks its last ID", "the engine hands on", onAction(core.Page, func(_ *caller, a *core.Action) {
		if n := strings.LastIndexByte(string(a.GroupIDs.Text), '\n'); n > 0 && !a.GroupIDs.JSON {
			a.GroupIDs.Text = a.GroupIDs.Text[:n]
		}
	})},
	{"a page has another TotalCount", "the engine hands on", onAction(core.Page, func(_ *caller, a *core.Action) {
		a.TotalCount++
	})},
	{"a page has another Next", "the engine hands on", onAction(core.Page, func(_ *caller, a *core.Action) {
		a.Next++
	})},
	{"a page has another type", "the engine hands on", onAction(core.Page, func(_ *caller, a *core.Action) {
		a.GroupType = "BChatRoom"
	})},
	{"a pagination loop is not ended", "expected: fail", onAction(core.Fail, func(_ *caller, a *core.Action) {
		if a.Failure.Kind == core.ProtocolFailure {
			*a = core.Action{Do: core.Page}
		}
	})},
	{"maxPages is ignored", "expected: done", onOptions(func(o *core.Options) {
		if o.Operation == core.ListAllGroups {
			o.MaxPages = 0
		}
	})},
	{"one page too few", "wait for the turn, or fetch", onOptions(func(o *core.Options) {
		if o.MaxPages > 1 {
			o.MaxPages--
		}
	})},
	{"progress is not told", "progress must be reported", func(b *brokenEngine) {
		b.action = func(_ *caller, _ *core.Event, a *core.Action) { a.Progress = nil }
	}},
	{"a count tells of progress", "progress must be reported", onAction(core.Done, func(c *caller, a *core.Action) {
		if c.call == "countGroups" {
			a.Progress = a.Checkpoint
		}
	})},
	{"a listing has another TotalCount", "done with TotalCount", onAction(core.Done, func(_ *caller, a *core.Action) {
		a.TotalCount++
	})},
	{"a listing is complete when it is not", "done with complete", onAction(core.Done, func(_ *caller, a *core.Action) {
		if a.Complete == core.Incomplete {
			a.Complete = core.Complete
		}
	})},
	{"a resumed listing claims to be complete", "done with complete", onAction(core.Done, func(_ *caller, a *core.Action) {
		if a.Complete == core.MaybeComplete {
			a.Complete = core.Complete
		}
	})},
	{"a listing does not end", "endless", func(b *brokenEngine) {
		b.w.plan.exact = true
		b.engine = &stuckEngine{b.engine, b.w}
	}},

	// Checkpoints.
	{"duplicates are not counted", "the checkpoint of progress", onEvent(core.Taken, func(e *core.Event) {
		e.Duplicates = 0
	})},
	{"an abort leaves no checkpoint", "the checkpoint of abort", func(b *brokenEngine) {
		b.closed = func(*core.Checkpoint) *core.Checkpoint { return nil }
	}},
	{"resuming begins anew", "should be", onOptions(func(o *core.Options) { o.Resume = nil })},
	{"a checkpoint has another Limit", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) { c.Limit++ })},
	{"a checkpoint has another cursor", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) { c.Next++ })},
	{"a checkpoint has another type", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.GroupType += "x"
	})},
	{"a checkpoint has other types", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.GroupTypes = nil
	})},
	{"a checkpoint has not ended", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) { c.Ended = false })},
	{"a checkpoint has another TotalCount", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.TotalCount++
	})},
	{"a checkpoint forgets the TotalCount of earlier types", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.EarlierTotalCount = 0
	})},
	{"a checkpoint forgets the largest TotalCount", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.MaxTotalCount = 0
	})},
	{"a checkpoint counts groups wrongly", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.Groups++
	})},
	{"a checkpoint counts duplicates wrongly", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.Duplicates++
	})},
	{"a checkpoint counts pages wrongly", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) { c.Pages++ })},
	{"a checkpoint counts calls wrongly", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.Requests++
	})},
	{"a checkpoint counts retries wrongly", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) {
		c.Retries++
	})},
	{"a checkpoint has no time", "the checkpoint of", onCheckpoint(func(c *core.Checkpoint) { c.ElapsedMs = -1 })},

	// Group types, one after the other.
	{"a listing stops after its first type", "the checkpoint of", onOptions(func(o *core.Options) {
		o.GroupTypes = o.GroupTypes[:min(1, len(o.GroupTypes))]
	})},
	{"the first type is skipped", "it should ask for", onOptions(func(o *core.Options) {
		o.GroupTypes = o.GroupTypes[min(1, len(o.GroupTypes)):]
	})},
	{"types are listed in another order", "it should ask for", onOptions(func(o *core.Options) {
		slices.Reverse(o.GroupTypes)
	})},
	{"a type has a name that the endpoint does not know", "it should ask for", onOptions(func(o *core.Options) {
		o.GroupType += "s"
	})},

	// The end.
	{"a group is missing", "did not receive", onDone("paginateGroups", func(c *caller) { clear(c.received) })},
	{"a group is counted and was not given", "its checkpoint counts", onDone("listAllGroups", func(c *caller) {
		clear(c.received)
	})},
	{"a group is of another type", "which is a", onDone("paginateGroups", func(c *caller) {
		for _, g := range c.service.groups {
			c.received[g.id] = struct{}{}
		}
	})},
	{"a group does not exist yet", "did not exist at that time", onDone("paginateGroups", func(c *caller) {
		c.service.groups = append(c.service.groups, group{id: "later", bornMs: math.Inf(1)})
		c.received["later"] = struct{}{}
		c.types = nil
	})},
	{"a group never existed", "that never existed", onDone("paginateGroups", func(c *caller) {
		c.received["never"] = struct{}{}
	})},
	{"a count is wrong", "it counted", onDone("countGroups", func(c *caller) {
		for range 1000 {
			always := group{groupType: "Public", bornMs: math.Inf(-1), dismissedMs: math.Inf(1)}
			c.service.groups = append(c.service.groups, always)
		}
	})},
	{"nothing happens any more", "never ends", func(b *brokenEngine) {
		b.w.at(b.w.callers[0].startMs, func() { b.w.queue = queue{} })
	}},
	{"a listing has ended and is kept", "but the engine still has it", func(b *brokenEngine) {
		b.closed = func(*core.Checkpoint) *core.Checkpoint { return &core.Checkpoint{} }
	}},
	{"a listing is kept for ever", "the engine still has its listing", func(b *brokenEngine) {
		b.closed = func(checkpoint *core.Checkpoint) *core.Checkpoint {
			if checkpoint == nil && b.finished() {
				return &core.Checkpoint{}
			}
			return checkpoint
		}
	}},
	{"a listing is woken when there is none", "when there are none left", func(b *brokenEngine) {
		b.woken = func(id int) int {
			if b.finished() {
				return 1
			}
			return id
		}
	}},
	{"a listing never comes to its end", "resuming makes no progress", func(b *brokenEngine) {
		b.w.faultsLeft, b.w.plan.faultRate, b.w.plan.faults = math.MaxInt, 1, []fault{resetBefore}
	}},
	{"options are refused", "ReadOptions refused", func(b *brokenEngine) { b.w.callers[0].limit = 0 }},
	{"options are refused when all is done", "probe of", func(b *brokenEngine) {
		b.closed = func(checkpoint *core.Checkpoint) *core.Checkpoint {
			if b.finished() {
				b.w.services[0].endpointOption = "nowhere"
			}
			return checkpoint
		}
	}},
}

// A check that never fails proves nothing. The simulation finds every broken rule, and every one of its checks finds
// one.
func TestBrokenRulesAreFound(t *testing.T) {
	const seeds = 2000
	checks := readChecks(t)
	for _, test := range brokenRules {
		t.Run(test.rule, func(t *testing.T) {
			var others []string
			for seed := uint64(1); seed <= seeds; seed++ {
				d := newRNG(seed)
				w := newWorld(d, drawPlan(d), false)
				b := &brokenEngine{engine: w.engine, w: w}
				w.engine = b
				test.broken(b)
				violation := w.run().Violation
				if strings.Contains(violation, test.found) {
					t.Logf("seed %d: %s", seed, violation)
					checks.found(violation)
					return
				}
				if violation != "" && len(others) < 3 {
					others = append(others, "seed "+strconv.FormatUint(seed, 10)+": "+violation)
				}
			}
			t.Errorf("no seed of %d fails with %q, but:\n%s", seeds, test.found, strings.Join(others, "\n"))
		})
	}
	for _, c := range checks {
		if !c.failed && !t.Failed() {
			t.Errorf("nothing in brokenRules makes this check fail: %s", c.format)
		}
	}
}

// check is a call of fail in the simulation.
type check struct {
	format  string
	message *regexp.Regexp
	failed  bool
}

type checks []*check

// found notes which check a violation is from: of those that it may be from, the one with the longest text.
func (all checks) found(violation string) {
	var from *check
	for _, c := range all {
		if c.message.MatchString(violation) && (from == nil || len(c.format) > len(from.format)) {
			from = c
		}
	}
	if from != nil {
		from.failed = true
	}
}

// readChecks finds the checks in the simulation's source.
func readChecks(t *testing.T) (all checks) {
	t.Helper()
	names, err := os.ReadDir(".")
	require.NoError(t, err)
	verb := regexp.MustCompile(`%(\\\.[0-9])?[a-z]`)
	for _, name := range names {
		if !strings.HasSuffix(name.Name(), ".go") || strings.HasSuffix(name.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name.Name(), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "fail" {
				if format, ok := literal(call.Args[0]); ok {
					message := verb.ReplaceAllString(regexp.QuoteMeta(format), ".*")
					all = append(all, &check{format: format, message: regexp.MustCompile("(?s)" + message)})
				}
			}
			return true
		})
	}
	require.NotEmpty(t, all)
	return all
}

// literal returns the value of a string literal, or of a sum of them.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, alsoOK := literal(e.Y)
		return left + right, ok && alsoOK
	}
	return "", false
}
