package core

// listing is one listing as a state machine. What it is allowed to assume of its host is what doc.go says; what it is not
// told to expect, it answers with an internal failure and never with a panic.
type listing struct {
	id      int
	options *Options
	pacer   *pacer
	queued  bool // in the pacer's queue
	asleep  bool // told to wait until woken

	state    state
	untilMs  float64 // resting: when the back-off ends
	sentMs   float64 // calling: when the call was sent
	openedMs float64

	userSig  string
	userSigs []string // all that were used, to keep them out of messages

	limit, next int64
	atBackup    bool    // calls go to the region's backup host
	pauseMs     float64 // that the headers of the answer that is being read ask for
	unanswered  int     // calls in a row that this host did not answer
	calls       int64   // of the page that is asked for now
	failures    int64   // of these calls, the ones that count against maxRetries
	resigned    bool    // a fresh UserSig was tried for this page
	handed      int64   // pages taken in this run; the checkpoint counts those of earlier runs too
	emptyPages  int     // in a row
	seen        cursors
	page        *answer
	room        []byte // the memory of the IDs of the page before, for those of the next

	at checkpoint // where the listing stands
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

const (
	mostEmptyPages = 5 // more in a row are taken for a server that leads in circles
	triesPerHost   = 2 // so many unanswered calls in a row, and the backup host is tried
)

func newListing(id int, o *Options, p *pacer, nowMs float64) *listing {
	l := &listing{id: id, options: o, pacer: p, openedMs: nowMs, limit: o.limit, next: o.next}
	l.at = checkpoint{app: o.app(), groupType: o.groupType, limit: o.limit, next: o.next}
	if o.resume != nil {
		l.at = *o.resume
		l.limit = min(l.limit, l.at.limit)
		l.next = l.at.next
		l.openedMs -= float64(l.at.elapsedMs)
	}
	l.seen.add(l.next)
	return l
}

// base is where the listing's calls go.
func (l *listing) base() string { return l.options.base(l.atBackup) }

// begin says what to do first.
func (l *listing) begin(nowMs float64) Action {
	if l.at.ended {
		return l.done(nowMs)
	}
	return l.proceed(nowMs, 0)
}

// proceed goes on with the page that is asked for now: sign if need be, wait for a turn, call.
func (l *listing) proceed(nowMs float64, random uint32) Action {
	if l.userSig == "" && l.options.credential != proxyCredential {
		l.state = signing
		return Action{Do: Sign}
	}
	l.state = waiting
	waitMs, ok := l.pacer.turn(l, nowMs)
	l.asleep = !ok && waitMs < 0
	if !ok {
		return Action{Do: Wait, WaitMs: waitMs}
	}
	l.state = calling
	l.sentMs = nowMs
	l.calls++
	l.at.requests++
	if l.calls > 1 {
		l.at.retries++
	}
	return Action{
		Do:        Fetch,
		URL:       callURL(l.options, l.base(), l.userSig, random),
		Body:      callBody(l.limit, l.next, l.options.groupType),
		TimeoutMs: l.options.timeoutMs,
	}
}

func (l *listing) step(nowMs float64, random uint32, event Event) Action {
	switch event.Report {
	case Tick:
		if l.state == waiting || l.state == resting && nowMs >= l.untilMs {
			return l.proceed(nowMs, random)
		}
		if l.state == resting { // timers may fire a little early
			return Action{Do: Wait, WaitMs: l.untilMs - nowMs}
		}
	case Signed:
		if l.state == signing {
			if event.Text == "" {
				return l.fail(nowMs, &Failure{
					Kind: SigningFailure, Message: "The userSig function returned no UserSig.",
					Hint: "It must return a string that is not empty, or a promise of one.",
				})
			}
			l.userSig = event.Text
			l.userSigs = append(l.userSigs, event.Text)
			return l.proceed(nowMs, random)
		}
	case SignFailed:
		if l.state == signing {
			return l.fail(nowMs, signingFailure(reason(event.Text, l.userSigs)))
		}
	case Headers:
		if l.state == calling {
			l.pacer.answered(nowMs, l.sentMs, l.base())
			if !(event.RetryAfterMs > 0) { // nor a number, perhaps
				event.RetryAfterMs = 0
			}
			if event.Status == 200 {
				l.state = reading
				l.pauseMs = event.RetryAfterMs
				return Action{Do: Read}
			}
			return l.failed(nowMs, random, httpFailure(event.Status, event.RetryAfterMs, l.options))
		}
	case NetworkFailed, TimedOut:
		if l.state == calling || l.state == reading {
			if l.state == calling {
				l.pacer.givenUp(nowMs)
			}
			f := timeoutFailure(l.options, l.atBackup)
			if event.Report == NetworkFailed {
				f = networkFailure(reason(event.Text, l.userSigs), redact(event.Code, l.userSigs), l.state == reading, l.options, l.atBackup)
			}
			return l.failed(nowMs, random, f)
		}
	case TooLarge:
		if l.state == reading {
			return l.failed(nowMs, random, corruptAnswer("The answer has more than "+itoa(MaxAnswerBytes)+" bytes; the rest was not read", l.options))
		}
	case Body:
		if l.state == reading {
			return l.read(nowMs, random, event.Bytes)
		}
	case Taken:
		if l.state == handing {
			return l.taken(nowMs, random, event.Duplicates)
		}
	}
	return l.fail(nowMs, internalFailure("The host reported '"+string(event.Report)+"' when nothing of that kind was to be expected"))
}

// read looks at the body of an answer.
func (l *listing) read(nowMs float64, random uint32, body []byte) Action {
	a, problem := readAnswer(body, l.room)
	if problem != "" {
		what := "The answer is not what the endpoint promises: " + problem
		if shown := excerpt(body, l.userSigs); shown != "" {
			what += ". It begins: " + shown
		}
		return l.failed(nowMs, random, corruptAnswer(what, l.options))
	}
	if a.ErrorCode != 0 {
		f := apiFailure(&a, l.options, l.userSigs)
		f.retryAfterMs = l.pauseMs
		return l.failed(nowMs, random, f)
	}
	l.pacer.fine()
	l.unanswered = 0
	l.at.totalCount = a.TotalCount
	if l.options.count {
		return l.done(nowMs)
	}
	if a.Next != 0 && !l.seen.add(a.Next) {
		return l.fail(nowMs, protocolFailure("The cursor "+itoa(a.Next)+" came a second time: the server leads in circles", l.options))
	}
	l.emptyPages++
	if a.GroupIDs.Count > 0 {
		l.emptyPages = 0
	}
	if l.emptyPages > mostEmptyPages && a.Next != 0 {
		return l.fail(nowMs, protocolFailure(itoa(int64(l.emptyPages))+" pages in a row were empty, each with a new cursor: the server leads nowhere", l.options))
	}
	l.page = &a
	l.room = a.GroupIDs.Text
	l.state = handing
	after := l.after(nowMs, 0)
	return Action{Do: Page, GroupIDs: a.GroupIDs, TotalCount: a.TotalCount, Next: a.Next, Checkpoint: &after}
}

// after is where the listing stands once the page was taken.
func (l *listing) after(nowMs float64, duplicates int64) checkpoint {
	at := l.at
	at.limit = l.limit
	at.next = l.page.Next
	at.ended = l.page.Next == 0
	at.groups += int64(l.page.GroupIDs.Count) - duplicates
	at.duplicates += duplicates
	at.pages++
	at.elapsedMs = ceil(nowMs - l.openedMs)
	return at
}

// taken goes on to the next page.
func (l *listing) taken(nowMs float64, random uint32, duplicates int64) Action {
	l.at = l.after(nowMs, min(max(duplicates, 0), int64(l.page.GroupIDs.Count)))
	l.next = l.at.next
	l.page = nil
	l.handed++
	l.calls, l.failures, l.resigned = 0, 0, false
	progress := l.at
	var action Action
	if l.at.ended || l.handed == l.options.maxPages {
		action = l.done(nowMs)
	} else {
		action = l.proceed(nowMs, random)
	}
	action.Progress = &progress
	return action
}

// failed decides what to do about a call that went wrong: try again in one way or another, or fail.
func (l *listing) failed(nowMs float64, random uint32, f *Failure) Action {
	switch {
	case f.throttled():
		l.pacer.throttled()
	case f.Kind == APIFailure:
		l.pacer.fine()
	}
	l.unanswered++
	if !f.hostUnanswers {
		l.unanswered = 0
	}
	if l.unanswered >= triesPerHost && l.options.region.Backup != "" && !l.atBackup {
		l.atBackup = true
		l.unanswered = 0
	}
	var restMs float64
	switch {
	case f.row.retry == smaller:
		if l.limit == 1 {
			f.Retryable, f.Hint = false, "Even a page of one group is too large for the server: the vendor has to look at it."
			return l.fail(nowMs, f)
		}
		l.limit /= 2
	case f.row.retry == resign:
		if l.resigned || !l.options.renewable() {
			if l.resigned {
				f.Hint += " A fresh one was refused as well: look at how it is made, and at the clock where it is made."
			}
			f.Retryable = l.options.renewable()
			return l.fail(nowMs, f)
		}
		l.resigned = true
		l.userSig = ""
	case !f.Retryable || l.failures >= l.options.maxRetries:
		return l.fail(nowMs, f)
	case f.retryAfterMs > patienceMs:
		f.Hint = "The server asks to be left alone for " + itoa(ceil(f.retryAfterMs/1000)) + " s: go on from the checkpoint after that."
		return l.fail(nowMs, f)
	default:
		l.failures++
		restMs = backoffMs(f, l.failures, random)
	}
	f.Attempts = l.calls
	l.state = resting
	l.untilMs = nowMs + restMs
	return Action{Do: Wait, WaitMs: restMs, Retry: f}
}

func (l *listing) fail(nowMs float64, f *Failure) Action {
	f.Attempts = l.calls
	f.Checkpoint = l.stop(nowMs)
	return Action{Do: Fail, Failure: f}
}

func (l *listing) done(nowMs float64) Action {
	l.stop(nowMs)
	at := l.at
	return Action{
		Do: Done, TotalCount: at.totalCount, Next: at.next, Complete: at.ended && at.groups >= at.totalCount, Checkpoint: &at,
	}
}

// stop ends the listing, lets go of its turn, and returns its checkpoint. A page that was handed out but not reported as
// taken is not in it: it is better to get IDs twice than never.
func (l *listing) stop(nowMs float64) string {
	if l.state != ended {
		if l.state == calling {
			l.pacer.givenUp(nowMs)
		}
		l.pacer.leave(l)
		l.state = ended
		l.at.limit = l.limit
		l.at.elapsedMs = ceil(nowMs - l.openedMs)
	}
	return l.at.JSON()
}
