package core

import (
	"math"
	"strconv"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/restapi"
)

// Do is what the host has to do.
type Do int

const (
	Sign  Do = iota // get a UserSig, a fresh one
	Wait            // sleep for WaitMs, or until woken
	Fetch           // POST Body to URL, within TimeoutMs for headers and body together; follow no redirect
	Read            // read the body of the answer, up to MaxBytes, within TimeoutMs if that is not 0
	Page            // hand the page to the caller
	Done            // the listing has ended well and is forgotten
	Fail            // the listing has ended with Failure and is forgotten
)

var doNames = [...]string{"sign", "wait", "fetch", "read", "page", "done", "fail"}

func (do Do) String() string { return doNames[do] }

// Action is what the host has to do next for a listing. Fields that an action does not need are zero.
type Action struct {
	Do Do

	WaitMs float64  // Wait: how long, in ms; negative: until woken
	Retry  *Failure // Wait: the failure after which the call is to be made again; nil when the wait only keeps the pace

	URL       string // Fetch
	Body      string // Fetch: JSON
	TimeoutMs int64  // Fetch, Read

	MaxBytes int64 // Read

	GroupIDs   restapi.IDList    // Page; valid until the next step of any listing
	GroupType  restapi.GroupType // Page: that of its groups, if only those of one were asked for
	TotalCount int64             // Page: of the page's type; Done: of all
	Next       int64             // Page: the cursor of the next page of its type, 0 at the end
	Complete   Completeness      // Done

	Checkpoint *Checkpoint // Page: as it will be when the page was taken; Done
	Progress   *Checkpoint // the first action after a page was taken: where the listing stands

	Failure *Failure // Fail
}

// Completeness says whether as many groups were listed as TotalCount counts.
type Completeness int

const (
	Incomplete    Completeness = iota
	Complete                   // as many different groups
	MaybeComplete              // as many IDs, but of earlier runs, which only the caller knows, some may have come again
)

// String returns the value of complete in JavaScript.
func (c Completeness) String() string { return [...]string{"false", "true", "null"}[c] }

// JSON returns an action in the form in which it crosses the border. The IDs of a page cross separately.
func (a *Action) JSON() string {
	var w strictjson.Writer
	w.String("do", a.Do.String())
	switch a.Do {
	case Wait:
		if a.WaitMs >= 0 {
			w.Integer("ms", ceil(a.WaitMs))
		}
		if a.Retry != nil {
			w.Object("retry", a.Retry)
		}
	case Fetch:
		w.String("url", a.URL)
		w.String("body", a.Body)
		w.Integer("timeoutMs", a.TimeoutMs)
	case Read:
		w.Integer("maxBytes", a.MaxBytes)
		if a.TimeoutMs > 0 {
			w.Integer("timeoutMs", a.TimeoutMs)
		}
	case Page:
		w.Integer("count", int64(a.GroupIDs.Count))
		if a.GroupIDs.JSON {
			w.Boolean("json", true)
		}
		w.OptionalString("groupType", string(a.GroupType))
		w.Integer("totalCount", a.TotalCount)
		w.NullableString("next", cursorText(a.Next, a.Next == 0))
		w.Object("checkpoint", a.Checkpoint)
	case Done:
		w.Integer("totalCount", a.TotalCount)
		w.Raw("complete", a.Complete.String())
		w.Object("checkpoint", a.Checkpoint)
	case Fail:
		w.Object("failure", a.Failure)
	}
	if a.Progress != nil {
		w.Object("progress", a.Progress)
	}
	return w.End()
}

// cursorText returns a cursor as text, "" at the end of a listing. A JavaScript number does not hold every cursor.
func cursorText(cursor int64, ended bool) string {
	if ended {
		return ""
	}
	return strconv.FormatInt(cursor, 10)
}

// ceil rounds up to what JavaScript numbers hold exactly. A host's clock may show anything.
func ceil(ms float64) int64 { return int64(math.Ceil(min(ms, strictjson.MaxSafeInteger))) }
