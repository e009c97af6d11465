package simulation

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core"
)

// model is the expected state of a listing.
type model struct {
	earlierGroups int64 // received by earlier runs
	state         state
	done          bool

	limitNow     int64
	base         int // 0 the main host, 1 the backup
	hostFailures int
	tries        int64 // of this page
	failures     int64 // of these, those that maxRetries limits
	resigned     bool
	empties      int
	pagesNow     int64
	seen         map[int64]struct{}
	untilMs      float64 // end of the back-off, by the engine's clock
	verdict      verdict // of the last call

	position

	page     []string // the new IDs of the page being taken
	after    position // the position after it, if all of it is new
	reported int64
}

// position is the progress of a listing.
type position struct {
	at      int   // index of the group type
	earlier int64 // sum of the TotalCounts of earlier types
	highest int64 // the largest TotalCount, at least the IDs of earlier types
	next    int64
	atEnd   bool
	counts
}

// counts are the counts of a checkpoint.
type counts struct {
	totalCount, groups, duplicates, pages, requests, retries int64
}

type state int

const (
	closed state = iota
	signing
	backingOff
	waiting
	calling
	reading
	delivering
)

var stateNames = [...]string{"closed", "signing", "backing off", "waiting", "calling", "reading", "delivering"}

const (
	slackMs                = 1e-3 // tolerance for comparing times
	maxEmptyPages          = 5
	maxUnexplained         = 100_000
	firstBackoffMs         = 500
	firstThrottleBackoffMs = 2000
	maxBackoffMs           = 30_000
	maxRetryAfterMs        = 600_000
	maxMainHostFailures    = 2
)

func (c *caller) fail(format string, args ...any) {
	c.w.fail(c.name+": "+format, args...)
}

// expectOpen sets the model of a listing about to be opened.
func (c *caller) expectOpen() {
	before := c.model
	c.model = model{limitNow: c.limit, seen: before.seen, page: before.page}
	if c.call == "countGroups" {
		c.limitNow = 1
	}
	switch c.from {
	case "resume":
		c.limitNow = min(c.limitNow, before.limitNow)
		c.position, c.earlierGroups = before.position, before.groups
	case "next":
		c.next = before.next
	}
	if c.seen == nil {
		c.seen = map[int64]struct{}{}
	}
	clear(c.seen)
	c.seen[c.next] = struct{}{}
	c.sig = nil
}

func (c *caller) judgeOpen(a *core.Action) {
	if a.Do == core.Fail {
		c.fail("opening it failed: %s", a.Failure.Message)
	}
	if c.atEnd {
		c.judgeDone(a)
		return
	}
	c.judgeProgress(a, false)
	c.judgeProceed(a)
}

// judge compares the engine's action with the expected reaction to an event.
func (c *caller) judge(e *core.Event, a *core.Action) {
	if a.Do == core.Fail && a.Failure.Kind == core.InternalFailure {
		c.fail("internal failure in state %s: %s", stateNames[c.state], a.Failure.Message)
	}
	if e.Report == core.Taken {
		c.position = c.after
		c.groups -= c.reported
		c.duplicates += c.reported
	}
	c.judgeProgress(a, e.Report == core.Taken && c.call != "countGroups")
	switch e.Report {
	case core.Tick:
		left := c.untilMs - c.w.clock.engineMs
		byRounding := math.Abs(left) <= slackMs && a.Do == core.Wait && a.WaitMs >= 0 && a.WaitMs <= slackMs
		if c.state == backingOff && (left > slackMs || byRounding) {
			c.want(a, core.Wait)
			if a.Retry != nil || math.Abs(a.WaitMs-left) > slackMs {
				c.fail("its timer fired %.3f ms early: it should wait for that long, not for %.3f ms", left, a.WaitMs)
			}
			return
		}
		c.judgeProceed(a)
	case core.Signed:
		if e.Text == "" {
			c.judgeFail(a, core.SigningFailure)
			return
		}
		c.judgeProceed(a)
	case core.SignFailed:
		c.sig = nil
		c.judgeFail(a, core.SigningFailure)
	case core.Headers:
		c.noteAnswered()
		if e.Status == 200 {
			c.want(a, core.Read)
			c.state = reading
			return
		}
		c.judgeFailed(c.current.answer.verdict, a)
	case core.Body:
		if v := c.current.answer.verdict; v.reaction == takePage {
			c.judgePage(&c.current.answer, a)
		} else {
			c.judgeFailed(v, a)
		}
	case core.TooLarge:
		c.judgeFailed(corruptVerdict, a)
	case core.NetworkFailed:
		c.noteAbandoned()
		c.judgeFailed(lostVerdict, a)
	case core.TimedOut:
		c.noteAbandoned()
		c.judgeFailed(timeoutVerdict, a)
	case core.Taken:
		c.judgeTaken(a)
	}
}

func (c *caller) want(a *core.Action, do core.Do) {
	if a.Do != do {
		got := describeAction(a)
		c.fail("expected: %s, but the engine says: %s", do, got)
	}
}

// judgeProceed expects a request for a UserSig if there is none, or else waiting for a turn, or a call.
func (c *caller) judgeProceed(a *core.Action) {
	if c.sig == nil && c.credential != "proxy" {
		c.want(a, core.Sign)
		c.state = signing
		return
	}
	switch a.Do {
	case core.Wait:
		if a.Retry != nil {
			c.fail("it waits for a retry without a failure")
		}
		c.state = waiting
		c.judgeTurn(a.WaitMs)
	case core.Fetch:
		c.judgeFetch(a)
	default:
		c.fail("expected: wait for the turn, or fetch, but the engine says: %s", describeAction(a))
	}
}

// judgeFetch checks that the call is the expected one, and may be made.
func (c *caller) judgeFetch(a *core.Action) {
	c.state = calling
	c.tries++
	c.requests++
	if c.tries > 1 {
		c.retries++
	}
	if expected := c.expectedURL(); a.URL != expected {
		c.fail("it should call\n  %s\nbut the engine calls\n  %s", expected, a.URL)
	}
	if body := c.expectedBody(); a.Body != body {
		c.fail("it should ask for %s, but the engine asks for %s", body, a.Body)
	}
	if a.TimeoutMs != c.timeoutMs {
		c.fail("the call's timeout is %v ms instead of %d", a.TimeoutMs, c.timeoutMs)
	}
	c.current = &call{
		caller: c, round: c.round, base: c.base, url: a.URL, limit: c.limitNow, next: c.next, groupType: c.typeAt(c.position),
		sentEngineMs: c.w.clock.engineMs,
	}
	if c.credential != "proxy" {
		c.current.sig = c.sig
	}
	c.judgeSending(c.current)
}

func (c *caller) expectedURL() string {
	s := c.service
	expected := s.bases[c.base] + "/v4/group_open_http_svc/get_appid_group_list"
	if c.credential == "proxy" {
		return expected
	}
	return expected + "?sdkappid=" + s.app + "&identifier=administrator%2F1%20%26%3F&usersig=" +
		url.QueryEscape(c.sig.text) +
		"&random=" + strconv.FormatUint(uint64(c.random), 10) + "&contenttype=json"
}

// typeAt returns the group type listed at a position, "" for all types at once.
func (c *caller) typeAt(p position) string {
	if c.types == nil {
		return ""
	}
	return c.types[p.at]
}

func (c *caller) expectedBody() string {
	var fields []string
	if c.limitNow != 10000 {
		fields = append(fields, fmt.Sprintf(`"Limit":%d`, c.limitNow))
	}
	if c.next != 0 {
		fields = append(fields, fmt.Sprintf(`"Next":%d`, c.next))
	}
	if groupType := c.typeAt(c.position); groupType != "" {
		fields = append(fields, fmt.Sprintf(`"GroupType":%q`, groupType))
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// judgeFailed expects the reaction to a failed call.
func (c *caller) judgeFailed(v verdict, a *core.Action) {
	c.verdict = v
	c.notePace(v)
	if c.hostFailures++; !v.hostDown {
		c.hostFailures = 0
	}
	if c.hostFailures >= maxMainHostFailures && c.base == 0 && len(c.service.bases) > 1 {
		c.base, c.hostFailures = 1, 0
	}
	c.current = nil
	switch {
	case v.reaction == failAtOnce, v.retryAfter > maxRetryAfterMs:
		c.judgeFail(a, v.kind)
	case v.reaction == halveLimit && c.limitNow == 1:
		c.judgeFail(a, v.kind)
	case v.reaction == halveLimit:
		c.limitNow /= 2
		c.judgeBackoff(a, 0, 0)
	case v.reaction == renewUserSig && (c.resigned || c.credential == "userSig" || c.credential == "proxy"):
		c.judgeFail(a, v.kind)
	case v.reaction == renewUserSig:
		c.resigned = true
		c.sig = nil
		c.judgeBackoff(a, 0, 0)
	case c.failures >= c.maxRetries:
		c.judgeFail(a, v.kind)
	default:
		c.failures++
		maxMs := float64(firstBackoffMs)
		if v.throttled {
			maxMs = firstThrottleBackoffMs
		}
		maxMs = min(maxMs*math.Pow(2, float64(c.failures-1)), maxBackoffMs)
		c.judgeBackoff(a, v.pauseMs, maxMs)
	}
}

// judgeBackoff expects a back-off of minMs plus a random part of maxMs.
func (c *caller) judgeBackoff(a *core.Action, minMs, maxMs float64) {
	c.want(a, core.Wait)
	if a.Retry == nil {
		c.fail("it waits after a failure that it does not report")
	}
	c.judgeFailure(a.Retry, c.verdict.kind)
	if a.WaitMs < minMs-slackMs || a.WaitMs > minMs+maxMs+slackMs {
		c.fail("after %d failures it backs off for %.3f ms: expected from %.0f to %.0f", c.failures, a.WaitMs, minMs,
			minMs+maxMs)
	}
	if want := minMs + maxMs*float64(c.random)/(1<<32); math.Abs(a.WaitMs-want) > slackMs {
		c.fail("after %d failures it backs off for %.3f ms: by the random bits expected %.3f", c.failures, a.WaitMs, want)
	}
	c.state = backingOff
	c.untilMs = c.w.clock.engineMs + a.WaitMs
	c.w.counts.Retries++
}

// judgeFailure checks a failure that users see.
func (c *caller) judgeFailure(f *core.Failure, kind core.Kind) {
	if f.Kind != kind {
		c.fail("its failure is of kind %s, not %s: %s", f.Kind, kind, f.Message)
	}
	if kind == core.APIFailure && f.ErrorCode != c.verdict.code {
		c.fail("its failure has code %d instead of %d", f.ErrorCode, c.verdict.code)
	}
	if f.Attempts != c.tries {
		c.fail("its failure reports %d attempts: there were %d", f.Attempts, c.tries)
	}
	c.judgeSecrecy(f.JSON())
	c.judgeSecrecy(f.Error())
}

// judgeSecrecy checks that users see no part of a UserSig.
func (c *caller) judgeSecrecy(text string) {
	if i := strings.Index(text, marker); i >= 0 {
		c.fail("a part of a UserSig is visible: %s", text)
	}
}

// judgeFail expects the end of the listing with a failure and a checkpoint.
func (c *caller) judgeFail(a *core.Action, kind core.Kind) {
	c.want(a, core.Fail)
	c.judgeFailure(a.Failure, kind)
	c.judgeCheckpoint("its failure", checkpointJSON(a.Failure.Checkpoint), c.position)
}

// judgePage expects the reaction to a page of the service.
func (c *caller) judgePage(p *answer, a *core.Action) {
	c.notePace(verdict{kind: core.APIFailure}) // with ErrorCode 0
	c.hostFailures = 0
	c.totalCount = c.earlier + p.total
	c.highest = max(c.highest, c.totalCount)
	c.verdict = verdict{}
	c.current = nil
	wanted, next := p.ids, p.next
	if c.call == "countGroups" { // a count uses only TotalCount
		wanted, next = nil, 0
	}
	if _, again := c.seen[next]; again && next != 0 {
		c.w.counts.Loops++
		c.judgeFail(a, core.ProtocolFailure)
		return
	}
	if c.empties++; len(wanted) > 0 || next == 0 {
		c.empties = 0
	}
	if c.empties > maxEmptyPages {
		c.w.counts.Loops++
		c.judgeFail(a, core.ProtocolFailure)
		return
	}
	if next != 0 && c.groups+c.duplicates+int64(len(wanted)) > 2*c.highest+maxUnexplained {
		c.judgeFail(a, core.ProtocolFailure)
		return
	}
	c.want(a, core.Page)
	c.seen[next] = struct{}{}
	c.state = delivering
	ids := a.GroupIDs.Strings()
	groupType := c.typeAt(c.position)
	if !slices.Equal(ids, wanted) || string(a.GroupType) != groupType || a.TotalCount != p.total || a.Next != next {
		c.fail("the service sent the page %q of type %q, TotalCount %d, Next %d; the engine hands on %q of type %q, %d, %d",
			p.ids, groupType, p.total, p.next, ids, a.GroupType, a.TotalCount, a.Next)
	}
	c.after = c.position
	c.after.groups += int64(len(ids))
	c.after.pages++
	c.after.next = next
	switch {
	case next != 0:
	case c.at+1 < len(c.types):
		c.after.at++
		c.after.earlier += p.total
		c.after.highest = max(c.after.highest, c.after.groups+c.after.duplicates)
	default:
		c.after.atEnd = true
	}
	c.judgeCheckpoint("the page", a.Checkpoint.JSON(), c.after)
}

// judgeTaken expects the reaction to a page taken by the caller.
func (c *caller) judgeTaken(a *core.Action) {
	c.w.counts.Pages++
	if c.next == 0 {
		clear(c.seen) // the next type has its own cursors
		if !c.atEnd {
			c.w.counts.NextTypes++
		}
	} else {
		c.remember(c.next)
	}
	c.tries, c.failures, c.resigned = 0, 0, false
	c.pagesNow++
	maxPages := c.maxPages
	switch c.call {
	case "listGroups":
		maxPages = 1
	case "countGroups":
		maxPages = 0 // a count ignores the option
	}
	if c.atEnd || c.pagesNow == maxPages {
		c.judgeDone(a)
		return
	}
	c.judgeProceed(a)
}

// remember stores a cursor for the fault repeatedCursor.
func (c *caller) remember(cursor int64) {
	i, _ := slices.BinarySearch(c.cursors, cursor)
	c.cursors = slices.Insert(c.cursors, i, cursor)
}

// judgeProgress expects progress in the first action after a page was taken, and in no other.
func (c *caller) judgeProgress(a *core.Action, taken bool) {
	if (a.Progress != nil) != taken {
		c.fail("progress must be reported exactly after a page was taken")
	}
	if taken {
		c.judgeCheckpoint("progress", a.Progress.JSON(), c.position)
	}
}

// judgeDone expects the successful end of the listing.
func (c *caller) judgeDone(a *core.Action) {
	c.want(a, core.Done)
	c.done = c.atEnd
	c.judgeCheckpoint("done", a.Checkpoint.JSON(), c.position)
	if a.TotalCount != c.totalCount {
		c.fail("it is done with TotalCount %d instead of %d", a.TotalCount, c.totalCount)
	}
	complete := core.Incomplete
	if c.atEnd && c.groups >= c.totalCount {
		complete = core.Complete
		if c.earlierGroups > 0 {
			complete = core.MaybeComplete
		}
	}
	if a.Complete != complete {
		c.fail("it is done with complete %v, but has %d groups of %d", a.Complete, c.groups, c.totalCount)
	}
}

// judgeAbort checks the checkpoint of an aborted listing.
func (c *caller) judgeAbort(checkpoint string) {
	c.noteAbandoned()
	c.service.pace.leave(c)
	c.judgeCheckpoint("abort", checkpoint, c.position)
}

// checkpointJSON returns a checkpoint's JSON, "" if there is none.
func checkpointJSON(checkpoint *core.Checkpoint) string {
	if checkpoint == nil {
		return ""
	}
	return checkpoint.JSON()
}

// judgeCheckpoint compares a checkpoint with the expected one, apart from the elapsed time.
func (c *caller) judgeCheckpoint(of, got string, at position) {
	groupType, next := "null", "null"
	if t := c.typeAt(at); t != "" {
		groupType = strconv.Quote(t)
	}
	if !at.atEnd {
		next = fmt.Sprintf(`"%d"`, at.next)
	}
	start := fmt.Sprintf(`{"version":1,"app":%q,"groupType":%s,"limit":%d,"next":%s,"totalCount":%d,"groups":%d,`+
		`"duplicates":%d,"pages":%d,"requests":%d,"retries":%d,"elapsedMs":`,
		c.service.app, groupType, c.limitNow, next, at.totalCount, at.groups, at.duplicates, at.pages, at.requests,
		at.retries)
	var end string
	if c.inTurn {
		end = fmt.Sprintf(`,"groupTypes":["%s"],"earlierTotalCount":%d`, strings.Join(c.types, `","`), at.earlier)
	}
	if at.highest > at.totalCount && !at.atEnd {
		end += fmt.Sprintf(`,"maxTotalCount":%d`, at.highest)
	}
	end += "}"
	rest, starts := strings.CutPrefix(got, start)
	elapsed, ends := strings.CutSuffix(rest, end)
	if ms, err := strconv.ParseInt(elapsed, 10, 64); !starts || !ends || err != nil || ms < 0 {
		c.fail("the checkpoint of %s should be\n  %s...%s\nbut is\n  %s", of, start, end, got)
	}
}
