package core

import (
	"slices"

	"tencent-chat-groups/core/internal/strictjson"
)

// Report is what happened at the host.
type Report int

const (
	Tick          Report = iota // the sleep has ended, or the listing was woken
	Signed                      // Text is the UserSig
	SignFailed                  // Text says why
	Headers                     // the answer's headers came: Status, RetryAfterMs, ContentType
	Body                        // the answer's body came: Bytes
	TooLarge                    // the body has more than the action's MaxBytes; the rest was not read
	NetworkFailed               // no answer, or the body broke off: Text says why, Code is the system's code if known
	TimedOut                    // no complete answer, or no complete body, within the action's TimeoutMs
	Taken                       // the caller has the page, of which Duplicates were known already
)

var reportNames = []string{
	"tick", "signed", "signFailed", "headers", "body", "tooLarge", "networkFailed", "timedOut", "taken",
}

func (r Report) String() string { return reportNames[r] }

// Event is a report with its details.
type Event struct {
	Report       Report
	Text         string
	Code         string
	UnusedProxy  string // NetworkFailed: the environment variable of a proxy that fetch does not use for this URL, or ""
	Status       int64
	RetryAfterMs float64 // 0 if the server did not ask for a pause
	ContentType  string  // "" if the answer has none
	Bytes        []byte  // valid only during the step
	Duplicates   int64
}

// ReadEvent reads an event as it crosses the border: {"report":"headers","status":200,"retryAfterMs":0}, with the
// fields of Event that the report needs. Bytes cross separately.
func ReadEvent(text []byte) (Event, *Failure) {
	var e Event
	var report string
	var retryAfterMs int64
	r := strictjson.Reader{Data: text}
	if err := r.ReadObject(
		r.StringMember("report", &report),
		r.AnyStringMember("text", &e.Text), // foreign text may have been cut within a character
		r.StringMember("code", &e.Code),
		r.StringMember("unusedProxy", &e.UnusedProxy),
		r.IntegerMember("status", &e.Status),
		r.IntegerMember("retryAfterMs", &retryAfterMs),
		r.AnyStringMember("contentType", &e.ContentType),
		r.IntegerMember("duplicates", &e.Duplicates),
	); err != nil {
		return e, internalFailure("The host's report could not be read: " + err.Error())
	}
	i := slices.Index(reportNames, report)
	if i < 0 {
		return e, internalFailure("The host sent an unknown report '" + report + "'")
	}
	e.Report, e.RetryAfterMs = Report(i), float64(retryAfterMs)
	return e, nil
}
