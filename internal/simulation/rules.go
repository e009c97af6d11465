package simulation

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core"
)

// belief is where a listing stands as the rules have it.
type belief struct {
	earlierGroups int64 // that runs before this one were given
	state         state
	done          bool

	limitNow   int64
	base       int // 0 the main host, 1 the backup
	unanswered int
	tries      int64 // of this page
	failures   int64 // of these, what maxRetries bounds
	resigned   bool
	empties    int
	pagesNow   int64
	seen       map[int64]struct{}
	untilMs    float64 // resting: by the engine's clock
	verdict    verdict // of the last call

	place

	page     []string // that is being taken: what is new in it
	after    place    // when it was taken, if all of it is new
	reported int64
}

// place is how far a listing has come.
type place struct {
	at      int   // the group type, of those asked for
	earlier int64 // what the TotalCounts of those before it add up to
	highest int64 // the largest TotalCount, and at least the IDs of the types before it
	next    int64
	atEnd   bool
	counts
}

// counts are those of a checkpoint.
type counts struct {
	totalCount, groups, duplicates, pages, requests, retries int64
}

type state int

const (
	ended state = iota
	signing
	resting
	waiting
	calling
	reading
	handing
)

var stateNames = [...]string{"ended", "signing", "resting", "waiting", "calling", "reading", "handing"}

const (
	slackMs         = 1e-3 // for rounding, where times are compared
	mostEmpty       = 5
	unexplained     = 100_000
	firstBackoffMs  = 500
	slowBackoffMs   = 2000
	mostBackoffMs   = 30_000
	patienceMs      = 600_000
	triesAtMainHost = 2
)

func (c *caller) fail(format string, args ...any) {
	c.w.fail(c.name+": "+format, args...)
}

// expectOpen sets what is believed of a listing that is about to be opened.
func (c *caller) expectOpen() {
	before := c.belief
	c.belief = belief{limitNow: c.limit, seen: before.seen, page: before.page}
	if c.call == "countGroups" {
		c.limitNow = 1
	}
	switch c.from {
	case "resume":
		c.limitNow = min(c.limitNow, before.limitNow)
		c.place, c.earlierGroups = before.place, before.groups
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
		c.fail("it failed when it was opened: %s", a.Failure.Message)
	}
	if c.atEnd {
		c.judgeDone(a)
		return
	}
	c.judgeProgress(a, false)
	c.judgeProceed(a)
}

// judge holds the engine's action against what has to follow from an event.
func (c *caller) judge(e *core.Event, a *core.Action) {
	if a.Do == core.Fail && a.Failure.Kind == core.InternalFailure {
		c.fail("internal failure in state %s: %s", stateNames[c.state], a.Failure.Message)
	}
	if e.Report == core.Taken {
		c.place = c.after
		c.groups -= c.reported
		c.duplicates += c.reported
	}
	c.judgeProgress(a, e.Report == core.Taken && c.call != "countGroups")
	switch e.Report {
	case core.Tick:
		left := c.untilMs - c.w.clock.engineMs
		byRounding := math.Abs(left) <= slackMs && a.Do == core.Wait && a.WaitMs >= 0 && a.WaitMs <= slackMs
		if c.state == resting && (left > slackMs || byRounding) {
			c.want(a, core.Wait)
			if a.Retry != nil || math.Abs(a.WaitMs-left) > slackMs {
				c.fail("its timer fired %.3f ms early: it should wait on for that long, not for %.3f ms", left, a.WaitMs)
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
		if v := c.current.answer.verdict; v.what == isPage {
			c.judgePage(&c.current.answer, a)
		} else {
			c.judgeFailed(v, a)
		}
	case core.TooLarge:
		c.judgeFailed(corruptVerdict, a)
	case core.NetworkFailed:
		c.noteGivenUp()
		c.judgeFailed(lostVerdict, a)
	case core.TimedOut:
		c.noteGivenUp()
		c.judgeFailed(timeoutVerdict, a)
	case core.Taken:
		c.judgeTaken(a)
	}
}

func (c *caller) want(a *core.Action, do core.Do) {
	if a.Do != do {
		got := describeAction(a)
		c.fail("it should %s, but the engine says: %s", do, got)
	}
}

// judgeProceed: sign if need be, else wait for a turn, else call.
func (c *caller) judgeProceed(a *core.Action) {
	if c.sig == nil && c.credential != "proxy" {
		c.want(a, core.Sign)
		c.state = signing
		return
	}
	switch a.Do {
	case core.Wait:
		if a.Retry != nil {
			c.fail("it waits for a retry, but nothing failed")
		}
		c.state = waiting
		c.judgeTurn(a.WaitMs)
	case core.Fetch:
		c.judgeFetch(a)
	default:
		c.fail("it should wait for its turn or call, but the engine says: %s", describeAction(a))
	}
}

// judgeFetch checks that the call is the right one, and may be made.
func (c *caller) judgeFetch(a *core.Action) {
	c.state = calling
	c.tries++
	c.requests++
	if c.tries > 1 {
		c.retries++
	}
	url := c.expectedURL()
	if a.URL != url {
		c.fail("it should call\n  %s\nbut the engine says\n  %s", url, a.URL)
	}
	if body := c.expectedBody(); a.Body != body {
		c.fail("it should ask for %s, but the engine says %s", body, a.Body)
	}
	if a.TimeoutMs != c.timeoutMs {
		c.fail("the call has a time of %v ms instead of %d", a.TimeoutMs, c.timeoutMs)
	}
	c.current = &call{
		caller: c, round: c.round, base: c.base, url: a.URL, limit: c.limitNow, next: c.next, groupType: c.typeAt(c.place),
		sentEngine: c.w.clock.engineMs,
	}
	if c.credential != "proxy" {
		c.current.sig = c.sig
	}
	c.judgeSending(c.current)
}

func (c *caller) expectedURL() string {
	s := c.service
	url := s.bases[c.base] + "/v4/group_open_http_svc/get_appid_group_list"
	if c.credential == "proxy" {
		return url
	}
	return url + "?sdkappid=" + s.app + "&identifier=administrator%2F1%20%26%3F&usersig=" + encodeSig(c.sig.text) +
		"&random=" + strconv.FormatUint(uint64(c.expectedRandom()), 10) + "&contenttype=json"
}

// expectedRandom: opening a listing hands over no random bits, and needs none but for a proxy, which gets no query.
func (c *caller) expectedRandom() uint32 { return c.random }

func encodeSig(sig string) string {
	return strings.ReplaceAll(strings.ReplaceAll(sig, "*", "%2A"), "+", "%2B")
}

// typeAt is the group type that is listed there, "" for every type at once.
func (c *caller) typeAt(p place) string {
	if c.types == nil {
		return ""
	}
	return c.types[p.at]
}

func (c *caller) expectedBody() string {
	b := []byte{'{'}
	if c.limitNow != 10000 {
		b = append(b, `"Limit":`...)
		b = append(strconv.AppendInt(b, c.limitNow, 10), ',')
	}
	if c.next != 0 {
		b = append(b, `"Next":`...)
		b = append(strconv.AppendInt(b, c.next, 10), ',')
	}
	if groupType := c.typeAt(c.place); groupType != "" {
		b = append(b, `"GroupType":"`...)
		b = append(append(b, groupType...), '"', ',')
	}
	if len(b) > 1 {
		b = b[:len(b)-1]
	}
	return string(append(b, '}'))
}

// judgeFailed: what has to follow when a call went wrong.
func (c *caller) judgeFailed(v verdict, a *core.Action) {
	c.verdict = v
	c.notePace(v)
	if c.unanswered++; !v.unanswered {
		c.unanswered = 0
	}
	if c.unanswered >= triesAtMainHost && c.base == 0 && len(c.service.bases) > 1 {
		c.base, c.unanswered = 1, 0
	}
	c.current = nil
	switch {
	case v.what == isFinal, v.retryAfter > patienceMs:
		c.judgeFail(a, v.kind)
	case v.what == isSmaller && c.limitNow == 1:
		c.judgeFail(a, v.kind)
	case v.what == isSmaller:
		c.limitNow /= 2
		c.judgeRest(a, 0, 0)
	case v.what == isExpired && (c.resigned || c.credential == "userSig" || c.credential == "proxy"):
		c.judgeFail(a, v.kind)
	case v.what == isExpired:
		c.resigned = true
		c.sig = nil
		c.judgeRest(a, 0, 0)
	case c.failures >= c.maxRetries:
		c.judgeFail(a, v.kind)
	default:
		c.failures++
		mostMs := float64(firstBackoffMs)
		if v.throttled {
			mostMs = slowBackoffMs
		}
		mostMs = min(mostMs*math.Pow(2, float64(c.failures-1)), mostBackoffMs)
		c.judgeRest(a, v.pauseMs, mostMs)
	}
}

// judgeRest: the engine has to back off for a random part of mostMs after leastMs.
func (c *caller) judgeRest(a *core.Action, leastMs, mostMs float64) {
	c.want(a, core.Wait)
	if a.Retry == nil {
		c.fail("it waits after a failure, but does not say which")
	}
	c.judgeFailure(a.Retry, c.verdict.kind)
	if a.WaitMs < leastMs-slackMs || a.WaitMs > leastMs+mostMs+slackMs {
		c.fail("after %d failures it backs off for %.3f ms: that should be from %.0f to %.0f", c.failures, a.WaitMs, leastMs, leastMs+mostMs)
	}
	if want := leastMs + mostMs*float64(c.random)/(1<<32); math.Abs(a.WaitMs-want) > slackMs {
		c.fail("after %d failures it backs off for %.3f ms: by the random bits that should be %.3f", c.failures, a.WaitMs, want)
	}
	c.state = resting
	c.untilMs = c.w.clock.engineMs + a.WaitMs
	c.w.counts.Retries++
}

// judgeFailure checks what users see of a failure.
func (c *caller) judgeFailure(f *core.Failure, kind core.Kind) {
	if f.Kind != kind {
		c.fail("its failure is of kind %s, not %s: %s", f.Kind, kind, f.Message)
	}
	if kind == core.APIFailure && f.ErrorCode != c.verdict.code {
		c.fail("its failure has code %d instead of %d", f.ErrorCode, c.verdict.code)
	}
	if f.Attempts != c.tries {
		c.fail("its failure tells of %d attempts: there were %d", f.Attempts, c.tries)
	}
	c.judgeSecrecy(f.JSON())
	c.judgeSecrecy(f.Error())
}

// judgeSecrecy looks for parts of a UserSig in what users see.
func (c *caller) judgeSecrecy(text string) {
	if i := strings.Index(text, marker); i >= 0 {
		c.fail("a part of a UserSig shows: %s", text)
	}
}

// judgeFail: the engine has to end the listing, with a checkpoint.
func (c *caller) judgeFail(a *core.Action, kind core.Kind) {
	c.want(a, core.Fail)
	c.judgeFailure(a.Failure, kind)
	c.judgeCheckpoint("its failure", a.Failure.Checkpoint, c.place)
}

// judgePage: a page came.
func (c *caller) judgePage(p *answer, a *core.Action) {
	c.notePace(verdict{kind: core.APIFailure}) // its ErrorCode is 0
	c.unanswered = 0
	c.totalCount = c.earlier + p.total
	c.highest = max(c.highest, c.totalCount)
	c.verdict = verdict{}
	c.current = nil
	wanted, next := p.ids, p.next
	if c.call == "countGroups" { // of its one answer for a type nothing but TotalCount counts
		wanted, next = nil, 0
	}
	if _, again := c.seen[next]; again && next != 0 {
		c.w.counts.Circles++
		c.judgeFail(a, core.ProtocolFailure)
		return
	}
	if c.empties++; len(wanted) > 0 || next == 0 {
		c.empties = 0
	}
	if c.empties > mostEmpty {
		c.w.counts.Circles++
		c.judgeFail(a, core.ProtocolFailure)
		return
	}
	if next != 0 && c.groups+c.duplicates+int64(len(wanted)) > 2*c.highest+unexplained {
		c.judgeFail(a, core.ProtocolFailure)
		return
	}
	c.want(a, core.Page)
	c.seen[next] = struct{}{}
	c.state = handing
	ids := a.GroupIDs.Strings()
	groupType := c.typeAt(c.place)
	if !slices.Equal(ids, wanted) || string(a.GroupType) != groupType || a.TotalCount != p.total || a.Next != next {
		c.fail("the service sent the page %q of type %q, TotalCount %d, Next %d; the engine hands on %q of type %q, %d, %d",
			p.ids, groupType, p.total, p.next, ids, a.GroupType, a.TotalCount, a.Next)
	}
	c.after = c.place
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

// judgeTaken: the caller has taken a page.
func (c *caller) judgeTaken(a *core.Action) {
	c.w.counts.Pages++
	if c.next == 0 {
		clear(c.seen) // another type has cursors of its own
		if !c.atEnd {
			c.w.counts.NextTypes++
		}
	} else {
		c.remember(c.next)
	}
	c.tries, c.failures, c.resigned = 0, 0, false
	c.pagesNow++
	mostPages := c.maxPages
	switch c.call {
	case "listGroups":
		mostPages = 1
	case "countGroups":
		mostPages = 0 // whatever was given
	}
	if c.atEnd || c.pagesNow == mostPages {
		c.judgeDone(a)
		return
	}
	c.judgeProceed(a)
}

// remember keeps a cursor, for the service to repeat.
func (c *caller) remember(cursor int64) {
	at := len(c.cursors)
	for at > 0 && c.cursors[at-1] > cursor {
		at--
	}
	c.cursors = append(c.cursors, 0)
	copy(c.cursors[at+1:], c.cursors[at:])
	c.cursors[at] = cursor
}

// judgeProgress: the first action after a page was taken tells where the listing stands, and no other does.
func (c *caller) judgeProgress(a *core.Action, taken bool) {
	if (a.Progress != nil) != taken {
		c.fail("progress is told when no page was taken, or not told when one was")
	}
	if taken {
		c.judgeCheckpoint("progress", a.Progress.JSON(), c.place)
	}
}

// judgeDone: the engine has to end the listing well.
func (c *caller) judgeDone(a *core.Action) {
	c.want(a, core.Done)
	c.done = c.atEnd
	c.judgeCheckpoint("done", a.Checkpoint.JSON(), c.place)
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

// judgeAbort: the caller gave up.
func (c *caller) judgeAbort(checkpoint string) {
	c.noteGivenUp()
	c.service.pace.leave(c)
	c.judgeCheckpoint("abort", checkpoint, c.place)
}

// judgeCheckpoint compares a checkpoint to what it has to be, all but the time that has passed.
func (c *caller) judgeCheckpoint(of, got string, at place) {
	b := make([]byte, 0, 256)
	b = append(b, `{"version":1,"app":`...)
	b = appendJSON(b, c.service.app)
	b = append(b, `,"groupType":`...)
	if groupType := c.typeAt(at); groupType == "" {
		b = append(b, "null"...)
	} else {
		b = appendJSON(b, groupType)
	}
	number := func(name string, n int64) {
		b = append(b, name...)
		b = strconv.AppendInt(b, n, 10)
	}
	number(`,"limit":`, c.limitNow)
	if at.atEnd {
		b = append(b, `,"next":null`...)
	} else {
		number(`,"next":"`, at.next)
		b = append(b, '"')
	}
	number(`,"totalCount":`, at.totalCount)
	number(`,"groups":`, at.groups)
	number(`,"duplicates":`, at.duplicates)
	number(`,"pages":`, at.pages)
	number(`,"requests":`, at.requests)
	number(`,"retries":`, at.retries)
	b = append(b, `,"elapsedMs":`...)
	rest, ok := strings.CutPrefix(got, string(b))
	types := make([]byte, 0, 160)
	if c.inTurn {
		types = append(types, `,"groupTypes":"`...)
		types = append(types, strings.Join(c.types, ",")...)
		types = append(types, `","earlierTotalCount":`...)
		types = strconv.AppendInt(types, at.earlier, 10)
	}
	if at.highest > at.totalCount && !at.atEnd {
		types = append(types, `,"maxTotalCount":`...)
		types = strconv.AppendInt(types, at.highest, 10)
	}
	types = append(types, '}')
	elapsed, closed := strings.CutSuffix(rest, string(types))
	if ms, err := strconv.ParseInt(elapsed, 10, 64); !ok || !closed || err != nil || ms < 0 {
		c.fail("the checkpoint of %s should be\n  %s...%s\nbut is\n  %s", of, b, types, got)
	}
}
