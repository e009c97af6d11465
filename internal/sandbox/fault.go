package sandbox

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Kinds of faults.
const (
	lostRequest  = "lost-request"
	lostAnswer   = "lost-answer"
	resetBody    = "reset-body"
	truncateBody = "truncate-body"
	stallHeaders = "stall-headers"
	stallBody    = "stall-body"
	delay        = "delay"
	oversize     = "oversize"
	status       = "status"
	html         = "html"
	redirect     = "redirect"
	errorCode    = "code"
	cutJSON      = "cut-json"
	wrongJSON    = "wrong-json"
	repeatCursor = "repeat-cursor"
	emptyPage    = "empty-page"
	duplicates   = "duplicates"
	groupsChange = "groups-change"
)

// faultKind is a kind of fault and its fields.
type faultKind struct {
	name     string
	required []string
	optional []string
	does     string
}

// faultKinds are all kinds: scripts are checked against them, and --help prints them.
var faultKinds = []faultKind{
	{lostRequest, nil, nil, "close the connection before the call arrives, so that it does not count"},
	{lostAnswer, nil, nil, "reset the connection instead of answering the call, which counts"},
	{resetBody, nil, []string{"bytes"}, "reset the connection after some bytes of the body (default: half of it)"},
	{truncateBody, nil, []string{"bytes"}, "close the connection after some bytes of the body (default: half of it), " +
		"less than Content-Length"},
	{stallHeaders, nil, nil, "send nothing until the client disconnects"},
	{stallBody, nil, []string{"bytes"}, "send some bytes of the body (default: half of it), then nothing " +
		"until the client disconnects"},
	{delay, nil, []string{"in", "out"}, "take longer: in before the call arrives, out after"},
	{oversize, nil, []string{"bytes"}, "pad the answer with spaces to a number of bytes (default: endless groups " +
		"until the client disconnects)"},
	{status, []string{"status"}, []string{"retryAfter", "body", "echoUrl"}, "answer with an HTTP status and an HTML body"},
	{html, nil, []string{"body", "echoUrl"}, "answer with HTTP 200 and HTML"},
	{redirect, nil, []string{"status", "location", "echoUrl"}, "redirect (default: 307) to a location " +
		"(default: /elsewhere); echoUrl adds the call's query"},
	{errorCode, []string{"code"}, []string{"info", "echoUrl"}, "answer with an ErrorCode and ErrorInfo"},
	{cutJSON, nil, []string{"bytes"}, "end the JSON after some bytes (default: half of it), in an HTTP " +
		"response that is complete"},
	{wrongJSON, []string{"variant"}, nil, "answer with an invalid page"},
	{repeatCursor, nil, nil, "answer with a page whose Next is the cursor of this page"},
	{emptyPage, nil, nil, "answer with an empty page and a new Next for the same position"},
	{duplicates, []string{"count"}, nil, "start the page earlier by count groups, within the page before it"},
	{groupsChange, nil, []string{"created", "dismissed"}, "create and dismiss random groups before the page is " +
		"read; their IDs are logged"},
}

// fault is an entry of a script.
type fault struct {
	kind string

	// The calls of the entry: from..to, or every n-th.
	from, to, every uint64

	status             int
	retryAfter         string
	body               *string // nil: the kind's own
	echoURL            bool
	bytes              *int // nil: the kind's default
	variant            string
	code               int
	info               string
	location           string
	created, dismissed int
	count              int
	in, out            time.Duration

	// Of profiles:
	command string // whose calls the entry is for; "" for all calls
	groups  int    // 0 for the default
	groupID string
	wrong   string
}

// Script says which faults are played at which calls. The zero Script has none.
type Script struct {
	faults []fault
}

// of returns the first entry for a call, or a fault of no kind.
func (s Script) of(c callCount) fault {
	for _, f := range s.faults {
		call := f.number(c)
		if call == 0 {
			continue
		}
		if f.every != 0 && call%f.every == 0 || f.every == 0 && f.from <= call && call <= f.to {
			return f
		}
	}
	return fault{}
}

// part returns the part of a text that is sent.
func (f fault) part(text []byte) []byte {
	if f.bytes == nil {
		return text[:len(text)/2]
	}
	return text[:min(*f.bytes, len(text))]
}

// WriteFaultHelp writes the help on scripts of faults.
func WriteFaultHelp(w io.Writer) {
	fmt.Fprint(w, `A script of faults is a JSON array of objects. Each has a "fault" and its calls: one with "call",
a range with "from" and "to" (without "to": all later calls), or every n-th with "every". All calls are counted,
from 1. The first matching entry is played:

    [{"fault": "lost-answer", "call": 2},
     {"fault": "status", "from": 4, "to": 6, "status": 503, "retryAfter": "2"},
     {"fault": "delay", "every": 10, "in": "300ms"}]

With "command", get_appid_group_list or get_group_info, an entry is for the calls of that command, which are then
counted separately.

Kinds of faults, with their fields (* required):

`)
	for _, kind := range allFaultKinds() {
		fmt.Fprintf(w, "    %-14s %s\n", kind.name, kind.does)
		if len(kind.required)+len(kind.optional) > 0 {
			fmt.Fprintf(w, "    %-14s     %s\n", "", kind.takes())
		}
	}
	fmt.Fprint(w, "\nFields:\n\n")
	for _, field := range allFaultFields() {
		fmt.Fprintf(w, "    %-14s %s\n", field.name, field.accepts)
	}
	fmt.Fprint(w, "\nVariants of wrong-json:\n\n")
	for _, variant := range wrongAnswers {
		fmt.Fprintf(w, "    %-20s %s\n", variant.name, variant.does)
	}
	fmt.Fprint(w, "\nValues of wrong for wrong-profile:\n\n")
	for _, wrong := range wrongProfiles {
		fmt.Fprintf(w, "    %-20s %s\n", wrong.name, wrong.does)
	}
}

// takes returns the fields of a kind.
func (k faultKind) takes() string {
	fields := []string{}
	for _, field := range k.required {
		fields = append(fields, field+"*")
	}
	return strings.Join(append(fields, k.optional...), ", ")
}
