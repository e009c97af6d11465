package restapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/internal/strictjson"
)

func TestTheVendorsSampleAnswerIsRead(t *testing.T) {
	a, problem := read([]byte(vendorsSample))
	require.Empty(t, problem)
	assert.Equal(t, "OK", a.ActionStatus)
	assert.Equal(t, int64(2), a.TotalCount)
	assert.Equal(t, int64(4454685361), a.Next)
	assert.Equal(t, []string{"@TGS#2J4SZEAEL", "@TGS#2C5SZEAEF"}, a.GroupIDs.Strings())
}

// read returns the problem of an answer that is refused, or "".
func read(body []byte) (a Answer, problem string) {
	a, err := ReadAnswer(body, nil)
	if err != nil {
		problem = err.Error()
	}
	return a, problem
}

func list(ids string) string {
	return `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":3,"GroupIdList":` + ids + `,"Next":0}`
}

func TestIDsComeOutExactlyAsTheyWereSent(t *testing.T) {
	for _, id := range []string{
		"", " ", "@TGS#2J4SZEAEL", "@TGS#_@TGS#cQVLVHIM62CJ", `quote " and \ backslash`, "slash /", "群", "😀", "e\u0301", "\u2028\u2029", "\x00\x1f\x7f",
		"tab\t", "line\nfeed", "\n", "\n\n", "carriage\rreturn", "[\"a\"]", "\ufffd", "\ufeff", "null", strings.Repeat("x", 48), strings.Repeat("é\n", 1000),
	} {
		quoted, err := json.Marshal(id)
		require.NoError(t, err)
		var escaped strings.Builder // every character as an escape
		for _, r := range id {
			if r > 0xffff {
				r -= 0x10000
				escaped.WriteString(`\u` + hex(0xd800+r>>10) + `\u` + hex(0xdc00+r&0x3ff))
			} else {
				escaped.WriteString(`\u` + hex(r))
			}
		}
		for _, written := range []string{string(quoted), `"` + escaped.String() + `"`} {
			for _, ids := range [][]string{{id}, {"first", id}, {id, "last"}, {"a", id, "b"}, {id, id}} {
				entries := make([]string, len(ids))
				for i, each := range ids {
					if entries[i] = `{"GroupId":"` + each + `"}`; each == id {
						entries[i] = `{"GroupId":` + written + `}`
					}
				}
				a, problem := read([]byte(list("[" + strings.Join(entries, ",") + "]")))
				require.Empty(t, problem, written)
				assert.Equal(t, ids, a.GroupIDs.Strings())
				assert.Equal(t, strings.Contains(id, "\n"), a.GroupIDs.JSON)
			}
		}
	}
}

func TestIDsComeOutExactlyWhereverTheyHoldSomethingUnusual(t *testing.T) {
	for length := range 27 {
		plain := strings.Repeat("abcdefg", 4)[:length]
		for at := range length + 1 {
			for _, unusual := range []string{"", "x", `\"`, `\\`, `\u000a`, `\n`, "é", "\x7f", "😀", `\ud83d\ude00`} {
				written := plain[:at] + unusual + plain[at:]
				var id string
				require.NoError(t, json.Unmarshal([]byte(`"`+written+`"`), &id))
				for _, space := range []string{"", " "} {
					body := list(`[{"GroupId":"` + written + `"},` + space + `{"GroupId":"b"},` + space + `{` + space + `"GroupId":"` + written + `"},{"GroupId":"` + written + `"}]`)
					a, problem := read([]byte(body))
					require.Empty(t, problem, written)
					require.Equal(t, []string{id, "b", id, id}, a.GroupIDs.Strings())
				}
			}
			for _, wrong := range []string{"\x00", "\x1f", "\n", "\xff", "\xc3", "\xed\xa0\x80", `\x`, `\ud83d`, `"`, `\uxy`} {
				written := plain[:at] + wrong + plain[at:]
				body := list(`[{"GroupId":"a"},{"GroupId":"` + written + `"},{"GroupId":"b"}]`)
				require.False(t, json.Valid([]byte(body)) && utf8.ValidString(body) && wrong != `\ud83d`, written)
				_, problem := read([]byte(body))
				require.NotEmpty(t, problem, written)
			}
		}
	}
}

func hex(r rune) string {
	const digits = "0123456789aBcDeF"
	return string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
}

func TestAPageMayBeEmpty(t *testing.T) {
	for _, ids := range []string{"[]", "[ \n ]"} {
		a, problem := read([]byte(list(ids)))
		require.Empty(t, problem)
		assert.Equal(t, []string{}, a.GroupIDs.Strings())
	}
	a, problem := read([]byte(`{"ErrorCode":0,"TotalCount":0,"Next":0}`))
	require.Empty(t, problem)
	assert.Zero(t, a.GroupIDs.Count)
}

func TestAnAnswerMayHaveMoreThanIsKnownHere(t *testing.T) {
	for _, extra := range []string{
		`null`, `true`, `false`, `0`, `-0`, `-0.0e-0`, `1E+9`, `1.5`, `123456789012345678901234567890`, `"\ud800"`, `"x"`, `[]`, `{}`, `[[],{},[{}]]`,
		`{"GroupId":1,"GroupId":2,"Next":"a","a":{"ErrorCode":1}}`, "[1 ,\t2\r\n]", strings.Repeat("[", strictjson.MaxDepth) + strings.Repeat("]", strictjson.MaxDepth),
		strings.Repeat(`{"a":`, strictjson.MaxDepth) + "1" + strings.Repeat("}", strictjson.MaxDepth),
	} {
		for _, body := range []string{
			`{"X":` + extra + `,"ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a"}],"Next":0}`,
			`{"ErrorCode":0,"TotalCount":1,"GroupIdList":[{"X":` + extra + `,"GroupId":"a"}],"Next":0}`,
			`{"ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a" , "X" : ` + extra + ` } ],"Next":0,"X":` + extra + "}\n",
		} {
			a, problem := read([]byte(body))
			require.Empty(t, problem, extra)
			assert.Equal(t, []string{"a"}, a.GroupIDs.Strings())
		}
	}
}

func TestAnAnswerThatIsNotTheEndpointsIsRefused(t *testing.T) {
	deep := strings.Repeat("[", strictjson.MaxDepth+1)
	for _, test := range []struct{ body, problem string }{
		{``, "it is empty"},
		{` `, "the text ends where an object should be at byte 1"},
		{"\ufeff{}", "it begins with a byte order mark"},
		{`null`, "unexpected character where an object should be at byte 0"},
		{`<html>`, "unexpected character where an object should be at byte 0"},
		{`{`, "the text ends where a key should be at byte 1"},
		{`{}`, "it has no ErrorCode"},
		{`{,}`, "unexpected character where a key should be at byte 1"},
		{`{"a"}`, "unexpected character where a colon should be at byte 4"},
		{`{"a":}`, "unexpected character where a value should be at byte 5"},
		{`{"a":1,}`, "unexpected character where a key should be at byte 7"},
		{`{"a":1 "b":2}`, "unexpected character where a comma or the object's end should be at byte 7"},
		{`{'a':1}`, "unexpected character where a key should be at byte 1"},
		{`{a:1}`, "unexpected character where a key should be at byte 1"},
		{`{"a":1} // done`, "more text after the value at byte 8"},
		{`{"a":01}`, "unexpected character where a comma or the object's end should be at byte 6"},
		{`{"a":+1}`, "unexpected character where a value should be at byte 5"},
		{`{"a":.5}`, "unexpected character where a value should be at byte 5"},
		{`{"a":1.}`, "unexpected character where a digit should be at byte 7"},
		{`{"a":1e}`, "unexpected character where a digit should be at byte 7"},
		{`{"a":-}`, "unexpected character where a digit should be at byte 6"},
		{`{"a":NaN}`, "unexpected character where a value should be at byte 5"},
		{`{"a":nul`, "the text ends where a value should be at byte 8"},
		{`{"a":nulL}`, "unexpected character where a value should be at byte 5"},
		{`{"a":True}`, "unexpected character where a value should be at byte 5"},
		{`{"a":[1,]}`, "unexpected character where a value should be at byte 8"},
		{`{"a":[1}`, "unexpected character where a comma or the array's end should be at byte 7"},
		{`{"a":{"b":1]}`, "unexpected character where a comma or the object's end should be at byte 11"},
		{`{"a":` + deep, "values nested too deeply at byte 1005"},
		{"{\"a\":\"\n\"}", "a control character inside a string at byte 6"},
		{`{"a":"\x"}`, "an unknown escape inside a string at byte 6"},
		{`{"a":"\u12g4"}`, "a \\u without four hexadecimal digits at byte 6"},
		{`{"a":"\u12`, "a \\u without four hexadecimal digits at byte 6"},
		{`{"a":"\`, "the text ends inside a string at byte 7"},
		{"{\"a\":\"\xc3(\"}", "invalid UTF-8 at byte 6"},
		{"{\"a\":\"\xed\xa0\x80\"}", "invalid UTF-8 at byte 6"}, // half of a character, forced into UTF-8
		{"{\"a\":\"\xc0\x80\"}", "invalid UTF-8 at byte 6"},
		{"{\"\xff\":1}", "invalid UTF-8 at byte 2"},
		{`{"ErrorCode":"0"}`, "in ErrorCode: unexpected character where a whole number should be at byte 13"},
		{`{"ErrorCode":0.0}`, "in ErrorCode: a number that is not a whole one of at most 64 bits at byte 13"},
		{`{"ErrorCode":-0}`, "in ErrorCode: a number that is not a whole one of at most 64 bits at byte 13"},
		{`{"ErrorCode":1e3}`, "in ErrorCode: a number that is not a whole one of at most 64 bits at byte 13"},
		{`{"ErrorCode":`, "in ErrorCode: the text ends where a whole number should be at byte 13"},
		{`{"ErrorCode":1,"ErrorCode":1}`, "a second ErrorCode at byte 27"},
		{`{"ErrorCode":1,"\u0045rrorCode":1}`, "a second ErrorCode at byte 32"},
		{`{"ErrorCode":null,"ErrorCode":1}`, "a second ErrorCode at byte 30"},
		{`{"ErrorCode":1,"ErrorInfo":5}`, "in ErrorInfo: unexpected character where a string should be at byte 27"},
		{`{"ErrorCode":1,"ErrorInfo":"\udc00"}`, "in ErrorInfo: a lone surrogate (half of a character) at byte 34"},
		{`{"errorcode":0,"TotalCount":0,"GroupIdList":[],"Next":0}`, "it has no ErrorCode"},
		{`{"ErrorCode":0,"ActionStatus":"FAIL","TotalCount":0,"GroupIdList":[],"Next":0}`, "its ErrorCode is 0, but its ActionStatus is not OK"},
		{`{"ErrorCode":0,"GroupIdList":[],"Next":0}`, "it has no TotalCount"},
		{`{"ErrorCode":0,"TotalCount":-1,"GroupIdList":[],"Next":0}`, "its TotalCount is negative"},
		{`{"ErrorCode":0,"TotalCount":9007199254740992,"GroupIdList":[],"Next":0}`, "its TotalCount is larger than any count can be"},
		{`{"ErrorCode":9007199254740992}`, "its ErrorCode is larger than any code can be"},
		{`{"ErrorCode":0,"TotalCount":1,"GroupIdList":[]}`, "it has no Next"},
		{`{"ErrorCode":0,"TotalCount":1,"GroupIdList":[],"Next":-1}`, "its Next is negative"},
		{`{"ErrorCode":0,"TotalCount":1,"GroupIdList":[],"Next":9223372036854775808}`, "in Next: a number that is not a whole one of at most 64 bits at byte 54"},
		{`{"ErrorCode":0,"TotalCount":1,"Next":0}`, "it has no GroupIdList"},
		{`{"ErrorCode":0,"TotalCount":1,"GroupIdList":null,"Next":0}`, "it has no GroupIdList"},
		{list(`{}`), "in GroupIdList: unexpected character where an array should be at byte 64"},
		{list(`["a"]`), "in GroupIdList: unexpected character where an object should be at byte 65"},
		{list(`[null]`), "in GroupIdList: unexpected character where an object should be at byte 65"},
		{list(`[x"GroupId":"a"}]`), "in GroupIdList: unexpected character where an object should be at byte 65"},
		{list(`[{}]`), "in GroupIdList: an entry without GroupId at byte 67"},
		{list(`[{"GroupID":"a"}]`), "in GroupIdList: an entry without GroupId at byte 80"},
		{list(`[{"GroupId":5}]`), "in GroupIdList: unexpected character where a string should be at byte 76"},
		{list(`[{"GroupId":null}]`), "in GroupIdList: unexpected character where a string should be at byte 76"},
		{list(`[{"GroupId":"a","GroupId":"a"}]`), "in GroupIdList: a second GroupId at byte 90"},
		{list(`[{"GroupId":"\ud83d"}]`), "in GroupIdList: a lone surrogate (half of a character) at byte 83"},
		{list(`[{"GroupId":"\ud83d\u0041"}]`), "in GroupIdList: a lone surrogate (half of a character) at byte 83"},
		{list(`[{"GroupId":"\ude00\ud83d"}]`), "in GroupIdList: a lone surrogate (half of a character) at byte 83"},
		{list(`[{"GroupId":"a"},]`), "in GroupIdList: unexpected character where an object should be at byte 81"},
		{list(`[{"GroupId":"a"`), "in GroupIdList: the text ends where a comma or the array's end should be at byte 89"},
	} {
		_, problem := read([]byte(test.body))
		assert.Equal(t, test.problem, problem, test.body[:min(len(test.body), 100)])
	}
}

func TestACutOffAnswerIsNeverTakenForAWholeOne(t *testing.T) {
	whole := `{"ActionStatus":"OK","ErrorInfo":null,"ErrorCode":0,"TotalCount":12,"X":[true,1.5e3,{"a":"\u00e9"}],"GroupIdList":[{"GroupId":"é\"\ud83d\ude00"},{"GroupId":"b"}],"Next":4454685361}`
	_, problem := read([]byte(whole))
	require.Empty(t, problem)
	for n := range len(whole) {
		_, problem := read([]byte(whole[:n]))
		assert.NotEmpty(t, problem, whole[:n])
	}
}

func TestAnErrorIsReadWithoutThePagesFields(t *testing.T) {
	a, problem := read([]byte(`{"ActionStatus":"FAIL","ErrorCode":10007,"ErrorInfo":"no permission","RequestId":"r-1","Next":-1,"TotalCount":-1}`))
	require.Empty(t, problem)
	assert.Equal(t, int64(10007), a.ErrorCode)
	assert.Equal(t, "no permission", a.ErrorInfo)
	assert.Equal(t, "r-1", a.RequestID)
}

func TestTheLargestNumbersOfAnAnswer(t *testing.T) {
	a, problem := read([]byte(`{"ErrorCode":0,"TotalCount":9007199254740991,"GroupIdList":[],"Next":9223372036854775807}`))
	require.Empty(t, problem)
	assert.Equal(t, int64(strictjson.MaxSafeInteger), a.TotalCount)
	assert.Equal(t, int64(math.MaxInt64), a.Next)
	for _, code := range []int64{strictjson.MaxSafeInteger, -strictjson.MaxSafeInteger} {
		a, problem = read(fmt.Appendf(nil, `{"ErrorCode":%d}`, code))
		require.Empty(t, problem)
		assert.Equal(t, code, a.ErrorCode)
	}
	_, problem = read([]byte(`{"ErrorCode":-9007199254740992}`))
	assert.Equal(t, "its ErrorCode is larger than any code can be", problem)
}

// A buffer is large enough if it has room for the rest of the answer and eight bytes more. New memory has a quarter
// more.
func TestTheBufferIsUsedWhereItIsLargeEnough(t *testing.T) {
	body := []byte(list(`[{"GroupId":"first"},{"GroupId":"second"}]`))
	size := len(body) - bytes.IndexByte(body, '[') + 8
	for _, room := range []int{size - 1, size, size + 1} {
		buffer := make([]byte, room)
		a, err := ReadAnswer(body, buffer)
		require.NoError(t, err)
		require.Equal(t, []string{"first", "second"}, a.GroupIDs.Strings())
		if room < size {
			assert.Equal(t, size+size/4, cap(a.GroupIDs.Text))
		} else {
			assert.Same(t, &buffer[0], &a.GroupIDs.Text[0])
		}
	}
}
