package core

import (
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core/redact"
	"tencent-chat-groups/core/restapi"
)

// listing is the state machine of one listing. Its contract with the host is in doc.go. An event that the contract does
// not allow leads to an internal failure, never to a panic.
type listing struct {
	id      int
	options Options
	pacer   *pacer
	asleep  bool // told to wait until woken

	nowMs  float64 // when this step is made
	random uint32  // the bits that the host gave for it

	state    state
	untilMs  float64 // resting: when the back-off ends
	sentMs   float64 // calling: when the call was sent
	openedMs float64

	userSig  string
	userSigs []string // all that were used, to keep them out of messages

	limit, next int64
	atBackup    bool     // calls go to the backup host, if there is one
	pauseMs     float64  // that the headers of the answer ask for
	refusal     *Failure // reading: the HTTP failure whose problem details are read; nil for an answer with status 200
	unanswered  int      // calls in a row that this host did not answer
	calls       int64    // of the page that is asked for now
	failures    int64    // of these calls, the ones that count against maxRetries
	resigned    bool     // a fresh UserSig was tried for this page
	handed      int64    // pages taken in this run; the checkpoint counts those of earlier runs too
	emptyPages  int      // in a row
	seen        cursors
	buffer      *[]byte // for the IDs of a page: the engine's

	earlierGroups int64 // that runs before this one passed on

	at   Checkpoint // the listing's position
	then Checkpoint // its position once the page that it handed out was taken
}

type state int

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
var expected = [][]state{
	Tick: {waiting, resting}, Signed: {signing}, SignFailed: {signing}, Headers: {calling}, Body: {reading},
	TooLarge: {reading}, NetworkFailed: {calling, reading}, TimedOut: {calling, reading}, Taken: {handing},
}

const (
	maxProblemBytes  = 4096 // of problem details; the signing proxy's have some 200
	problemTimeoutMs = 2000 // for problem details, since the failure itself is known without them

	maxEmptyPages = 5 // in a row; more are a pagination loop
	triesPerHost  = 2 // unanswered calls in a row before the backup host is tried

	// IDs beyond twice TotalCount, for groups that are created and dismissed while they are listed: twice since each may
	// move and come again, and the rest for what comes and goes between two pages. At the vendor's 200 new groups per
	// second, that is eight minutes' worth.
	maxUnexplained = 100_000
)

func newListing(id int, o *Options, p *pacer, nowMs float64) *listing {
	l := &listing{id: id, options: *o, pacer: p, nowMs: nowMs, openedMs: nowMs, limit: o.Limit, seen: cursors{}}
	l.at = Checkpoint{App: o.app(), Limit: o.Limit, Next: o.Next, GroupType: o.firstGroupType(), GroupTypes: o.GroupTypes}
	p.listings = append(p.listings, l)
	if o.Resume != nil {
		l.at = *o.Resume
		l.at.GroupTypes = o.GroupTypes // one type alone, or a list of it: the options say which
		l.earlierGroups = l.at.Groups
		l.limit = min(l.limit, l.at.Limit)
		l.openedMs -= float64(l.at.ElapsedMs)
	}
	l.next = l.at.Next
	l.seen.add(l.next)
	return l
}

// base is where the listing's calls go.
func (l *listing) base() string { return l.options.base(l.atBackup) }

// where names the host that is called for a message, and the main host too once the backup host took its place.
func (l *listing) where() string {
	if l.atBackup && l.base() != l.options.base(false) {
		return l.options.base(false) + " and its backup " + l.base()
	}
	return l.base()
}

// begin says what to do first.
func (l *listing) begin() *Action {
	if l.at.Ended {
		return l.done()
	}
	return l.proceed()
}

// proceed continues with the current page: sign if necessary, wait for a turn, call.
func (l *listing) proceed() *Action {
	if l.userSig == "" && l.options.Credential != SigningProxy {
		l.state = signing
		return &Action{Do: Sign}
	}
	l.state = waiting
	waitMs := l.pacer.turn(l)
	l.asleep = waitMs == untilWoken
	if waitMs != 0 {
		return &Action{Do: Wait, WaitMs: waitMs}
	}
	l.state = calling
	l.sentMs = l.nowMs
	l.calls++
	l.at.Requests++
	if l.calls > 1 {
		l.at.Retries++
	}
	return &Action{
		Do:        Fetch,
		URL:       l.url(),
		Body:      restapi.CallBody(l.limit, l.next, l.at.GroupType),
		TimeoutMs: l.options.TimeoutMs,
	}
}

// url returns the URL of a call. A proxy adds identity and signature itself.
func (l *listing) url() string {
	if l.options.Credential == SigningProxy {
		return l.base() + restapi.CommandPath
	}
	return restapi.CallURL(l.base(), l.options.SDKAppID, l.options.Identifier, l.userSig, l.random)
}

func (l *listing) step(event *Event) *Action {
	before := l.state
	if !slices.Contains(expected[event.Report], before) {
		return l.fail(internalFailure("The host reported '" + event.Report.String() + "' at an unexpected time"))
	}
	if l.refusal != nil {
		return l.explained(event)
	}
	switch event.Report {
	case Tick:
		if before == resting && l.nowMs < l.untilMs { // timers may fire a little early
			return &Action{Do: Wait, WaitMs: l.untilMs - l.nowMs}
		}
	case Signed:
		if event.Text == "" {
			return l.fail(newFailure(SigningFailure, "The {option:userSig} function returned no UserSig",
				"It must return a string that is not empty, or a promise of one."))
		}
		if redact.IsSecretKey(event.Text) {
			return l.fail(newFailure(SigningFailure,
				"The {option:userSig} function returned a secret key (64 hexadecimal digits)",
				"It must return a UserSig. Give a key as {option:secretKey}."))
		}
		l.userSig = event.Text
		l.userSigs = append(l.userSigs, event.Text)
	case SignFailed:
		return l.fail(newFailure(SigningFailure, withReason("No UserSig could be had", l.shown(event.Text, maxReason)), ""))
	case Headers:
		l.pacer.answered(l)
		l.pauseMs = 0
		if event.RetryAfterMs > 0 { // it may be no number
			l.pauseMs = event.RetryAfterMs
		}
		if event.Status != 200 {
			return l.refused(event)
		}
		l.state = reading
		return &Action{Do: Read, MaxBytes: restapi.MaxAnswerBytes}
	case NetworkFailed, TimedOut:
		if before == calling {
			l.pacer.givenUp(l)
		}
		if event.Report == TimedOut {
			return l.failed(timeoutFailure(&l.options, l.where()))
		}
		event.Text, event.Code = l.shown(event.Text, maxReason), redact.Text(event.Code, l.userSigs)
		return l.failed(networkFailure(event, before == reading, &l.options, l.where()))
	case TooLarge:
		return l.failed(l.corruptAnswer("The answer has more than " + strconv.Itoa(restapi.MaxAnswerBytes) +
			" bytes; the rest was not read"))
	case Body:
		return l.read(event.Bytes)
	case Taken:
		return l.taken(event.Duplicates)
	}
	return l.proceed()
}

// refused handles an HTTP status other than 200. Its body is read if it is to say why.
func (l *listing) refused(event *Event) *Action {
	f := httpFailure(event.Status, &l.options)
	if event.Status < 400 || !restapi.IsProblem(event.ContentType) {
		return l.failed(f)
	}
	l.state, l.refusal = reading, f
	return &Action{Do: Read, MaxBytes: maxProblemBytes, TimeoutMs: problemTimeoutMs}
}

// explained handles the body of a refused call. Without a detail, for whatever reason, the failure is what it was.
func (l *listing) explained(event *Event) *Action {
	f := l.refusal
	l.refusal = nil
	if event.Report == Body {
		detail := l.shown(restapi.ProblemDetail(event.Bytes), maxReason)
		f.Message = sentence(withReason(strings.TrimSuffix(f.Message, "."), detail))
	}
	return l.failed(f)
}

// shown returns the beginning of a foreign text, fit to be shown.
func (l *listing) shown(text string, maxCharacters int) string {
	return redact.Line(text, l.userSigs, maxCharacters)
}

// corruptAnswer returns a protocolFailure that may be transient: what arrived is incomplete.
func (l *listing) corruptAnswer(what string) *Failure {
	f := protocolFailure(what, &l.options)
	f.Retryable, f.retry = true, restapi.RetryAgain
	return f
}

// read looks at the body of an answer.
func (l *listing) read(body []byte) *Action {
	a, err := restapi.ReadAnswer(body, *l.buffer)
	if err != nil {
		what := "The answer is not what the endpoint promises: " + err.Error()
		if shown := l.shown(string(body[:min(len(body), redact.MaxBytes)]), maxExcerpt); shown != "" {
			what += ". It begins: " + shown
		}
		return l.failed(l.corruptAnswer(what))
	}
	if a.ErrorCode != 0 {
		return l.failed(apiFailure(&a, &l.options, l.userSigs))
	}
	l.pacer.fine()
	l.unanswered = 0
	l.at.TotalCount = l.at.EarlierTotalCount + a.TotalCount
	l.at.MaxTotalCount = max(l.at.MaxTotalCount, l.at.TotalCount)
	if l.options.Operation == CountGroups {
		a.GroupIDs, a.Next = restapi.IDList{}, 0
	}
	if a.Next != 0 && !l.seen.add(a.Next) {
		return l.fail(protocolFailure("The cursor "+strconv.FormatInt(a.Next, 10)+
			" came a second time: the pagination loops", &l.options))
	}
	l.emptyPages++
	if a.GroupIDs.Count > 0 || a.Next == 0 {
		l.emptyPages = 0
	}
	if l.emptyPages > maxEmptyPages {
		return l.fail(protocolFailure(strconv.Itoa(l.emptyPages)+
			" pages in a row were empty, each with a new cursor: the pagination loops", &l.options))
	}
	received := l.at.received() + int64(a.GroupIDs.Count)
	if a.Next != 0 && received > 2*l.at.MaxTotalCount+maxUnexplained {
		f := protocolFailure("The server sent "+strconv.FormatInt(received, 10)+" group IDs, but its TotalCount is at most "+
			strconv.FormatInt(l.at.MaxTotalCount, 10)+": the listing would not end", &l.options)
		f.Hint += " Do not resume this listing: start a new one."
		return l.fail(f)
	}
	if a.GroupIDs.Text != nil {
		*l.buffer = a.GroupIDs.Text
	}
	l.state = handing
	l.lookAhead(&a)
	return &Action{
		Do: Page, GroupIDs: a.GroupIDs, GroupType: l.at.GroupType, TotalCount: a.TotalCount, Next: a.Next,
		Checkpoint: &l.then,
	}
}

// lookAhead notes where the listing stands once a page was taken.
func (l *listing) lookAhead(page *restapi.Answer) {
	l.then = l.at
	then := &l.then
	then.Limit = l.limit
	then.Next = page.Next
	then.Groups += int64(page.GroupIDs.Count)
	if then.Next == 0 {
		next, ok := l.options.groupTypeAfter(then.GroupType)
		then.Ended = !ok
		if ok {
			then.GroupType, then.EarlierTotalCount = next, then.TotalCount
			then.MaxTotalCount = max(then.MaxTotalCount, then.received())
		}
	}
	then.Pages++
	then.ElapsedMs = l.elapsedMs()
}

func (l *listing) elapsedMs() int64 { return ceil(l.nowMs - l.openedMs) }

// taken continues with the next page.
func (l *listing) taken(duplicates int64) *Action {
	duplicates = min(max(duplicates, 0), l.then.Groups-l.at.Groups)
	l.at = l.then
	l.at.Groups -= duplicates
	l.at.Duplicates += duplicates
	l.at.ElapsedMs = l.elapsedMs()
	l.next = l.at.Next
	if l.next == 0 { // the first page of another type
		l.seen = cursors{0: true}
	}
	l.handed++
	l.calls, l.failures, l.resigned = 0, 0, false
	var action *Action
	progress := l.at
	if l.at.Ended || l.handed == l.options.MaxPages {
		action = l.done()
	} else {
		action = l.proceed()
	}
	if l.options.Operation != CountGroups {
		action.Progress = &progress
	}
	return action
}

// failed decides what to do about a call that went wrong: try again in one way or another, or fail.
func (l *listing) failed(f *Failure) *Action {
	if f.retry == restapi.RetrySlower {
		l.pacer.throttled()
	} else if f.Kind == APIFailure {
		l.pacer.fine()
	}
	if f.Kind == APIFailure || f.Kind == HTTPFailure {
		f.pauseMs = max(f.pauseMs, l.pauseMs)
	}
	l.unanswered++
	if !f.hostDown {
		l.unanswered = 0
	}
	if l.unanswered >= triesPerHost && !l.atBackup {
		l.atBackup = true
		l.unanswered = 0
	}
	var restMs float64
	switch {
	case f.retry == restapi.RetrySmaller:
		if l.limit == 1 {
			f.Retryable = false
			f.Hint = "Even a page of one group is too large for the server: report the request ID to the vendor."
			return l.fail(f)
		}
		l.limit /= 2
	case f.retry == restapi.RetryResign:
		if l.resigned || !l.options.renewable() {
			if l.resigned {
				f.Message += " A fresh UserSig was refused as well."
			}
			f.Retryable = l.options.renewable()
			return l.fail(f)
		}
		l.resigned = true
		l.userSig = ""
	case !f.Retryable || l.failures >= l.options.MaxRetries:
		return l.fail(f)
	case f.pauseMs > maxPauseMs:
		f.Hint = "The server asks for a pause of " + strconv.FormatInt(ceil(f.pauseMs/1000), 10) +
			" s: resume from the checkpoint after that."
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
	at := l.stop()
	return &Action{Do: Done, TotalCount: at.TotalCount, Complete: l.completeness(), Checkpoint: at}
}

func (l *listing) completeness() Completeness {
	switch {
	case !l.at.Ended || l.at.Groups < l.at.TotalCount:
		return Incomplete
	case l.earlierGroups > 0: // one of their IDs may have come again, and been counted twice
		return MaybeComplete
	}
	return Complete
}

// stop ends the listing, lets go of its turn, and returns its checkpoint. A page that was handed out but not reported
// as taken is not in it: it is better to get IDs twice than never.
func (l *listing) stop() *Checkpoint {
	if l.state != ended {
		if l.state == calling {
			l.pacer.givenUp(l)
		}
		l.pacer.leave(l)
		l.state = ended
		l.at.Limit = l.limit
		l.at.ElapsedMs = l.elapsedMs()
	}
	at := l.at
	return &at
}
