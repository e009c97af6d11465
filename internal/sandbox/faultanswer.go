package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// message is an answer as HTTP carries it.
type message struct {
	status int
	header http.Header
	body   []byte
}

func jsonMessage(body []byte) message {
	return message{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, body}
}

// message is what is sent in answer to a call, as its fault makes it look.
func (c *call) message(r *http.Request) message {
	f := c.fault
	switch f.kind {
	case status:
		m := htmlMessage(f.status, f, r)
		if f.retryAfter != "" {
			m.header.Set("Retry-After", f.retryAfter)
		}
		return m
	case html:
		return htmlMessage(http.StatusOK, f, r)
	case redirect:
		return redirection(f, r)
	case cutJSON:
		return jsonMessage(f.part(c.body))
	case wrongJSON:
		if c.refusal == nil {
			return jsonMessage(wrongPage(c.body, f.variant))
		}
	case oversize:
		if f.bytes != nil && *f.bytes > len(c.body) {
			return jsonMessage(append(c.body, bytes.Repeat([]byte(" "), *f.bytes-len(c.body))...))
		}
	}
	return jsonMessage(c.body)
}

// scripted is the refusal of a fault that answers with an ErrorCode.
func scripted(f fault, r *http.Request) *refusal {
	info := f.info
	if info == "" {
		info = fmt.Sprintf("ErrorCode %d, by the script of faults", f.code)
	}
	if f.echoURL {
		info += ": " + r.RequestURI
	}
	return &refusal{f.code, info}
}

// htmlMessage is a gateway's page.
func htmlMessage(httpStatus int, f fault, r *http.Request) message {
	body := fmt.Sprintf("<html><head><title>%d %s</title></head><body>", httpStatus, http.StatusText(httpStatus))
	if f.body != nil {
		body = *f.body
	}
	if f.echoURL {
		body += "<p>http://" + r.Host + r.RequestURI + "</p>"
	}
	return message{httpStatus, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte(body)}
}

func redirection(f fault, r *http.Request) message {
	m := message{http.StatusTemporaryRedirect, http.Header{}, nil}
	if f.status != 0 {
		m.status = f.status
	}
	location := "/elsewhere"
	if f.location != "" {
		location = f.location
	}
	if f.echoURL {
		location += "?" + r.URL.RawQuery
	}
	m.header.Set("Location", location)
	return m
}

// wrongAnswer is a way in which a page can be not what the endpoint promises.
type wrongAnswer struct {
	name string
	does string
	edit func(*answerText)
}

var wrongAnswers = []wrongAnswer{
	{"no-next", "Next is missing", func(a *answerText) { a.remove("Next") }},
	{"next-null", "Next is null", func(a *answerText) { a.set("Next", `null`) }},
	{"next-string", "Next is a string", func(a *answerText) { a.set("Next", `"4454685361"`) }},
	{"next-fraction", "Next is no integer", func(a *answerText) { a.set("Next", `4454685361.5`) }},
	{"next-negative", "Next is below 0", func(a *answerText) { a.set("Next", `-4454685361`) }},
	{"next-too-big", "Next does not fit 64 bits", func(a *answerText) { a.set("Next", `18446744073709551616`) }},
	{"next-twice", "Next is there twice", func(a *answerText) { a.add("Next", `4454685361`) }},
	{"no-total-count", "TotalCount is missing", func(a *answerText) { a.remove("TotalCount") }},
	{"total-count-string", "TotalCount is a string", func(a *answerText) { a.set("TotalCount", `"25000"`) }},
	{"no-list", "GroupIdList is missing", func(a *answerText) { a.remove("GroupIdList") }},
	{"list-null", "GroupIdList is null", func(a *answerText) { a.set("GroupIdList", `null`) }},
	{"list-object", "GroupIdList is an object", func(a *answerText) { a.set("GroupIdList", `{"GroupId":"@TGS#2J4SZEAEL"}`) }},
	{"list-of-strings", "GroupIdList holds strings", func(a *answerText) { a.set("GroupIdList", `["@TGS#2J4SZEAEL"]`) }},
	{"no-group-id", "a group has no GroupId", func(a *answerText) { a.set("GroupIdList", `[{}]`) }},
	{"group-id-number", "a GroupId is a number", func(a *answerText) { a.set("GroupIdList", `[{"GroupId":1}]`) }},
	{"group-id-bad-utf8", "a GroupId is not UTF-8", func(a *answerText) { a.set("GroupIdList", "[{\"GroupId\":\"a\xff\xfe\"}]") }},
	{"group-id-half", "a GroupId ends in half a surrogate pair", func(a *answerText) { a.set("GroupIdList", `[{"GroupId":"a\ud83d"}]`) }},
	{"no-error-code", "ErrorCode is missing", func(a *answerText) { a.remove("ErrorCode") }},
	{"error-code-string", "ErrorCode is a string", func(a *answerText) { a.set("ErrorCode", `"0"`) }},
	{"array", "the answer is in an array", func(a *answerText) { a.prefix, a.suffix = "[", "]" }},
	{"trailing-text", "something follows the answer", func(a *answerText) { a.suffix = "}" }},
	{"byte-order-mark", "the answer starts with a byte order mark", func(a *answerText) { a.prefix = "\ufeff" }},
}

// wrongPage rewrites a page's JSON.
func wrongPage(body []byte, variant string) []byte {
	answer := readAnswerText(body)
	for _, wrong := range wrongAnswers {
		if wrong.name == variant {
			wrong.edit(&answer)
		}
	}
	return answer.bytes()
}

// answerText is an answer as text, a field at a time, in order.
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
