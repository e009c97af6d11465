package restapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/internal/jsonmodel"
	"tencent-chat-groups/core/internal/strictjson"
)

// The groups and the query of FuzzProfiles.
var (
	fuzzedGroups = []string{"a", "群", "@TGS#2J4SZEAEL"}
	fuzzedQuery  = ProfileQuery{Fields: ProfileFields, AppDefinedData: []string{"k", "群"}}
)

// FuzzProfiles holds the reader of profiles to encoding/json by the rules of FuzzAnswer, but for these:
//
//   - Half of a character, written as an escape, is U+FFFD in an entry, so that one name does not stop a listing. It is
//     kept in the values of custom fields, which cross as JSON, and refused in their keys.
//   - An entry has GroupId and ErrorCode, a custom field Key and Value. Integers are at most 2^53-1. Appid may be
//     anything.
//   - Entries are of groups that were asked for, and of each at most one; there is at least one.
//   - The field of muted members is On or Off, under each of its names that is there.
func FuzzProfiles(f *testing.F) {
	for _, body := range []string{
		vendorsProfilesSample,
		groupInfo(`{"GroupId":"a","ok","Type":"Public","Name":"群 😀","MemberNum":123456789012345}`),
		groupInfo(`{"GroupId":"群","ok","Name":"\u7fa4\n","AppDefinedData":[{"Key":"k","Value":"\ud800"}]}`,
			`{"GroupId":"a","ErrorCode":10010,"ErrorInfo":"\udc00"}`),
		groupInfo(`{"ok","Name":null,"MuteAllMember":"On","ShutUpAllMember":"On","GroupId":"a"}`),
		groupInfo(`{ "Name" : "x" , "ok" , "GroupId" : "a","Appid":"x","CreateTime":-1,"InfoSeq":0}`),
		groupInfo(`{"GroupId":"a","ErrorCode":-1,"MaxMemberNum":9007199254740992}`),
		groupInfo(`{"GroupId":"a","ok","AppDefinedData":[{"Key":"k","Value":"1"},{"Key":"k","Value":"1"}]}`),
		groupInfo(`{"GroupId":"a","ok"}`, `{"GroupId":"a","ok"}`), groupInfo(`{"GroupId":"b","ok"}`), groupInfo(),
		`{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":"x","RequestId":"r"}`, `{"ErrorCode":0,"GroupInfo":null}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(checkProfiles)
}

func checkProfiles(t *testing.T, body []byte) {
	before := bytes.Clone(body)
	reader := fuzzedQuery.Reader()
	got, err := reader.Read(body, fuzzedGroups)
	require.Equal(t, before, body)
	want, ok := modelProfiles(body)
	if depth := jsonmodel.Nesting(body); depth >= strictjson.MaxDepth && depth <= strictjson.MaxDepth+4 {
		return // between the limits of the two
	}
	require.Equal(t, ok, err == nil, "the model accepts: %v; error: %v; %s", ok, err, body)
	if !ok {
		return
	}
	text := got.Profiles.JSON(fuzzedQuery)
	profiles, groups := want.Profiles, want.Groups
	require.Equal(t, groups, got.Groups)
	assert.Equal(t, profiles.Count, got.Profiles.Count)
	got.Profiles, got.Unasked, want.Profiles = ProfileList{}, "", ProfileList{}
	require.Equal(t, want, got)
	require.Equal(t, string(profiles.ASCII), text)

	again, err := reader.Read(body, fuzzedGroups) // into memory that was used before
	require.NoError(t, err)
	require.Equal(t, text, again.Profiles.JSON(fuzzedQuery))
}

// modelProfiles reads an answer with encoding/json, and by the rules above. It leaves the profiles as JSON in ASCII.
func modelProfiles(body []byte) (a ProfilesAnswer, ok bool) {
	if !json.Valid(body) || !utf8.Valid(body) {
		return a, false
	}
	members, ok := modelMembers(body, "ActionStatus", "ErrorCode", "ErrorInfo", "RequestId", "GroupInfo")
	if !ok {
		return a, false
	}
	for name, value := range map[string]*string{
		"ActionStatus": &a.ActionStatus, "ErrorInfo": &a.ErrorInfo, "RequestId": &a.RequestID,
	} {
		if raw, is := members[name]; is {
			if *value, ok = jsonmodel.String(raw); !ok {
				return a, false
			}
		}
	}
	if raw, is := members["ErrorCode"]; is {
		if a.ErrorCode, ok = jsonmodel.Integer(raw); !ok || !isSafe(a.ErrorCode) {
			return a, false
		}
	}
	groups, profiles, entries := make([]GroupAnswer, len(fuzzedGroups)), make([]string, len(fuzzedGroups)), 0
	if raw, is := members["GroupInfo"]; is {
		var list []json.RawMessage
		if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
			return a, false
		}
		for _, entry := range list {
			if !modelEntry(entry, groups, profiles) {
				return a, false
			}
			entries++
		}
	}
	if _, is := members["ErrorCode"]; !is {
		return a, false
	}
	if a.ErrorCode != 0 {
		a.Profiles.ASCII = []byte("[]")
		return a, true
	}
	if _, is := members["ActionStatus"]; is && a.ActionStatus != "OK" {
		return a, false
	}
	a.Groups = groups
	profiles = slices.DeleteFunc(profiles, func(p string) bool { return p == "" })
	a.Profiles = ProfileList{Count: len(profiles), ASCII: []byte("[" + strings.Join(profiles, ",") + "]")}
	return a, entries > 0
}

// modelMembers returns the members of an object that have these names and are not null. None may be there twice.
func modelMembers(object []byte, names ...string) (map[string]json.RawMessage, bool) {
	fields, ok := jsonmodel.Fields(object)
	if !ok {
		return nil, false
	}
	members := map[string]json.RawMessage{}
	for _, field := range fields {
		if !slices.Contains(names, field.Name) {
			continue
		}
		if _, twice := members[field.Name]; twice {
			return nil, false
		}
		members[field.Name] = field.Value
	}
	maps.DeleteFunc(members, func(_ string, value json.RawMessage) bool { return string(value) == "null" })
	return members, true
}

func modelEntry(entry json.RawMessage, groups []GroupAnswer, profiles []string) bool {
	names := []string{"GroupId", "ErrorCode", "ErrorInfo", "AppDefinedData"}
	for _, field := range ProfileFields {
		names = append(names, field.Endpoint...)
	}
	members, ok := modelMembers(entry, names...)
	if !ok {
		return false
	}
	raw, is := members["GroupId"]
	if !is {
		return false
	}
	var id string
	if raw[0] != '"' || json.Unmarshal(raw, &id) != nil {
		return false
	}
	n := slices.Index(fuzzedGroups, id)
	if n < 0 || groups[n].Answered {
		return false
	}
	group := GroupAnswer{Answered: true}
	if raw, is = members["ErrorCode"]; !is {
		return false
	}
	if group.ErrorCode, ok = jsonmodel.Integer(raw); !ok || !isSafe(group.ErrorCode) {
		return false
	}
	var info string
	if raw, is = members["ErrorInfo"]; is && (raw[0] != '"' || json.Unmarshal(raw, &info) != nil) {
		return false
	}
	var w strictjson.Writer
	w.String("groupId", id)
	for _, field := range ProfileFields {
		switches := map[string]bool{}
		for _, name := range field.Endpoint {
			raw, is := members[name]
			if !is {
				continue
			}
			var text string
			switch {
			case field.Kind == IntegerField:
				value, ok := jsonmodel.Integer(raw)
				if !ok || !isSafe(value) {
					return false
				}
				w.Integer(field.Name, value)
			case raw[0] != '"' || json.Unmarshal(raw, &text) != nil:
				return false
			case field.Kind == TextField:
				w.String(field.Name, text)
			default:
				switches[text] = true
			}
		}
		// Only a profile is held to the values of switches.
		if len(switches) > 0 && group.ErrorCode == 0 {
			if len(switches) > 1 || !switches["On"] && !switches["Off"] {
				return false
			}
			w.Boolean(field.Name, switches["On"])
		}
	}
	if raw, is := members["AppDefinedData"]; is {
		custom, ok := modelCustomFields(raw)
		if !ok {
			return false
		}
		w.Raw("appDefinedData", custom)
	}
	if group.ErrorCode == 0 {
		profiles[n] = w.End()
	} else {
		group.ErrorInfo = info
	}
	groups[n] = group
	return true
}

func modelCustomFields(raw json.RawMessage) (text string, ok bool) {
	var list []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return "", false
	}
	values := map[string]string{}
	for _, item := range list {
		fields, ok := jsonmodel.Fields(item)
		if !ok {
			return "", false
		}
		found := map[string]json.RawMessage{}
		for _, field := range fields {
			if field.Name != "Key" && field.Name != "Value" {
				continue
			}
			if found[field.Name] != nil || field.Value[0] != '"' {
				return "", false
			}
			found[field.Name] = field.Value
		}
		if len(found) < 2 {
			return "", false
		}
		key, ok := jsonmodel.String(found["Key"])
		if !ok || values[key] != "" && slices.Contains(fuzzedQuery.AppDefinedData, key) {
			return "", false
		}
		values[key] = string(found["Value"])
	}
	var w strictjson.Writer
	for _, key := range fuzzedQuery.AppDefinedData {
		if values[key] != "" {
			w.Raw(key, values[key])
		}
	}
	return w.End(), true
}

// A byte of an answer is changed, dropped or added, or a piece of it doubled or moved.
func TestDamagedProfilesAnswers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	compact := groupInfo(
		`{"GroupId":"a","ok","Type":"Public","Name":"群 😀 and \"more\"","CreateTime":1426976500,`+
			`"MuteAllMember":"Off"}`,
		`{"GroupId":"群","ErrorCode":10010,"ErrorInfo":"the group was dismissed"}`,
		`{"GroupId":"@TGS#2J4SZEAEL","ok","NextMsgSeq":1,"AppDefinedData":[{"Key":"k","Value":"v"}],`+
			`"MemberNum":null}`)
	accepted := 0
	for range 8000 {
		body := []byte(compact)
		if rng.IntN(8) == 0 {
			body = []byte(vendorsProfilesSample)
		}
		for range 1 + rng.IntN(2) {
			at, other := rng.IntN(len(body)), rng.IntN(len(body))
			from, to := min(at, other), max(at, other)
			switch rng.IntN(5) {
			case 0:
				body[at] = "\"\\{}[],:0129.-ntue \x00\x80\xff"[rng.IntN(22)]
			case 1:
				body = slices.Delete(body, at, at+1)
			case 2:
				body = slices.Insert(body, at, "\"\\{}[],:019 n"[rng.IntN(13)])
			case 3:
				body = slices.Delete(body, from, min(to, from+30))
			case 4:
				body = slices.Insert(body, at, bytes.Clone(body[from:min(to, from+60)])...)
			}
		}
		checkProfiles(t, body)
		if _, ok := modelProfiles(body); ok {
			accepted++
		}
	}
	assert.Greater(t, accepted, 400)
}
