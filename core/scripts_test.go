package core

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"
)

// The scripts in testdata tell how a listing behaves: a command or event, then exactly what the engine answered. They
// run on a virtual clock. first_listing.txt explains their language; "go test ./core -rewrite" writes their answers
// anew, to be read and judged before they are kept.
//
//go:embed testdata/*.txt
var scripts embed.FS

func TestScripts(t *testing.T) {
	names, err := fs.Glob(scripts, "testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(strings.TrimSuffix(path.Base(name), ".txt"), func(t *testing.T) {
			if runtime.GOOS == "js" { // a browser has no files
				text, err := scripts.ReadFile(name)
				require.NoError(t, err)
				datadriven.RunTestFromString(t, string(text), newScript().run)
				return
			}
			datadriven.RunTest(t, name, newScript().run)
		})
	}
}

// script is the host of an engine that does what a script says.
type script struct {
	engine     *Engine
	now        float64
	current    int             // the listing that the last command was about
	actions    map[int]*Action // what each listing was told to do
	hidden     map[string]bool
	checkpoint string // the last one that was shown
}

func newScript() *script {
	return &script{engine: NewEngine(), actions: map[int]*Action{}, hidden: map[string]bool{}}
}

func (s *script) run(t *testing.T, d *datadriven.TestData) string {
	if after, ok := value(d, "after"); ok {
		s.now += number(t, d, after)
	}
	if id, ok := value(d, "id"); ok && d.Cmd != "open" {
		s.current = int(number(t, d, id))
	}
	switch d.Cmd {
	case "hide":
		for _, arg := range d.CmdArgs {
			s.hidden[arg.Key] = true
		}
		return ""
	case "show":
		for _, arg := range d.CmdArgs {
			delete(s.hidden, arg.Key)
		}
		return ""
	case "clock":
		s.now = number(t, d, d.CmdArgs[0].Key)
		return ""
	case "advance":
		s.now += number(t, d, d.CmdArgs[0].Key)
		return ""
	case "open":
		return s.open(t, d)
	case "sleep": // as long as the listing was told to, then tick
		action := s.actions[s.current]
		if action.Do != Wait || action.WaitMs < 0 {
			return fmt.Sprintf("this makes no sense: the listing was told to %s", action.Do)
		}
		s.now += float64(ceil(action.WaitMs))
		return s.step(t, d, Event{Report: Tick})
	case "tick":
		return s.step(t, d, Event{Report: Tick})
	case "signed":
		return s.step(t, d, Event{Report: Signed, Text: optional(d, "userSig", "made-up-signature-"+strconv.Itoa(s.current))})
	case "sign-failed":
		return s.step(t, d, Event{Report: SignFailed, Text: d.Input})
	case "headers":
		return s.step(t, d, s.headers(t, d))
	case "body":
		return s.body(t, d)
	case "too-large":
		return s.step(t, d, Event{Report: TooLarge})
	case "network-failed":
		return s.step(t, d, Event{Report: NetworkFailed, Text: d.Input, Code: optional(d, "code", "")})
	case "timed-out":
		return s.step(t, d, Event{Report: TimedOut})
	case "taken":
		duplicates := number(t, d, optional(d, "duplicates", "0"))
		return s.step(t, d, Event{Report: Taken, Duplicates: int64(duplicates)})
	case "report": // as it crosses the border
		event, failure := ReadEvent([]byte(`{"report":"` + d.CmdArgs[0].Key + `"}`))
		if failure != nil {
			s.engine.Close(s.current, s.now)
			return s.print(s.current, &Action{Do: Fail, Failure: failure})
		}
		return s.step(t, d, event)
	case "answer":
		return s.answer(t, d)
	case "open-and-answer":
		d.CmdArgs = append(d.CmdArgs, datadriven.CmdArg{Key: "maxRetries", Vals: []string{"0"}}, datadriven.CmdArg{Key: "minIntervalMs", Vals: []string{"0"}})
		s.open(t, d)
		if s.actions[s.current].Do == Sign {
			s.step(t, d, Event{Report: Signed, Text: "made-up-signature"})
		}
		s.step(t, d, s.headers(t, d))
		return s.body(t, d)
	case "error":
		return s.error(t, d)
	case "close":
		return s.close(d)
	case "redact":
		return s.engine.Redact(s.current, d.Input)
	}
	t.Fatalf("%s: there is no command %q", d.Pos, d.Cmd)
	return ""
}

// open reads the options from the command's line: JSON where it is JSON, else a string. Of a secret only the kind is
// given.
func (s *script) open(t *testing.T, d *datadriven.TestData) string {
	given := with{}
	call, runtime, origin := "listAllGroups", "server", ""
	if !d.HasArg("bare") {
		given["sdkAppId"] = num("1400000000")
		given["identifier"] = text("administrator")
		if !d.HasArg("userSig") && !d.HasArg("secretKey") && !d.HasArg("proxy") {
			given["userSig"] = kind("function")
		}
	}
	for _, arg := range d.CmdArgs {
		if len(arg.Vals) == 0 || arg.Key == "after" || arg.Key == "status" {
			continue
		}
		name, value := arg.Key, arg.Vals[0]
		switch {
		case name == "call":
			call = value
		case name == "runtime":
			runtime = value
		case name == "origin":
			origin = value
		case name == "userSig" || name == "secretKey":
			given[name] = kind(value)
		case name == "resume" && value == "last":
			given[name] = checkpoint(s.checkpoint)
		case name == "resume":
			given[name] = checkpoint(d.Input)
		case name == "groupType" && len(arg.Vals) > 1:
			given[name] = list(arg.Vals...)
		case name != "next" && json.Valid([]byte(value)):
			given[name] = raw(value)
		default:
			given[name] = text(value)
		}
	}
	options, failure := given.called(call, runtime, origin)
	if failure != nil {
		return s.print(0, &Action{Do: Fail, Failure: failure})
	}
	id, action := s.engine.Open(options, s.now)
	s.current = id
	return s.print(id, action)
}

func (s *script) step(t *testing.T, d *datadriven.TestData, event Event) string {
	action := s.engine.Step(s.current, s.now, random(t, d), event)
	return s.print(s.current, action)
}

// close is what a host does when its caller gave up.
func (s *script) close(d *datadriven.TestData) string {
	checkpoint := s.engine.Close(s.current, s.now)
	delete(s.actions, s.current)
	if checkpoint == nil {
		return "there is no such listing"
	}
	s.checkpoint = checkpoint.JSON()
	out := s.head(s.current) + "closed\n"
	if !s.hidden["checkpoint"] {
		out += "  checkpoint " + s.checkpoint + "\n"
	}
	return out + s.wakes()
}

func (s *script) headers(t *testing.T, d *datadriven.TestData) Event {
	return Event{
		Report: Headers, Status: int64(number(t, d, optional(d, "status", "200"))),
		RetryAfterMs: number(t, d, optional(d, "retry-after", "0")),
		ContentType:  optional(d, "content-type", ""),
	}
}

func (s *script) body(t *testing.T, d *datadriven.TestData) string {
	body := []byte(d.Input)
	if d.HasArg("bytes") { // that no text file could hold, written as Go writes strings
		text, err := strconv.Unquote(d.Input)
		require.NoError(t, err, d.Pos)
		body = []byte(text)
	}
	return s.step(t, d, Event{Report: Body, Bytes: body})
}

// answer is short for an answer in order: headers, a body of these IDs, and the page taken.
func (s *script) answer(t *testing.T, d *datadriven.TestData) string {
	ids := []string{}
	if arg, ok := d.Arg("ids"); ok {
		ids = arg.Vals
	}
	entries := []map[string]string{}
	for _, id := range ids {
		entries = append(entries, map[string]string{"GroupId": id})
	}
	for i := range int(number(t, d, optional(d, "invented", "0"))) { // more IDs than a script could hold
		entries = append(entries, map[string]string{"GroupId": "g" + strconv.Itoa(i)})
	}
	body, err := json.Marshal(map[string]any{
		"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "GroupIdList": entries,
		"TotalCount": json.Number(optional(d, "total", "100")), "Next": json.Number(optional(d, "next", "0")),
	})
	require.NoError(t, err)
	s.engine.Step(s.current, s.now, 0, s.headers(t, d))
	action := s.engine.Step(s.current, s.now, random(t, d), Event{Report: Body, Bytes: body})
	if action.Do == Page {
		duplicates := number(t, d, optional(d, "duplicates", "0"))
		action = s.engine.Step(s.current, s.now, random(t, d), Event{Report: Taken, Duplicates: int64(duplicates)})
	}
	return s.print(s.current, action)
}

// error is short for an answer with an ErrorCode.
func (s *script) error(t *testing.T, d *datadriven.TestData) string {
	body, err := json.Marshal(map[string]any{
		"ActionStatus": "FAIL", "ErrorCode": json.Number(optional(d, "code", "")), "ErrorInfo": optional(d, "info", ""),
	})
	require.NoError(t, err)
	s.engine.Step(s.current, s.now, 0, s.headers(t, d))
	return s.step(t, d, Event{Report: Body, Bytes: body})
}

func (s *script) head(id int) string {
	who := ""
	if id != 0 {
		who = fmt.Sprintf("listing %d ", id)
	}
	return fmt.Sprintf("%s ms: %s", strconv.FormatFloat(s.now, 'f', -1, 64), who)
}

// print shows an action as its JSON holds it, a field a line, and a page with its IDs.
func (s *script) print(id int, action *Action) string {
	s.actions[id] = action
	out := s.head(id)
	fields := fieldsOf(action.JSON())
	for i, field := range fields {
		switch {
		case i == 0:
			var do string
			if json.Unmarshal(field.value, &do) == nil {
				out += do + "\n"
			}
		case s.hidden[field.name]:
		case field.name == "failure" || field.name == "retry":
			for _, inner := range fieldsOf(string(field.value)) {
				if !s.hidden[inner.name] {
					out += fmt.Sprintf("  %s.%s %s\n", field.name, inner.name, inner.value)
				}
				s.remember(inner)
			}
		case field.name == "url" && s.hidden["query"]:
			var text string
			if json.Unmarshal(field.value, &text) == nil {
				before, _, _ := strings.Cut(text, "?")
				out += fmt.Sprintf("  %s %s\n", field.name, before)
			}
		case field.name == "url" || field.name == "body":
			var text string
			if json.Unmarshal(field.value, &text) == nil {
				out += fmt.Sprintf("  %s %s\n", field.name, text)
			}
		default:
			out += fmt.Sprintf("  %s %s\n", field.name, field.value)
		}
		s.remember(field)
	}
	if action.Do == Wait && action.WaitMs < 0 {
		out += "  until woken\n"
	}
	if action.Do == Page && !s.hidden["ids"] {
		for _, groupID := range action.GroupIDs.Strings() {
			out += fmt.Sprintf("  id %q\n", groupID)
		}
	}
	return out + s.wakes()
}

func (s *script) remember(f field) {
	if f.name == "checkpoint" {
		s.checkpoint = string(f.value)
	}
}

func (s *script) wakes() string {
	if woken := s.engine.Woken(); woken != 0 {
		return fmt.Sprintf("  wakes listing %d\n", woken)
	}
	return ""
}

type field struct {
	name  string
	value json.RawMessage
}

// fieldsOf takes a JSON object apart, in the order in which it was written.
func fieldsOf(object string) (fields []field) {
	decoder := json.NewDecoder(strings.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		panic(err)
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			panic(err)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			panic(err)
		}
		fields = append(fields, field{name.(string), value})
	}
	return fields
}

func value(d *datadriven.TestData, name string) (string, bool) {
	arg, ok := d.Arg(name)
	if !ok || len(arg.Vals) == 0 {
		return "", false
	}
	return arg.Vals[0], true
}

func optional(d *datadriven.TestData, name, otherwise string) string {
	if v, ok := value(d, name); ok {
		return v
	}
	return otherwise
}

func number(t *testing.T, d *datadriven.TestData, text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err, d.Pos)
	return n
}

// random is the share of 32 random bits that the host hands in: 0 if nothing is said, 0.5, max.
func random(t *testing.T, d *datadriven.TestData) uint32 {
	text := optional(d, "random", "0")
	if text == "max" {
		return math.MaxUint32
	}
	return uint32(number(t, d, text) * (1 << 32))
}
