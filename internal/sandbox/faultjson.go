package sandbox

import (
	"encoding/json"
	"strings"
)

// wrongAnswer is a kind of invalid page.
type wrongAnswer struct {
	name string
	does string
	edit func(*answerText)
}

var wrongAnswers = []wrongAnswer{
	{"no-next", "Next is missing", func(a *answerText) { a.remove("Next") }},
	{"next-null", "Next is null", func(a *answerText) { a.set("Next", `null`) }},
	{"next-string", "Next is a string", func(a *answerText) { a.set("Next", `"4454685361"`) }},
	{"next-fraction", "Next is a fraction", func(a *answerText) { a.set("Next", `4454685361.5`) }},
	{"next-negative", "Next is below 0", func(a *answerText) { a.set("Next", `-4454685361`) }},
	{"next-too-big", "Next does not fit 64 bits", func(a *answerText) { a.set("Next", `18446744073709551616`) }},
	{"next-twice", "Next occurs twice", func(a *answerText) { a.add("Next", `4454685361`) }},
	{"no-total-count", "TotalCount is missing", func(a *answerText) { a.remove("TotalCount") }},
	{"total-count-string", "TotalCount is a string", func(a *answerText) { a.set("TotalCount", `"25000"`) }},
	{"no-list", "GroupIdList is missing", func(a *answerText) { a.remove("GroupIdList") }},
	{"list-null", "GroupIdList is null", func(a *answerText) { a.set("GroupIdList", `null`) }},
	{"list-object", "GroupIdList is an object", func(a *answerText) {
		a.set("GroupIdList", `{"GroupId":"@TGS#2J4SZEAEL"}`)
	}},
	{"list-of-strings", "GroupIdList holds strings", func(a *answerText) { a.set("GroupIdList", `["@TGS#2J4SZEAEL"]`) }},
	{"no-group-id", "a group has no GroupId", func(a *answerText) { a.set("GroupIdList", `[{}]`) }},
	{"group-id-number", "a GroupId is a number", func(a *answerText) { a.set("GroupIdList", `[{"GroupId":1}]`) }},
	{"group-id-bad-utf8", "a GroupId is not UTF-8", func(a *answerText) {
		a.set("GroupIdList", "[{\"GroupId\":\"a\xff\xfe\"}]")
	}},
	{"group-id-half", "a GroupId ends in half a surrogate pair", func(a *answerText) {
		a.set("GroupIdList", `[{"GroupId":"a\ud83d"}]`)
	}},
	{"no-error-code", "ErrorCode is missing", func(a *answerText) { a.remove("ErrorCode") }},
	{"error-code-string", "ErrorCode is a string", func(a *answerText) { a.set("ErrorCode", `"0"`) }},
	{"array", "the answer is in an array", func(a *answerText) { a.prefix, a.suffix = "[", "]" }},
	{"trailing-text", "text follows the answer", func(a *answerText) { a.suffix = "}" }},
	{"byte-order-mark", "the answer starts with a byte order mark", func(a *answerText) { a.prefix = "\ufeff" }},
}

// wrongPage makes a page invalid.
func wrongPage(body []byte, variant string) []byte {
	answer := readAnswerText(body)
	for _, wrong := range wrongAnswers {
		if wrong.name == variant {
			wrong.edit(&answer)
		}
	}
	return answer.bytes()
}

// answerText is an answer as text, by field, in order.
type answerText struct {
	prefix, suffix string
	names, values  []string
}

func readAnswerText(body []byte) answerText {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		panic(err) // it was just encoded
	}
	answer := answerText{}
	for _, name := range []string{"ActionStatus", "ErrorInfo", "ErrorCode", "TotalCount", "GroupIdList", "Next"} {
		answer.add(name, string(fields[name]))
	}
	return answer
}

func (a *answerText) add(name, value string) {
	a.names = append(a.names, name)
	a.values = append(a.values, value)
}

func (a *answerText) set(name, value string) {
	for i := range a.names {
		if a.names[i] == name {
			a.values[i] = value
		}
	}
}

func (a *answerText) remove(name string) {
	kept := answerText{prefix: a.prefix, suffix: a.suffix}
	for i := range a.names {
		if a.names[i] != name {
			kept.add(a.names[i], a.values[i])
		}
	}
	*a = kept
}

func (a *answerText) bytes() []byte {
	fields := make([]string, len(a.names))
	for i := range a.names {
		fields[i] = `"` + a.names[i] + `":` + a.values[i]
	}
	return []byte(a.prefix + "{" + strings.Join(fields, ",") + "}" + a.suffix)
}
