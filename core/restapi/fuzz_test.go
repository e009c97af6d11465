package restapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/internal/jsonmodel"
	"tencent-chat-groups/core/internal/strictjson"
)

// FuzzAnswer holds the reader of answers to encoding/json: both accept the same texts and read the same values, but for
// these differences, all of them wanted:
//
//   - The answer is an object; nothing else is.
//   - A byte that is not UTF-8 is refused, wherever it stands. encoding/json reads U+FFFD.
//   - Half of a character, written as an escape, is refused in strings of ours (an ID must not change). encoding/json reads
//     U+FFFD. In strings that are skipped it is let pass.
//   - Names of ours are read as they are written; encoding/json takes errorcode for ErrorCode.
//   - None of ours may stand twice in one object; encoding/json takes the last.
//   - Our numbers are whole and fit int64: 1.0, 1e3 and -0 are refused. encoding/json would refuse them in an int64, too,
//     but for -0.
//   - A null is as good as a missing field, but a GroupId and an entry of GroupIdList cannot be null.
//   - Values that are skipped nest at most 10,000 deep each; encoding/json counts from the outermost value.
//   - What the endpoint promises holds: see ReadAnswer. TotalCount and ErrorCode are at most 2^53-1, which
//     JavaScript holds exactly; Next, which becomes a string, may be any that fits int64.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		vendorsSample,
		`{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":"\ud83d\ude00 \u0000\/\b\f\n\r\t","RequestId":"r"}`,
		`{"ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a\nb"},{"GroupId":"\n"},{"x":[{}],"GroupId":""}],"Next":9223372036854775807}`,
		`{"ErrorCode":0,"TotalCount":5,"GroupIdList":[{"GroupId":"@TGS#2J4SZEAEL"},{"GroupId":"@TGS#_@TGS#cQVLVHIM62CJ"}, {"GroupId":"my \"group\""},{"GroupId":"群"},{"GroupId":"e","Type":1},{"GroupId":"last"}],"Next":1}`,
		`{"ErrorCode":-9223372036854775808}`, `{"ErrorCode":-0}`, `{"ErrorCode":1e0}`, `{"errorcode":1,"ErrorCode":2}`,
		`{"ErrorCode":1,"ErrorCode":null}`, `{"ErrorCode":1,"x":"\ud800"}`, `{"ErrorCode":1,"ErrorInfo":"\ud800\u0041"}`,
		"{\"ErrorCode\":1,\"x\":\"\xff\"}", `{"ErrorCode":0,"TotalCount":9007199254740992,"GroupIdList":[],"Next":0}`,
		`{"\u0045rrorCode":1,"x":{"a":[1.5e+3,-0.0,true,false,null,"",[],{}]}}`, `[]`, `null`, ``, ` `, `{"ErrorCode":1}x`,
		`{"ErrorCode":0,"TotalCount":0,"GroupIdList":null,"Next":0}`, `{"ErrorCode":0,"TotalCount":0,"GroupIdList":[null],"Next":0}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := ReadAnswer(body, nil)
		want, ok := modelAnswer(body)
		if depth := jsonmodel.Nesting(body); depth >= strictjson.MaxDepth && depth <= strictjson.MaxDepth+3 {
			return // where the two bounds lie apart
		}
		require.Equal(t, ok, err == nil, "the model accepts: %v; error: %v", ok, err)
		if !ok {
			require.NotContains(t, err.Error(), "..")
			return
		}
		ids := got.GroupIDs.Strings()
		require.Equal(t, want.ids, ids)
		require.Equal(t, len(want.ids), got.GroupIDs.Count)
		got.GroupIDs = IDList{}
		require.Equal(t, want.answer, got)

		// And so does JavaScript take a run apart.
		again, err := ReadAnswer(body, bytes.Repeat([]byte("x"), len(body)/2)) // memory that was used before
		require.NoError(t, err)
		run := again.GroupIDs
		switch {
		case run.JSON:
			var parsed []struct{ GroupId string }
			require.NoError(t, json.Unmarshal(run.Text, &parsed))
			require.Len(t, parsed, len(ids))
			for i, group := range parsed {
				require.Equal(t, ids[i], group.GroupId)
			}
		case run.Count > 0:
			require.Equal(t, ids, strings.Split(string(run.Text), "\n"))
		}
	})
}

type modelledAnswer struct {
	answer Answer
	ids    []string
}

// modelAnswer reads an answer with encoding/json, and by the rules above.
func modelAnswer(body []byte) (m modelledAnswer, ok bool) {
	m.ids = []string{}
	if !json.Valid(body) || !utf8.Valid(body) {
		return m, false
	}
	fields, ok := jsonmodel.Fields(body)
	if !ok {
		return m, false
	}
	has := map[string]bool{}
	seen := map[string]bool{}
	for _, field := range fields {
		switch field.Name {
		case "ActionStatus", "ErrorInfo", "RequestId", "ErrorCode", "TotalCount", "Next", "GroupIdList":
		default:
			continue
		}
		if seen[field.Name] {
			return m, false
		}
		seen[field.Name] = true
		if string(field.Value) == "null" {
			continue
		}
		has[field.Name] = true
		ok := true
		switch field.Name {
		case "ActionStatus":
			m.answer.ActionStatus, ok = jsonmodel.String(field.Value)
		case "ErrorInfo":
			m.answer.ErrorInfo, ok = jsonmodel.String(field.Value)
		case "RequestId":
			m.answer.RequestID, ok = jsonmodel.String(field.Value)
		case "ErrorCode":
			m.answer.ErrorCode, ok = jsonmodel.Integer(field.Value)
		case "TotalCount":
			m.answer.TotalCount, ok = jsonmodel.Integer(field.Value)
		case "Next":
			m.answer.Next, ok = jsonmodel.Integer(field.Value)
		case "GroupIdList":
			m.ids, ok = modelList(field.Value)
		}
		if !ok {
			return m, false
		}
	}
	a := m.answer
	if a.ErrorCode != 0 {
		return m, a.ErrorCode >= -(1<<53-1) && a.ErrorCode <= 1<<53-1
	}
	return m, has["ErrorCode"] && has["TotalCount"] && has["Next"] &&
		(!has["ActionStatus"] || a.ActionStatus == "OK") && (has["GroupIdList"] || a.TotalCount == 0) &&
		a.TotalCount >= 0 && a.TotalCount <= 1<<53-1 && a.Next >= 0
}

func modelList(value []byte) (ids []string, ok bool) {
	ids = []string{}
	var entries []json.RawMessage
	if value[0] != '[' || json.Unmarshal(value, &entries) != nil {
		return nil, false
	}
	for _, entry := range entries {
		fields, ok := jsonmodel.Fields(entry)
		if !ok {
			return nil, false
		}
		found := false
		for _, field := range fields {
			if field.Name != "GroupId" {
				continue
			}
			id, ok := jsonmodel.String(field.Value)
			if found || !ok {
				return nil, false
			}
			found = true
			ids = append(ids, id)
		}
		if !found {
			return nil, false
		}
	}
	return ids, true
}
