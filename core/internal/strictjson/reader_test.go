package strictjson

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func skip(text string) (*Reader, error) {
	r := &Reader{Data: []byte(text)}
	r.Space()
	if err := r.Skip(); err != nil {
		return r, err
	}
	return r, r.End()
}

// Every sequence of up to four of these tokens.
func TestSkipAgreesWithEncodingJSON(t *testing.T) {
	tokens := []string{"{", "}", "[", "]", `"a"`, ",", ":", "0", "1", "9", "-", ".", "e", "+", "true", "nul", " "}
	var try func(text string, left int)
	try = func(text string, left int) {
		if _, err := skip(text); (err == nil) != json.Valid([]byte(text)) {
			t.Errorf("%s: %v", text, err)
		}
		if left > 0 {
			for _, token := range tokens {
				try(text+token, left-1)
			}
		}
	}
	try("", 4)
	for _, text := range []string{
		`{"a":1,"a":[1,{"b":null}]}`, `[1,]`, `[1,2`, `[,1]`, `{"a":1,}`, `{"a" : 1 , "b" : 2 }`, `{"a":1 "b":2}`, `{1:2}`,
		`{"a"}`, "\t\r\n[ 1 ,\n2 ]\t", "[1]x", "false", "falsE", "fals", "truex", "-0.1e-10", "1.e1", "1.5e", "1.5e+",
		"1E+00", "-01", "0x1", "1.2.3", "[1\x00]",
	} {
		_, err := skip(text)
		assert.Equal(t, json.Valid([]byte(text)), err == nil, "%s: %v", text, err)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{``, "the text ends where a value should be at byte 0"},
		{`[`, "the text ends where a value should be at byte 1"},
		{`x`, "unexpected character where a value should be at byte 0"},
		{`[1 2]`, "unexpected character where a comma or the array's end should be at byte 3"},
		{`{"a":1;}`, "unexpected character where a comma or the object's end should be at byte 6"},
		{`{a:1}`, "unexpected character where a key should be at byte 1"},
		{`{"a" 1}`, "unexpected character where a colon should be at byte 5"},
		{`{"a"`, "the text ends where a colon should be at byte 4"},
		{`[tru]`, "unexpected character where a value should be at byte 1"},
		{`[tru`, "the text ends where a value should be at byte 4"},
		{`-x`, "unexpected character where a digit should be at byte 1"},
		{`[1.]`, "unexpected character where a digit should be at byte 3"},
		{`1e+`, "the text ends where a digit should be at byte 3"},
		{` 1 2`, "more text after the value at byte 3"},
		{`"abc`, "the text ends inside a string at byte 4"},
		{`"abc\`, "the text ends inside a string at byte 5"},
		{"\"a\nb\"", "a control character inside a string at byte 2"},
		{"\"a\xff\"", "invalid UTF-8 at byte 2"},
		{`"a\x"`, "an unknown escape inside a string at byte 2"},
		{`"\u12G4"`, `a \u without four hexadecimal digits at byte 1`},
		{`"\u123`, `a \u without four hexadecimal digits at byte 1`},
		{`"\u+123"`, `a \u without four hexadecimal digits at byte 1`},
	} {
		_, err := skip(test.text)
		assert.EqualError(t, err, test.want, test.text)
	}
}

func TestStrings(t *testing.T) {
	for _, test := range []struct {
		text, want  string
		escapes     bool
		lone        string // what AnyString reads where String refuses
		stringError string
	}{
		{text: `""`},
		{text: `"a"`, want: "a"},
		{text: `"群 😀 "`, want: "群 😀 "},
		{text: "\"\uFFFD\x7f\"", want: "\uFFFD\x7f"},
		{text: `"\"\\\/\b\f\n\r\t"`, want: "\"\\/\b\f\n\r\t", escapes: true},
		{text: `"a\u0000b\u00e9c"`, want: "a\x00béc", escapes: true},
		{text: `"a\nb"`, want: "a\nb", escapes: true},
		{text: `"\uD7ff\ue000\uFFFF"`, want: "\ud7ff\ue000\uffff", escapes: true},
		{text: `"\ud800\udc00"`, want: "\U00010000", escapes: true},
		{text: `"\uDBFF\uDFFFx"`, want: "\U0010ffffx", escapes: true},
		{text: `"\ud83d\ude00\ud83d\ude01"`, want: "😀😁", escapes: true},
		{text: `"\ud800"`, lone: "\uFFFD", stringError: "a lone surrogate (half of a character) at byte 7"},
		{text: `"\udc00\udc00"`, lone: "\uFFFD\uFFFD", stringError: "a lone surrogate (half of a character) at byte 7"},
		{text: `"\udfff"`, lone: "\uFFFD", stringError: "a lone surrogate (half of a character) at byte 7"},
		{text: `"\ud800\udbff"`, lone: "\uFFFD\uFFFD", stringError: "a lone surrogate (half of a character) at byte 7"},
		{text: `"\ud800\ue000"`, lone: "\uFFFD\ue000", stringError: "a lone surrogate (half of a character) at byte 7"},
		{text: `"\ud800\n"`, lone: "\uFFFD\n", stringError: "a lone surrogate (half of a character) at byte 7"},
		{text: `"x\ud800A"`, lone: "x\uFFFDA", stringError: "a lone surrogate (half of a character) at byte 8"},
		{text: `1`, stringError: "unexpected character where a string should be at byte 0"},
	} {
		r := Reader{Data: []byte(test.text)}
		got, err := r.String()
		if test.stringError != "" {
			require.EqualError(t, err, test.stringError, test.text)
		} else {
			require.NoError(t, err, test.text)
			assert.Equal(t, test.want, string(got), test.text)
			assert.Equal(t, test.escapes, r.HasEscapes(), test.text)
			assert.NoError(t, r.End())
		}
		if test.lone != "" {
			r = Reader{Data: []byte(test.text)}
			got, err := r.AnyString()
			require.NoError(t, err, test.text)
			assert.Equal(t, test.lone, string(got), test.text)
			assert.NoError(t, r.End())
		}
	}
}

// A string without escapes after one with escapes is a part of the text again.
func TestEscapesOfAnEarlierString(t *testing.T) {
	r := Reader{Data: []byte(`["\n","a"]`)}
	var got []string
	var escapes []bool
	require.NoError(t, r.Array(func() error {
		text, err := r.String()
		got, escapes = append(got, string(text)), append(escapes, r.HasEscapes())
		return err
	}))
	assert.Equal(t, []string{"\n", "a"}, got)
	assert.Equal(t, []bool{true, false}, escapes)
}

func TestIntegers(t *testing.T) {
	const notWhole = "a number that is not a whole one of at most 64 bits at byte 0"
	for _, test := range []struct {
		text string
		want int64
		err  string
	}{
		{"0", 0, ""}, {"9", 9, ""}, {"-1", -1, ""},
		{"9223372036854775807", math.MaxInt64, ""}, {"-9223372036854775808", math.MinInt64, ""},
		{"9223372036854775808", 0, notWhole}, {"1.0", 0, notWhole}, {"1e3", 0, notWhole}, {"-0", 0, notWhole},
		{"-", 0, "the text ends where a digit should be at byte 1"},
		{"/", 0, "unexpected character where a whole number should be at byte 0"},
		{":", 0, "unexpected character where a whole number should be at byte 0"},
		{"null", 0, "unexpected character where a whole number should be at byte 0"},
		{"", 0, "the text ends where a whole number should be at byte 0"},
	} {
		r := Reader{Data: []byte(test.text)}
		got, err := r.Integer()
		if test.err != "" {
			assert.EqualError(t, err, test.err, test.text)
			continue
		}
		assert.NoError(t, err, test.text)
		assert.Equal(t, test.want, got, test.text)
		assert.NoError(t, r.End())
	}
}

func TestMembers(t *testing.T) {
	for _, test := range []struct {
		text, name  string
		count       int64
		seen, found bool // of count
		err         string
	}{
		{text: ` {"count":7,"name":"n","other":[{}]} `, name: "n", count: 7, seen: true, found: true},
		{text: `{}`},
		{text: `{"count":null}`, seen: true},
		{text: `{"\u0063ount":1}`, count: 1, seen: true, found: true},
		{text: `{"Count":1}`},
		{text: `{"count":1,"count":null}`, err: "a second count at byte 19"},
		{text: `{"count":null,"count":1}`, err: "a second count at byte 22"},
		{text: `{"other":1,"other":2}`},
		{text: `{"count":"1"}`, err: "in count: unexpected character where a whole number should be at byte 9"},
		{text: `{"count":nil}`, err: "unexpected character where a value should be at byte 9"},
		{text: `{"name":"\ud800"}`, err: "in name: a lone surrogate (half of a character) at byte 15"},
		{text: `{"other":"\ud800"}`},
		{text: `{"other":}`, err: "unexpected character where a value should be at byte 9"},
		{text: `{} {}`, err: "more text after the value at byte 3"},
		{text: `[]`, err: "unexpected character where an object should be at byte 0"},
		{text: ``, err: "the text ends where an object should be at byte 0"},
	} {
		r := Reader{Data: []byte(test.text)}
		var name string
		var n int64
		count := r.IntegerMember("count", &n)
		err := r.ReadObject(r.StringMember("name", &name), count)
		if test.err != "" {
			assert.EqualError(t, err, test.err, test.text)
			continue
		}
		require.NoError(t, err, test.text)
		assert.Equal(t, test.name, name, test.text)
		assert.Equal(t, test.count, n, test.text)
		assert.Equal(t, test.seen, count.Seen, test.text)
		assert.Equal(t, test.found, count.Found, test.text)
	}
}

func TestDepth(t *testing.T) {
	nested := func(open, close string, depth int) string {
		return strings.Repeat(open, depth) + "1" + strings.Repeat(close, depth)
	}
	for _, brackets := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		_, err := skip(nested(brackets[0], brackets[1], MaxDepth))
		assert.NoError(t, err)
		_, err = skip(nested(brackets[0], brackets[1], MaxDepth+1))
		assert.EqualError(t, err, "values nested too deeply at byte "+strconv.Itoa(MaxDepth*len(brackets[0])))
	}
	// What has ended counts no more.
	for _, many := range []string{strings.Repeat("[],", MaxDepth) + "[]", strings.Repeat("[[]],", MaxDepth) + "[]"} {
		_, err := skip("[" + many + "]")
		assert.NoError(t, err)
		_, err = skip("[[" + many + "]]")
		assert.NoError(t, err)
	}
}
