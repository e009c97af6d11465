package core

// Do says what the host is to do.
type Do uint8

const (
	Sign  Do = iota // get a UserSig, a fresh one
	Wait            // sleep for WaitMs, or until woken
	Fetch           // POST Body to URL, within TimeoutMs for headers and body together; follow no redirect
	Read            // read the body of the answer, up to MaxAnswerBytes
	Page            // hand the page to the caller
	Done            // the listing has ended well and is forgotten
	Fail            // the listing has ended with Failure and is forgotten
)

var doNames = [...]string{"sign", "wait", "fetch", "read", "page", "done", "fail"}

func (do Do) String() string { return doNames[do] }

// Action is what the host is to do next for a listing. Fields that an action does not need are zero.
type Action struct {
	Do Do

	WaitMs float64  // Wait: how long, in ms; negative: until woken
	Retry  *Failure // Wait: the failure after which the call is to be made again; nil when the wait only keeps the pace

	URL       string // Fetch
	Body      string // Fetch: JSON
	TimeoutMs float64

	GroupIDs   IDRun  // Page; valid until the next step of any listing
	GroupType  string // Page: that of its groups, if only those of one were asked for
	TotalCount int64  // Page: of the page's type; Done: of all
	Next       int64  // Page: the cursor of the next page of its type, 0 at the end
	Complete   bool   // Done: every group was listed that TotalCount counts

	Checkpoint *checkpoint // Page: as it will be when the page was taken; Done
	Progress   *checkpoint // the first action after a page was taken: where the listing stands

	Failure *Failure // Fail
}

// JSON is the form in which an action crosses the border. The IDs of a page are not in it: they go as they are.
func (a *Action) JSON() string {
	var w jsonWriter
	w.str("do", a.Do.String())
	switch a.Do {
	case Wait:
		if a.WaitMs >= 0 {
			w.integer("ms", ceil(a.WaitMs))
		}
		if a.Retry != nil {
			w.raw("retry", a.Retry.JSON())
		}
	case Fetch:
		w.str("url", a.URL)
		w.str("body", a.Body)
		w.integer("timeoutMs", int64(a.TimeoutMs))
	case Read:
		w.integer("maxBytes", MaxAnswerBytes)
	case Page:
		w.integer("count", int64(a.GroupIDs.Count))
		if a.GroupIDs.JSON {
			w.boolean("json", true)
		}
		w.optional("groupType", a.GroupType)
		w.integer("totalCount", a.TotalCount)
		next := "null"
		if a.Next != 0 {
			next = quoted(itoa(a.Next)) // a JavaScript number would not hold all of it
		}
		w.raw("next", next)
		w.raw("checkpoint", a.Checkpoint.JSON())
	case Done:
		w.integer("totalCount", a.TotalCount)
		w.boolean("complete", a.Complete)
		w.raw("checkpoint", a.Checkpoint.JSON())
	case Fail:
		w.raw("failure", a.Failure.JSON())
	}
	if a.Progress != nil {
		w.raw("progress", a.Progress.JSON())
	}
	return w.end()
}

// ceil rounds up. What no count of milliseconds can be (a host's clock may show anything) becomes the largest that is one.
func ceil(ms float64) int64 {
	if ms > maxSafe {
		return maxSafe
	}
	n := int64(ms)
	if float64(n) < ms {
		n++
	}
	return n
}

// Report says what happened at the host.
type Report uint8

const (
	Tick          Report = iota // the sleep has ended, or the listing was woken
	Signed                      // Text is the UserSig
	SignFailed                  // Text says why
	Headers                     // the answer's headers came: Status, RetryAfterMs
	Body                        // the answer's body came: Bytes
	TooLarge                    // the body has more than MaxAnswerBytes; the rest was not read
	NetworkFailed               // no answer, or the body broke off: Text says why, Code is the system's code if known
	TimedOut                    // no complete answer within TimeoutMs
	Taken                       // the caller has the page, of which Duplicates were known already
)

var reportNames = [...]string{
	"tick", "signed", "signFailed", "headers", "body", "tooLarge", "networkFailed", "timedOut", "taken",
}

func (r Report) String() string { return reportNames[r] }

// Event is a report with what belongs to it.
type Event struct {
	Report       Report
	Text         string
	Code         string
	Status       int64
	RetryAfterMs float64 // 0 if the server did not ask for a pause
	Bytes        []byte  // valid only during the step
	Duplicates   int64
}

// ReadEvent reads an event as it crosses the border: {"report":"headers","status":200,"retryAfterMs":0}, with the fields
// of Event that the report needs. Bytes are not in it: they go as they are.
func ReadEvent(text []byte) (Event, *Failure) {
	var e Event
	var report string
	var retryAfterMs int64
	s := scanner{data: text}
	_, _, ok := s.members([]member{
		{name: "report", text: &report},
		{name: "text", text: &e.Text, lossy: true}, // words of somebody else's, which may be cut anywhere
		{name: "code", text: &e.Code},
		{name: "status", number: &e.Status},
		{name: "retryAfterMs", number: &retryAfterMs},
		{name: "duplicates", number: &e.Duplicates},
	})
	e.RetryAfterMs = float64(retryAfterMs)
	if !ok {
		return e, internalFailure("The host's report could not be read: " + s.describe())
	}
	for !same(report, reportNames[e.Report]) {
		if e.Report == Taken {
			return e, internalFailure("The host reported '" + report + "', which is nothing that can happen")
		}
		e.Report++
	}
	return e, nil
}
