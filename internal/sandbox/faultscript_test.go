package sandbox

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestScriptCalls(t *testing.T) {
	script, err := ParseScript([]byte(`[
		{"fault": "lost-answer", "call": 2},
		{"fault": "html", "from": 2, "to": 4},
		{"fault": "delay", "every": 5, "in": "1s"},
		{"fault": "stall-headers", "from": 9}
	]`))
	require.NoError(t, err)
	played := []string{}
	for call := range uint64(11) {
		played = append(played, script.of(callCount{all: call + 1}).kind)
	}
	assert.Equal(t, []string{"", lostAnswer, html, html, delay, "", "", "", stallHeaders, delay, stallHeaders}, played)
	assert.Empty(t, Script{}.of(callCount{all: 1}).kind)
}

func TestScriptErrors(t *testing.T) {
	tests := map[string]struct{ script, says string }{
		"no JSON":               {"[\n{\"call\" 1}]", "line 2: not valid JSON"},
		"no script at all":      {"", "line 1: not valid JSON"},
		"an object":             {`{}`, "must be a JSON array of objects"},
		"null":                  {`null`, "must be a JSON array of objects"},
		"an entry that is none": {`[{"fault":"html","call":1}, 2]`, "entry 2: 2 is not an object"},
		"no kind": {`[{"call":1}]`,
			`entry 1: "fault" is missing: it must be one of lost-request, lost-answer`},
		"an unknown kind": {`[{"call":1,"fault":"gone"}]`,
			`entry 1: "fault" is "gone": it must be one of lost-request`},
		"a kind that is a number": {`[{"call":1,"fault":5}]`, `"fault" is 5: it must be one of`},
		"no calls":                {`[{"fault":"html"}]`, `entry 1: (html) the calls are not clear: give either "call"`},
		"two ways to say which":   {`[{"fault":"html","call":1,"every":2}]`, `the calls are not clear`},
		"to without from":         {`[{"fault":"html","to":2}]`, `the calls are not clear`},
		"to before from": {`[{"fault":"html","from":3,"to":2}]`,
			`"to" is 2: it must not be before "from", which is 3`},
		"call 0":             {`[{"fault":"html","call":0}]`, `"call" is 0: it must be an integer from 1`},
		"every 1.5":          {`[{"fault":"html","every":1.5}]`, `"every" is 1.5: it must be an integer from 1`},
		"a name given twice": {`[{"fault":"html","call":1,"call":2}]`, `entry 1: "call" is given twice`},
		"a misspelt name": {`[{"fault":"status","call":1,"status":503,"stauts":5}]`,
			`(status) "stauts" is not accepted: besides fault and call, from, to or every, ` +
				`this kind takes status*, retryAfter, body, echoUrl`},
		"another kind's name": {`[{"fault":"lost-answer","call":1,"bytes":5}]`, `this kind takes nothing`},
		"something missing":   {`[{"fault":"status","call":1}]`, `(status) "status" is missing`},
		"a status of success": {`[{"fault":"status","call":1,"status":200}]`,
			`"status" is 200: it must be an integer from 400 to 599`},
		"no redirecting status": {`[{"fault":"redirect","call":1,"status":304}]`, `"status" is 304`},
		"bytes below 0": {`[{"fault":"cut-json","call":1,"bytes":-1}]`,
			`"bytes" is -1: it must be an integer from 0`},
		"echoUrl as a string": {`[{"fault":"html","call":1,"echoUrl":"yes"}]`,
			`"echoUrl" is "yes": it must be true or false`},
		"an unknown variant": {`[{"fault":"wrong-json","call":1,"variant":"odd"}]`, `"variant" is "odd"`},
		"code 0":             {`[{"fault":"code","call":1,"code":0}]`, `"code" is 0: it must be an integer from 1`},
		"a header of two lines": {`[{"fault":"status","call":1,"status":503,"retryAfter":"1\nX: y"}]`,
			`"retryAfter" is "1\nX: y"`},
		"an empty location": {`[{"fault":"redirect","call":1,"location":""}]`, `"location" is ""`},
		"count 0": {`[{"fault":"duplicates","call":1,"count":0}]`,
			`"count" is 0: it must be an integer from 1`},
		"a delay without a unit": {`[{"fault":"delay","call":1,"in":300}]`,
			`"in" is 300: it must be a string with a duration, such as "300ms"`},
		"a delay below 0": {`[{"fault":"delay","call":1,"out":"-1s"}]`, `"out" is "-1s"`},
		"a body of null":  {`[{"fault":"html","call":1,"body":null}]`, `"body" is null: it must be a string`},
		"groups that are many": {`[{"fault":"groups-change","call":1,"created":1000000}]`,
			`"created" is 1000000: it must be`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseScript([]byte(test.script))
			assert.ErrorContains(t, err, test.says)
		})
	}
}

func TestFaultHelp(t *testing.T) {
	var help bytes.Buffer
	WriteFaultHelp(&help)
	fields := map[string]bool{}
	for _, kind := range faultKinds {
		assert.Contains(t, help.String(), "    "+kind.name+" ")
		for _, field := range append(kind.required, kind.optional...) {
			fields[field] = true
		}
	}
	for _, field := range faultFields {
		assert.Contains(t, help.String(), "    "+field.name+" ")
		assert.True(t, fields[field.name], "no kind takes %s", field.name)
	}
	assert.Len(t, faultFields, len(fields))
}
