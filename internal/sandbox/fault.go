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

// faultKind is what a script may say of a kind, and what the kind does.
type faultKind struct {
	name     string
	required []string
	optional []string
	does     string
}

// faultKinds is the one list of kinds: the script is checked against it, and --help prints it.
var faultKinds = []faultKind{
	{lostRequest, nil, nil, "close the connection before the call arrives: it does not count"},
	{lostAnswer, nil, nil, "let the call arrive, and reset the connection instead of answering"},
	{resetBody, nil, []string{"bytes"}, "reset the connection after so many bytes of the body (default: half of it)"},
	{truncateBody, nil, []string{"bytes"}, "end the connection after so many bytes of the body, short of its Content-Length (default: half of it)"},
	{stallHeaders, nil, nil, "send nothing until the client gives up"},
	{stallBody, nil, []string{"bytes"}, "send so many bytes of the body (default: half of it), then nothing until the client gives up"},
	{delay, nil, []string{"in", "out"}, "take longer: in before the call arrives, out after"},
	{oversize, nil, []string{"bytes"}, "pad the answer with spaces to so many bytes (default: no end of groups, until the client gives up)"},
	{status, []string{"status"}, []string{"retryAfter", "body", "echoUrl"}, "answer with an HTTP status and an HTML body"},
	{html, nil, []string{"body", "echoUrl"}, "answer with HTTP 200 and HTML"},
	{redirect, nil, []string{"status", "location", "echoUrl"}, "redirect (default: 307) to a location (default: /elsewhere); with echoUrl its query is the call's"},
	{errorCode, []string{"code"}, []string{"info", "echoUrl"}, "answer with an ErrorCode and ErrorInfo"},
	{cutJSON, nil, []string{"bytes"}, "end the JSON after so many bytes (default: half of it), in an answer that HTTP calls whole"},
	{wrongJSON, []string{"variant"}, nil, "answer with a page that is not what the endpoint promises"},
	{repeatCursor, nil, nil, "answer with a page whose Next leads to the start of this very page"},
	{emptyPage, nil, nil, "answer with a page of no groups and a new Next that goes on at the same place"},
	{duplicates, []string{"count"}, nil, "start the page so many groups earlier, at groups of the page before it"},
	{groupsChange, nil, []string{"created", "dismissed"}, "create and dismiss groups anywhere in the list before the page is read; their IDs are logged"},
}

// fault is one entry of a script.
type fault struct {
	kind string

	// Which calls it is for: from..to, or every so many.
	from, to, every uint64

	status             int
	retryAfter         string
	body               *string // nil for the kind's own
	echoURL            bool
	bytes              *int // nil for the kind's default
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

// Script is which faults are played when. The zero Script has none; ParseScript makes others.
type Script struct {
	faults []fault
}

// of returns what is played for a call: the first entry that is for it, or a fault of no kind.
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

// part is how much of a text is sent of which only the beginning is.
func (f fault) part(text []byte) []byte {
	if f.bytes == nil {
		return text[:len(text)/2]
	}
	return text[:min(*f.bytes, len(text))]
}

// WriteFaultHelp writes what a script of faults may hold.
func WriteFaultHelp(w io.Writer) {
	fmt.Fprint(w, `A script of faults is a JSON array of objects. Each says in "fault" what happens, and to which calls: to one with
"call", to some with "from" and "to" (to the end without "to"), or to each so-many-th with "every". Calls are counted from
1, whatever they ask for. The first entry that is for a call is played:

    [{"fault": "lost-answer", "call": 2},
     {"fault": "status", "from": 4, "to": 6, "status": 503, "retryAfter": "2"},
     {"fault": "delay", "every": 10, "in": "300ms"}]

With "command", get_appid_group_list or get_group_info, an entry is for the calls of that command, which are then
counted by themselves.

Kinds of faults, with what else they take (* must be given):

`)
	for _, kind := range allFaultKinds() {
		fmt.Fprintf(w, "    %-14s %s\n", kind.name, kind.does)
		if len(kind.required)+len(kind.optional) > 0 {
			fmt.Fprintf(w, "    %-14s     %s\n", "", kind.takes())
		}
	}
	fmt.Fprint(w, "\nWhat these take:\n\n")
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

// takes lists the fields of a kind.
func (k faultKind) takes() string {
	fields := []string{}
	for _, field := range k.required {
		fields = append(fields, field+"*")
	}
	return strings.Join(append(fields, k.optional...), ", ")
}
