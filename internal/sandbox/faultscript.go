package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// faultField is a field of an entry.
type faultField struct {
	name    string
	accepts string
	set     func(*fault, json.RawMessage) bool // returns false for an invalid value
}

// faultFields are the fields of all kinds, besides those of every entry.
var faultFields = []faultField{
	{"status", "an integer from 400 to 599 (redirect: 301, 302, 303, 307 or 308)",
		func(f *fault, raw json.RawMessage) bool {
			if f.kind == redirect {
				return integer(raw, 301, 308, &f.status) && !slices.Contains([]int{304, 305, 306}, f.status)
			}
			return integer(raw, 400, 599, &f.status)
		}},
	{"retryAfter", "a string of printable ASCII, sent unchanged: a real server sends seconds or an HTTP date",
		func(f *fault, raw json.RawMessage) bool {
			return headerText(raw, &f.retryAfter)
		}},
	{"body", "a string", func(f *fault, raw json.RawMessage) bool {
		f.body = new(string)
		return text(raw, f.body)
	}},
	{"echoUrl", "true or false: repeat the URL with its signature in the response, like careless gateways",
		func(f *fault, raw json.RawMessage) bool {
			f.echoURL = string(raw) == "true"
			return f.echoURL || string(raw) == "false"
		}},
	{"bytes", "an integer from 0 to 1073741824", func(f *fault, raw json.RawMessage) bool {
		f.bytes = new(int)
		return integer(raw, 0, 1<<30, f.bytes)
	}},
	{"variant", "a string, one of the variants in --help", func(f *fault, raw json.RawMessage) bool {
		return text(raw, &f.variant) && slices.ContainsFunc(wrongAnswers, func(w wrongAnswer) bool {
			return w.name == f.variant
		})
	}},
	{"code", "an integer from 1 to 2147483647", func(f *fault, raw json.RawMessage) bool {
		return integer(raw, 1, math.MaxInt32, &f.code)
	}},
	{"info", "a string", func(f *fault, raw json.RawMessage) bool { return text(raw, &f.info) }},
	{"location", "a string of printable ASCII: an absolute URL, or a path on the sandbox",
		func(f *fault, raw json.RawMessage) bool {
			return headerText(raw, &f.location)
		}},
	{"created", "an integer from 0 to 10000", func(f *fault, raw json.RawMessage) bool {
		return integer(raw, 0, 10_000, &f.created)
	}},
	{"dismissed", "an integer from 0 to 10000", func(f *fault, raw json.RawMessage) bool {
		return integer(raw, 0, 10_000, &f.dismissed)
	}},
	{"count", "an integer from 1 to 9999; at least one group of the page is new",
		func(f *fault, raw json.RawMessage) bool {
			return integer(raw, 1, maxLimit-1, &f.count)
		}},
	{"in", `a string with a duration, such as "300ms"`, func(f *fault, raw json.RawMessage) bool {
		return duration(raw, &f.in)
	}},
	{"out", `a string with a duration, such as "300ms"`, func(f *fault, raw json.RawMessage) bool {
		return duration(raw, &f.out)
	}},
}

func integer(raw json.RawMessage, minimum, maximum int, value *int) bool {
	n, err := strconv.Atoi(string(raw))
	*value = n
	return err == nil && minimum <= n && n <= maximum
}

func text(raw json.RawMessage, value *string) bool {
	return raw[0] == '"' && json.Unmarshal(raw, value) == nil
}

// headerText accepts a valid header value.
func headerText(raw json.RawMessage, value *string) bool {
	return text(raw, value) && *value != "" && strings.IndexFunc(*value, func(r rune) bool {
		return r < ' ' || r > '~'
	}) < 0
}

func duration(raw json.RawMessage, value *time.Duration) bool {
	var written string
	if !text(raw, &written) {
		return false
	}
	var err error
	*value, err = time.ParseDuration(written)
	return err == nil && *value >= 0
}

// ParseScript parses a script of faults. Its errors name the entry (from 1), the mistake and the accepted values.
func ParseScript(script []byte) (Script, error) {
	var entries []json.RawMessage
	if err := json.Unmarshal(script, &entries); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			before := script[:min(syntax.Offset, int64(len(script)))]
			return Script{}, fmt.Errorf("line %d: not valid JSON: %w", 1+bytes.Count(before, []byte("\n")), err)
		}
		return Script{}, errors.New("a script must be a JSON array of objects")
	}
	if entries == nil {
		return Script{}, errors.New("a script must be a JSON array of objects, not null")
	}
	faults := make([]fault, len(entries))
	for i, entry := range entries {
		f, err := parseFault(entry)
		if err != nil {
			return Script{}, fmt.Errorf("entry %d: %w", i+1, err)
		}
		faults[i] = f
	}
	return Script{faults}, nil
}

func parseFault(entry json.RawMessage) (fault, error) {
	given, err := members(entry)
	if err != nil {
		return fault{}, err
	}
	var f fault
	kind, err := f.takeKind(given)
	if err != nil {
		return fault{}, err
	}
	if err := f.takeCalls(given); err != nil {
		return fault{}, fmt.Errorf("(%s) %w", kind.name, err)
	}
	if err := f.takeCommand(given); err != nil {
		return fault{}, fmt.Errorf("(%s) %w", kind.name, err)
	}
	for _, name := range kind.required {
		if _, is := given[name]; !is {
			return fault{}, fmt.Errorf("(%s) %q is missing: it takes %s", kind.name, name, kind.takes())
		}
	}
	for _, field := range allFaultFields() {
		raw, is := given[field.name]
		if !is || !slices.Contains(slices.Concat(kind.required, kind.optional), field.name) {
			continue
		}
		if !field.set(&f, raw) {
			return fault{}, fmt.Errorf("(%s) %q is %s: it must be %s", kind.name, field.name, raw, field.accepts)
		}
		delete(given, field.name)
	}
	if len(given) > 0 {
		name := slices.Sorted(maps.Keys(given))[0]
		takes := kind.takes()
		if takes == "" {
			takes = "nothing"
		}
		return fault{}, fmt.Errorf("(%s) %q is not accepted: besides fault and call, from, to or every, this kind takes %s",
			kind.name, name, takes)
	}
	return f, nil
}

// members returns the fields of an object. It refuses duplicate names, of which encoding/json would drop one.
func members(entry json.RawMessage) (map[string]json.RawMessage, error) {
	if entry[0] != '{' {
		return nil, fmt.Errorf("%s is not an object", entry)
	}
	decoder := json.NewDecoder(bytes.NewReader(entry))
	_, _ = decoder.Token() // the brace: the entry is known to be valid
	given := map[string]json.RawMessage{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if _, twice := given[name.(string)]; twice {
			return nil, fmt.Errorf("%q is given twice", name)
		}
		given[name.(string)] = value
	}
	return given, nil
}

func (f *fault) takeKind(given map[string]json.RawMessage) (faultKind, error) {
	names := []string{}
	raw, is := given["fault"]
	delete(given, "fault")
	valid := is && text(raw, &f.kind)
	for _, kind := range allFaultKinds() {
		if valid && kind.name == f.kind {
			return kind, nil
		}
		names = append(names, kind.name)
	}
	if !is {
		return faultKind{}, fmt.Errorf(`"fault" is missing: it must be one of %s`, strings.Join(names, ", "))
	}
	return faultKind{}, fmt.Errorf(`"fault" is %s: it must be one of %s`, raw, strings.Join(names, ", "))
}

// takeCalls reads the calls of an entry.
func (f *fault) takeCalls(given map[string]json.RawMessage) error {
	numbers := map[string]uint64{}
	for _, name := range []string{"call", "from", "to", "every"} {
		raw, is := given[name]
		if !is {
			continue
		}
		number, err := strconv.ParseUint(string(raw), 10, 63)
		if err != nil || number == 0 {
			return fmt.Errorf("%q is %s: it must be an integer from 1", name, raw)
		}
		numbers[name] = number
		delete(given, name)
	}
	call, from, to, every := numbers["call"], numbers["from"], numbers["to"], numbers["every"]
	switch {
	case call != 0 && from == 0 && to == 0 && every == 0:
		f.from, f.to = call, call
	case from != 0 && to == 0 && call == 0 && every == 0:
		f.from, f.to = from, math.MaxUint64
	case from != 0 && to >= from && call == 0 && every == 0:
		f.from, f.to = from, to
	case every != 0 && call == 0 && from == 0 && to == 0:
		f.every = every
	case from != 0 && to != 0 && to < from:
		return fmt.Errorf(`"to" is %d: it must not be before "from", which is %d`, to, from)
	default:
		return errors.New(`the calls are not clear: give either "call", or "from" with or without "to", or "every"`)
	}
	return nil
}
