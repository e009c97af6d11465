package core

// listing is one listing as a state machine. What it is allowed to assume of its host is what doc.go says; what it is not
// told to expect, it answers with an internal failure and never with a panic.
type listing struct {
	_ incomparable

	id        int
	following *listing // of the engine's
	options   Options
	pacer     *pacer
	behind    *listing // in the pacer's queue
	asleep    bool     // told to wait until woken

	nowMs  float64 // when this step is made
	random uint32  // the bits that the host gave for it

	state    state
	untilMs  float64 // resting: when the back-off ends
	sentMs   float64 // calling: when the call was sent
	openedMs float64

	userSig  string
	userSigs []string // all that were used, to keep them out of messages

	limit, next int64
	atBackup    bool    // calls go to the backup host, if there is one
	pauseMs     float64 // that the headers of the answer ask for
	unanswered  int     // calls in a row that this host did not answer
	calls       int64   // of the page that is asked for now
	failures    int64   // of these calls, the ones that count against maxRetries
	resigned    bool    // a fresh UserSig was tried for this page
	handed      int64   // pages taken in this run; the checkpoint counts those of earlier runs too
	emptyPages  int     // in a row
	seen        cursors
	room        *[]byte // for the IDs of a page: the engine's

	at   checkpoint // where the listing stands
	then checkpoint // where it will stand once the page that it handed out was taken
}

type state uint8

const (
	signing state = iota // waits for a UserSig
	resting              // backs off before a retry
	waiting              // waits for its turn
	calling              // waits for an answer's headers
	reading              // waits for an answer's body
	handing              // waits for the caller to take a page
	ended
)

// expected has the states in which each report may come.
var expected = [...]state{
	Tick: 1<<waiting | 1<<resting, Signed: 1 << signing, SignFailed: 1 << signing, Headers: 1 << calling, Body: 1 << reading,
	TooLarge: 1 << reading, NetworkFailed: 1<<calling | 1<<reading, TimedOut: 1<<calling | 1<<reading, Taken: 1 << handing,
}

const (
	mostEmptyPages = 5 // more in a row are taken for a server that leads in circles
	triesPerHost   = 2 // so many unanswered calls in a row, and the backup host is tried

	// IDs beyond twice TotalCount, for groups that are created and dismissed while they are listed: twice since each may move
	// and come again, and the rest for what comes and goes between two pages. At the vendor's 200 new groups per second, that is
	// eight minutes' worth.
	maxUnexplained = 100_000
)

func newListing(id int, o *Options, p *pacer, nowMs float64) *listing {
	p.listings++
	l := &listing{id: id, options: *o, pacer: p, nowMs: nowMs, openedMs: nowMs, limit: o.limit}
	l.at.app, l.at.limit, l.at.next = o.app(), o.limit, o.next
	l.at.groupType = o.groupTypeAfter("")
	if o.resume != nil {
		l.at = *o.resume
		l.limit = min(l.limit, l.at.limit)
		l.openedMs -= float64(l.at.elapsedMs)
	}
	if o.byType {
		l.at.groupTypes = o.groupTypes
	}
	l.next = l.at.next
	l.seen.add(l.next)
	return l
}

// base is where the listing's calls go.
func (l *listing) base() string { return l.options.base(l.atBackup) }

// begin says what to do first.
func (l *listing) begin() *Action {
	if l.at.ended {
		return l.done()
	}
	return l.proceed()
}

// proceed goes on with the page that is asked for now: sign if need be, wait for a turn, call.
func (l *listing) proceed() *Action {
	if l.userSig == "" && l.options.credential != proxyCredential {
		l.state = signing
		return &Action{Do: Sign}
	}
	l.state = waiting
	waitMs := l.pacer.turn(l)
	l.asleep = waitMs < 0
	if waitMs != 0 {
		return &Action{Do: Wait, WaitMs: waitMs}
	}
	l.state = calling
	l.sentMs = l.nowMs
	l.calls++
	l.at.requests++
	if l.calls > 1 {
		l.at.retries++
	}
	return &Action{
		Do:        Fetch,
		URL:       callURL(&l.options, l.base(), l.userSig, l.random),
		Body:      callBody(l.limit, l.next, l.at.groupType),
		TimeoutMs: l.options.timeoutMs,
	}
}

func (l *listing) step(event *Event) *Action {
	before := l.state
	if expected[event.Report]&(1<<before) == 0 {
		return l.fail(internalFailure("The host reported '" + event.Report.String() + "' when nothing of that kind was to be expected"))
	}
	switch event.Report {
	case Tick:
		if before == resting && l.nowMs < l.untilMs { // timers may fire a little early
			return &Action{Do: Wait, WaitMs: l.untilMs - l.nowMs}
		}
	case Signed:
		if event.Text == "" {
			return l.fail(newFailure(SigningFailure, "The userSig function returned no UserSig",
				"It must return a string that is not empty, or a promise of one."))
		}
		l.userSig = event.Text
		l.userSigs = append(l.userSigs, event.Text)
	case SignFailed:
		return l.fail(newFailure(SigningFailure, followedBy("No UserSig could be had", l.shown(event.Text, reasonMost)), ""))
	case Headers:
		l.pacer.answered(l)
		l.pauseMs = 0
		if event.RetryAfterMs > 0 { // it may be no number
			l.pauseMs = event.RetryAfterMs
		}
		if event.Status != 200 {
			return l.failed(httpFailure(event.Status, &l.options))
		}
		l.state = reading
		return &Action{Do: Read}
	case NetworkFailed, TimedOut:
		if before == calling {
			l.pacer.givenUp(l)
		}
		if event.Report == TimedOut {
			return l.failed(timeoutFailure(&l.options, l.base()))
		}
		return l.failed(networkFailure(l.shown(event.Text, reasonMost), redact(event.Code, l.userSigs), before == reading, &l.options, l.base()))
	case TooLarge:
		return l.failed(l.corruptAnswer("The answer has more than " + itoa(MaxAnswerBytes) + " bytes; the rest was not read"))
	case Body:
		return l.read(event.Bytes)
	case Taken:
		return l.taken(event.Duplicates)
	}
	return l.proceed()
}

// shown is the beginning of a text of somebody else's, fit to be shown.
func (l *listing) shown(text string, most int) string { return oneLine(text, l.userSigs, most) }

// corruptAnswer is a protocolFailure that another try may mend: what arrived is not whole.
func (l *listing) corruptAnswer(what string) *Failure {
	f := protocolFailure(what, &l.options)
	f.Retryable, f.retry = true, again
	return f
}

// read looks at the body of an answer.
func (l *listing) read(body []byte) *Action {
	var a answer
	if problem := a.read(body, *l.room); problem != "" {
		what := "The answer is not what the endpoint promises: " + problem
		if shown := l.shown(string(body[:min(len(body), redactMost)]), excerptMost); shown != "" {
			what += ". It begins: " + shown
		}
		return l.failed(l.corruptAnswer(what))
	}
	if a.ErrorCode != 0 {
		return l.failed(apiFailure(&a, &l.options, l.userSigs))
	}
	l.pacer.fine()
	l.unanswered = 0
	l.at.totalCount = l.at.earlierTotalCount + a.TotalCount
	l.at.maxTotalCount = max(l.at.maxTotalCount, l.at.totalCount)
	if l.options.count {
		a.GroupIDs, a.Next = IDRun{}, 0
	}
	if a.Next != 0 && !l.seen.add(a.Next) {
		return l.fail(protocolFailure("The cursor "+itoa(a.Next)+" came a second time: the server leads in circles", &l.options))
	}
	l.emptyPages++
	if a.GroupIDs.Count > 0 || a.Next == 0 {
		l.emptyPages = 0
	}
	if l.emptyPages > mostEmptyPages {
		return l.fail(protocolFailure(itoa(int64(l.emptyPages))+" pages in a row were empty, each with a new cursor: the server leads nowhere", &l.options))
	}
	if received := l.at.received() + int64(a.GroupIDs.Count); a.Next != 0 && received > 2*l.at.maxTotalCount+maxUnexplained {
		f := protocolFailure("The server sent "+itoa(received)+" group IDs, but its TotalCount is at most "+itoa(l.at.maxTotalCount)+
			": the listing would not end", &l.options)
		f.Hint += " Do not resume this listing: start a new one."
		return l.fail(f)
	}
	if a.GroupIDs.Text != nil {
		*l.room = a.GroupIDs.Text
	}
	l.state = handing
	l.lookAhead(&a)
	return &Action{
		Do: Page, GroupIDs: a.GroupIDs, GroupType: l.at.groupType, TotalCount: a.TotalCount, Next: a.Next, Checkpoint: &l.then,
	}
}

// lookAhead notes where the listing stands once a page was taken.
func (l *listing) lookAhead(page *answer) {
	l.then = l.at
	then := &l.then
	then.limit = l.limit
	then.next = page.Next
	then.groups += int64(page.GroupIDs.Count)
	if then.next == 0 {
		next := l.options.groupTypeAfter(then.groupType)
		then.ended = next == ""
		if !then.ended {
			then.groupType, then.earlierTotalCount = next, then.totalCount
			then.maxTotalCount = max(then.maxTotalCount, then.received())
		}
	}
	then.pages++
	then.elapsedMs = l.elapsedMs()
}

func (l *listing) elapsedMs() int64 { return ceil(l.nowMs - l.openedMs) }

// taken goes on to the next page.
func (l *listing) taken(duplicates int64) *Action {
	duplicates = min(max(duplicates, 0), l.then.groups-l.at.groups)
	l.at = l.then
	l.at.groups -= duplicates
	l.at.duplicates += duplicates
	l.at.elapsedMs = l.elapsedMs()
	l.next = l.at.next
	if l.next == 0 { // the first page of another type
		l.seen = cursors{0}
	}
	l.handed++
	l.calls, l.failures, l.resigned = 0, 0, false
	var action *Action
	progress := l.at
	if l.at.ended || l.handed == l.options.maxPages {
		action = l.done()
	} else {
		action = l.proceed()
	}
	if !l.options.count {
		action.Progress = &progress
	}
	return action
}

// failed decides what to do about a call that went wrong: try again in one way or another, or fail.
func (l *listing) failed(f *Failure) *Action {
	if f.retry == slower {
		l.pacer.throttled()
	} else if f.Kind == APIFailure {
		l.pacer.fine()
	}
	if (f.Kind == APIFailure || f.Kind == HTTPFailure) && f.pauseMs < l.pauseMs {
		f.pauseMs = l.pauseMs
	}
	l.unanswered++
	if !f.hostUnanswers {
		l.unanswered = 0
	}
	if l.unanswered >= triesPerHost && !l.atBackup {
		l.atBackup = true
		l.unanswered = 0
	}
	var restMs float64
	switch {
	case f.retry == smaller:
		if l.limit == 1 {
			f.Retryable, f.Hint = false, "Even a page of one group is too large for the server: the vendor has to look at it."
			return l.fail(f)
		}
		l.limit /= 2
	case f.retry == resign:
		if l.resigned || !l.options.renewable() {
			if l.resigned {
				f.Hint += " A fresh one was refused as well: look at how it is made, and at the clock where it is made."
			}
			f.Retryable = l.options.renewable()
			return l.fail(f)
		}
		l.resigned = true
		l.userSig = ""
	case !f.Retryable || l.failures >= l.options.maxRetries:
		return l.fail(f)
	case f.pauseMs > patienceMs:
		f.Hint = "The server asks to be left alone for " + itoa(ceil(f.pauseMs/1000)) + " s: go on from the checkpoint after that."
		return l.fail(f)
	default:
		l.failures++
		restMs = backoffMs(f, l.failures, l.random)
	}
	f.Attempts = l.calls
	l.state = resting
	l.untilMs = l.nowMs + restMs
	return &Action{Do: Wait, WaitMs: restMs, Retry: f}
}

func (l *listing) fail(f *Failure) *Action {
	f.Attempts = l.calls
	f.Checkpoint = l.stop()
	return &Action{Do: Fail, Failure: f}
}

func (l *listing) done() *Action {
	l.stop()
	at := &l.at
	return &Action{Do: Done, TotalCount: at.totalCount, Complete: at.ended && at.groups >= at.totalCount, Checkpoint: at}
}

// stop ends the listing, lets go of its turn, and returns its checkpoint. A page that was handed out but not reported as
// taken is not in it: it is better to get IDs twice than never.
func (l *listing) stop() string {
	if l.state != ended {
		if l.state == calling {
			l.pacer.givenUp(l)
		}
		l.pacer.leave(l)
		l.state = ended
		l.at.limit = l.limit
		l.at.elapsedMs = l.elapsedMs()
	}
	return l.at.JSON()
}
