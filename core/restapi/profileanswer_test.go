package restapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/internal/strictjson"
)

// everything asks for all fields and two custom ones.
var everything = ProfileQuery{Fields: ProfileFields, AppDefinedData: []string{"GroupTestData2", "GroupTestData1"}}

// readProfiles returns the answer, its profiles as JSON, and the problem of an answer that is refused, or "".
func readProfiles(body string, query ProfileQuery, groupIDs ...string) (a ProfilesAnswer, profiles, problem string) {
	a, err := query.Reader().Read([]byte(body), groupIDs)
	if err != nil {
		return a, "", err.Error()
	}
	return a, a.Profiles.JSON(query), ""
}

func TestVendorsSampleProfile(t *testing.T) {
	a, profiles, problem := readProfiles(vendorsProfilesSample, everything, "@TGS#2J4SZEAEL")
	require.Empty(t, problem)
	assert.Equal(t, "OK", a.ActionStatus)
	assert.Equal(t, []GroupAnswer{{Answered: true}}, a.Groups)
	assert.Equal(t, "MemberList", a.Unasked)
	assert.Equal(t, `[{"groupId":"@TGS#2J4SZEAEL","type":"Public","name":"MyFirstGroup",`+
		`"introduction":"TestGroup","notification":"TestGroup",`+
		`"faceUrl":"http://this.is.face.url","ownerAccount":"leckie",`+
		`"createTime":1426976500,"lastInfoTime":1426976500,`+
		`"lastMsgTime":1426976600,"nextMsgSeq":1234,"memberNum":2,"maxMemberNum":50,`+
		`"applyJoinOption":"FreeAccess","muteAllMember":true,`+
		`"appDefinedData":{"GroupTestData2":"abc\u0000\u0001","GroupTestData1":"xxxx"}}]`, profiles)
}

// groupInfo is an answer with some entries. In an entry, ok stands for an ErrorCode of 0.
func groupInfo(entries ...string) string {
	body := `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"GroupInfo":[` + strings.Join(entries, ",") + `]}`
	return strings.ReplaceAll(body, `"ok"`, `"ErrorCode":0,"ErrorInfo":""`)
}

func TestProfileFields(t *testing.T) {
	field := func(names ...string) ProfileQuery {
		var query ProfileQuery
		for _, name := range names {
			f, ok := ProfileFieldNamed(name)
			require.True(t, ok, name)
			query.Fields = append(query.Fields, f)
		}
		return query
	}
	keys := func(keys ...string) ProfileQuery { return ProfileQuery{AppDefinedData: keys} }
	for _, test := range []struct {
		query                    ProfileQuery
		entry, profile, notAsked string
	}{
		{field("name"), `"ok","Name":"n"`, `"name":"n"`, ""},
		{field("name"), `"ok"`, ``, ""},
		{field("name"), `"ok","Name":null`, ``, ""},
		{field("name"), `"ok","Name":""`, `"name":""`, ""},
		{field("name"), `"ok","name":"n","Name ":"n"`, ``, "name"},
		{field("name"), `"ok","Type":"Public","Name":"n"`, `"name":"n"`, "Type"},
		{field("name"), `"ok","Appid":1400000000,"Name":"n","Appid":"x"`, `"name":"n"`, ""},
		{field("name"), `"ok","MemberList":[{"Member_Account":"a"}],"Name":"n"`, `"name":"n"`, "MemberList"},
		{field("name"), `"ok","AppDefinedData":[],"Name":"n"`, `"name":"n"`, "AppDefinedData"},
		{field("memberNum", "name"), `"Name":"n","MemberNum":0,"ok"`, `"memberNum":0,"name":"n"`, ""},
		{field("memberNum"), `"ok","MemberNum":-9007199254740991`, `"memberNum":-9007199254740991`, ""},
		{field("memberNum"), `"MemberNum":9007199254740991,"ok"`, `"memberNum":9007199254740991`, ""},
		{field("memberNum"), `"ok","MemberNum":999999999999999`, `"memberNum":999999999999999`, ""},
		{field("muteAllMember"), `"ok","MuteAllMember":"On"`, `"muteAllMember":true`, ""},
		{field("muteAllMember"), `"ok","MuteAllMember":"Off"`, `"muteAllMember":false`, ""},
		{field("muteAllMember"), `"ok","ShutUpAllMember":"On"`, `"muteAllMember":true`, ""},
		{field("muteAllMember"), `"ok","ShutUpAllMember":"O\u0066f"`, `"muteAllMember":false`, ""},
		{field("muteAllMember"), `"ok","ShutUpAllMember":"On","MuteAllMember":"On"`, `"muteAllMember":true`, ""},
		{field("muteAllMember"), `"ok","ShutUpAllMember":null,"MuteAllMember":"Off"`, `"muteAllMember":false`, ""},
		{field("muteAllMember"), `"ok"`, ``, ""},
		{field("name"), `"ok","MuteAllMember":"maybe"`, ``, "MuteAllMember"},
		{field(), `"ok"`, ``, ""},
		{field(), `"ok","Type":"Public"`, ``, ""}, // which a filter without fields has
		{keys("k"), `"ok"`, ``, ""},
		{keys("k"), `"ok","AppDefinedData":null`, ``, ""},
		{keys("k"), `"ok","AppDefinedData":[]`, `"appDefinedData":{}`, ""},
		{keys("k"), `"ok","AppDefinedData":[{"Key":"k","Value":"v"}]`, `"appDefinedData":{"k":"v"}`, ""},
		{keys("k"), `"ok","AppDefinedData":[{"Value":"v","X":[],"Key":"\u006b"}]`, `"appDefinedData":{"k":"v"}`, ""},
		{keys("k"), `"ok","AppDefinedData":[{"Key":"other","Value":"v"}]`, `"appDefinedData":{}`, "AppDefinedData"},
		{keys("k"), `"ok","AppDefinedData":[{"Key":"k","Value":"\u0000\ud800 群"}]`,
			`"appDefinedData":{"k":"\u0000\ud800 群"}`, ""},
		{keys(`"`, "__proto__", "群"),
			`"ok","AppDefinedData":[{"Key":"群","Value":""},{"Key":"__proto__","Value":"p"},{"Key":"\"","Value":"q"}]`,
			`"appDefinedData":{"\"":"q","__proto__":"p","群":""}`, ""},
	} {
		for _, entry := range []string{`{"GroupId":"a",` + test.entry + `}`, `{` + test.entry + `,"GroupId":"a"}`,
			"{ " + strings.ReplaceAll(test.entry, `,"`, " ,\n\"") + " , \"GroupId\" : \"a\" }"} {
			a, profiles, problem := readProfiles(groupInfo(entry), test.query, "a")
			require.Empty(t, problem, entry)
			want := `[{"groupId":"a"`
			if test.profile != "" {
				want += "," + test.profile
			}
			assert.Equal(t, want+"}]", profiles, entry)
			assert.Equal(t, test.notAsked, a.Unasked, entry)
		}
	}
}

func TestProfileTexts(t *testing.T) {
	query := ProfileQuery{Fields: ProfileFields[1:4]}
	for _, text := range []string{
		"", "a", "12345678", "two\nlines", "\r\n\t", `quote " and \ backslash /`,
		"群组", "项目讨论组 42", "😀", "e\u0301",
		"\u2028\u2029\x00\x1f\x7f", "\ufeffa", "\U0010ffff",
		strings.Repeat("x", 300), strings.Repeat("群", 100), strings.Repeat(`\`, 40), "aaaaaaa群bbbbbbbbbbbbb😀",
	} {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		for _, written := range []string{string(quoted), strictjson.Quote(text), escaped(text)} {
			body := groupInfo(
				`{"GroupId":"a","ok","Name":`+written+`,"Introduction":"群","Notification":`+written+`}`,
				`{"GroupId":"b","Name":"b","Introduction":`+written+`,"Notification":"","ok"}`,
				`{"GroupId":"c","ErrorCode":10010,"ErrorInfo":`+written+`,"Name":`+written+`}`,
				`{"GroupId":"d","ok","Name":`+written+`}`)
			a, profiles, problem := readProfiles(body, query, "a", "b", "c", "d")
			require.Empty(t, problem, written)
			var got []struct{ GroupID, Name, Introduction, Notification string }
			require.NoError(t, json.Unmarshal([]byte(profiles), &got))
			require.Len(t, got, 3)
			assert.Equal(t, text, got[0].Name)
			assert.Equal(t, "群", got[0].Introduction)
			assert.Equal(t, text, got[0].Notification)
			assert.Equal(t, "b", got[1].Name)
			assert.Equal(t, text, got[1].Introduction)
			assert.Equal(t, text, got[2].Name)
			assert.Equal(t, GroupAnswer{Answered: true, ErrorCode: 10010, ErrorInfo: text}, a.Groups[2])
		}
	}
	// Half of a character, which UTF-8 cannot hold.
	_, profiles, problem := readProfiles(groupInfo(`{"GroupId":"a","ok","Name":"a\ud83d"}`), query, "a")
	require.Empty(t, problem)
	assert.Equal(t, `[{"groupId":"a","name":"a`+"\ufffd"+`"}]`, profiles)
}

// escaped returns a JSON string in which every character is an escape.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r > 0xffff {
			r -= 0x10000
			b.WriteString(`\u` + hex(0xd800+r>>10) + `\u` + hex(0xdc00+r&0x3ff))
		} else {
			b.WriteString(`\u` + hex(r))
		}
	}
	return `"` + b.String() + `"`
}

func TestProfileOrder(t *testing.T) {
	query := ProfileQuery{Fields: ProfileFields[1:2]}
	ids := []string{"a", "群", "c", `d"`, "e"}
	entries := map[string]string{
		"a":  `{"GroupId":"a","ok","Name":"A"}`,
		"群":  `{"GroupId":"群","ErrorCode":10010,"ErrorInfo":"group dismissed","Name":"gone"}`,
		"c":  `{ "ok", "Name": "C", "GroupId": "c" }`,
		`d"`: `{"Name":"D","GroupId":"d\"","ok"}`,
	}
	for _, order := range [][]string{{"a", "群", "c", `d"`}, {`d"`, "c", "群", "a"}, {"c", "a", `d"`, "群"}} {
		var list []string
		for _, id := range order {
			list = append(list, entries[id])
		}
		a, profiles, problem := readProfiles(groupInfo(list...), query, ids...)
		require.Empty(t, problem)
		assert.Equal(t,
			`[{"groupId":"a","name":"A"},{"groupId":"c","name":"C"},{"groupId":"d\"","name":"D"}]`, profiles)
		assert.Equal(t, 3, a.Profiles.Count)
		assert.Equal(t, []GroupAnswer{
			{Answered: true}, {Answered: true, ErrorCode: 10010, ErrorInfo: "group dismissed"}, {Answered: true},
			{Answered: true}, {},
		}, a.Groups)
	}
}

func TestProfileReaderIsReused(t *testing.T) {
	reader := everything.Reader()
	for range 3 {
		for _, test := range []struct{ body, profiles string }{
			{vendorsProfilesSample, `"memberNum":2`},
			{groupInfo(`{"GroupId":"@TGS#2J4SZEAEL","ok","Name":"群"}`),
				`[{"groupId":"@TGS#2J4SZEAEL","name":"群"}]`},
			{groupInfo(`{"GroupId":"@TGS#2J4SZEAEL","ok"}`), `[{"groupId":"@TGS#2J4SZEAEL"}]`},
			{groupInfo(`{"GroupId":"@TGS#2J4SZEAEL","ErrorCode":10015}`), `[]`},
		} {
			a, err := reader.Read([]byte(test.body), []string{"@TGS#2J4SZEAEL"})
			require.NoError(t, err)
			assert.Contains(t, a.Profiles.JSON(everything), test.profiles)
		}
		_, err := reader.Read([]byte(vendorsProfilesSample[:900]), []string{"@TGS#2J4SZEAEL"})
		require.Error(t, err)
	}
	// Neither does an entry of the one before it.
	_, profiles, problem := readProfiles(groupInfo(
		`{"GroupId":"a","ok","AppDefinedData":[{"Key":"GroupTestData1","Value":"1"}],"MemberNum":null}`,
		`{"GroupId":"b","ok"}`,
		`{"GroupId":"c","ok","AppDefinedData":[]}`), everything, "a", "b", "c")
	require.Empty(t, problem)
	assert.Equal(t, `[{"groupId":"a","appDefinedData":{"GroupTestData1":"1"}},{"groupId":"b"},`+
		`{"groupId":"c","appDefinedData":{}}]`, profiles)
}

func TestFailedProfilesCall(t *testing.T) {
	const body = `{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":"internal 错","RequestId":"r-1"}`
	a, _, problem := readProfiles(body, everything, "a")
	require.Empty(t, problem)
	want := ProfilesAnswer{ActionStatus: "FAIL", ErrorCode: 10002, ErrorInfo: "internal 错", RequestID: "r-1"}
	assert.Equal(t, want, a)
}

func TestInvalidProfilesAnswers(t *testing.T) {
	const head = `{"ErrorCode":0,"GroupInfo":[`
	for _, test := range []struct{ body, problem string }{
		{``, "it is empty"},
		{"\ufeff{}", "it begins with a byte order mark"},
		{`[]`, "unexpected character where an object should be at byte 0"},
		{`{}`, "it has no ErrorCode"},
		{`{"GroupInfo":[{"GroupId":"a","ErrorCode":0}]}`, "it has no ErrorCode"},
		{`{"ErrorCode":9007199254740992}`, "its ErrorCode is larger than any code can be"},
		{`{"ErrorCode":0,"ActionStatus":"FAIL","GroupInfo":[{"GroupId":"a","ErrorCode":0}]}`,
			"its ErrorCode is 0, but its ActionStatus is not OK"},
		{`{"ErrorCode":0}`, "it has no GroupInfo"},
		{`{"ErrorCode":0,"GroupInfo":null}`, "it has no GroupInfo"},
		{head + `]}`, "its GroupInfo is empty"},
		{`{"ErrorCode":0,"GroupInfo":{}}`, "in GroupInfo: unexpected character where an array should be at byte 27"},
		{`{"ErrorCode":0,"GroupInfo":[],"GroupInfo":[]}`, "a second GroupInfo at byte 42"},
		{head + `{"GroupId":"a","ErrorCode":0}]}x`, "more text after the value at byte 59"},
		{head + `{"GroupId":"a","ErrorCode":0}`,
			"in GroupInfo: the text ends where a comma or the array's end should be at byte 57"},
		{head + `"a"]}`, "in GroupInfo: unexpected character where an object should be at byte 28"},
		{head + `null]}`, "in GroupInfo: unexpected character where an object should be at byte 28"},
		{head + `{}]}`, "in GroupInfo: an entry without GroupId at byte 30"},
		{head + `{"GroupId":null,"ErrorCode":0}]}`, "in GroupInfo: an entry without GroupId at byte 58"},
		{head + `{"ErrorCode":0,"Name":"a"}]}`, "in GroupInfo: an entry without GroupId at byte 54"},
		{head + `{"GroupId":"a","Name":"a"}]}`, "in GroupInfo: an entry without ErrorCode at byte 54"},
		{head + `{"GroupId":"a","ErrorCode":null}]}`, "in GroupInfo: an entry without ErrorCode at byte 60"},
		{head + `{"GroupId":"a","ErrorCode":"0"}]}`,
			"in GroupInfo: in ErrorCode: unexpected character where a whole number should be at byte 55"},
		{head + `{"GroupId":"a","ErrorCode":0,"ErrorInfo":1}]}`,
			"in GroupInfo: in ErrorInfo: unexpected character where a string should be at byte 69"},
		{head + `{"GroupId":"x","ErrorCode":0}]}`,
			"in GroupInfo: an entry of a group that was not asked for at byte 57"},
		{head + `{"GroupId":"A","ErrorCode":10010}]}`,
			"in GroupInfo: an entry of a group that was not asked for at byte 61"},
		{head + `{"GroupId":"a","ErrorCode":0},{"GroupId":"a","ErrorCode":0}]}`,
			"in GroupInfo: a second entry of a group at byte 87"},
		{head + `{"GroupId":"a","ErrorCode":10010},{"GroupId":"\u0061","ErrorCode":0}]}`,
			"in GroupInfo: a second entry of a group at byte 96"},
		{head + `{"GroupId":"a","GroupId":"a","ErrorCode":0}]}`,
			"in GroupInfo: in GroupId: there is a second one at byte 53"},
		{head + `{"GroupId":"a","ErrorCode":0,"ErrorCode":0}]}`,
			"in GroupInfo: in ErrorCode: there is a second one at byte 69"},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":"a","N\u0061me":"a"}]}`,
			"in GroupInfo: in Name: there is a second one at byte 80"},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":null,"Name":"a"}]}`,
			"in GroupInfo: in Name: there is a second one at byte 76"},
		{head + `{"GroupId":"a\ud83d","ErrorCode":0}]}`,
			"in GroupInfo: an entry of a group that was not asked for at byte 63"},
		{head + `{"GroupId":5,"ErrorCode":0}]}`,
			"in GroupInfo: in GroupId: unexpected character where a string should be at byte 39"},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":5}]}`,
			"in GroupInfo: in Name: unexpected character where a string should be at byte 64"},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":["a"]}]}`,
			"in GroupInfo: in Name: unexpected character where a string should be at byte 64"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":"5"}]}`,
			"in GroupInfo: in MemberNum: unexpected character where a whole number should be at byte 69"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":1.5}]}`,
			"in GroupInfo: in MemberNum: a number that is not a whole one of at most 64 bits at byte 69"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":1e3}]}`,
			"in GroupInfo: in MemberNum: a number that is not a whole one of at most 64 bits at byte 69"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":-0}]}`,
			"in GroupInfo: in MemberNum: a number that is not a whole one of at most 64 bits at byte 69"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":007}]}`,
			"in GroupInfo: unexpected character where a comma or the object's end should be at byte 70"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":-}]}`,
			"in GroupInfo: in MemberNum: unexpected character where a digit should be at byte 70"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":9007199254740992}]}`,
			"in GroupInfo: in MemberNum: an integer over 2^53-1 at byte 69"},
		{head + `{"GroupId":"a","ErrorCode":0,"MemberNum":-9007199254740992}]}`,
			"in GroupInfo: in MemberNum: an integer over 2^53-1 at byte 69"},
		{head + `{"GroupId":"a","ErrorCode":9007199254740992}]}`,
			"in GroupInfo: in ErrorCode: an integer over 2^53-1 at byte 55"},
		{head + `{"GroupId":"a","ErrorCode":0,"MuteAllMember":"on"}]}`,
			"in GroupInfo: in MuteAllMember: neither On nor Off at byte 78"},
		{head + `{"GroupId":"a","ErrorCode":0,"MuteAllMember":true}]}`,
			"in GroupInfo: in MuteAllMember: unexpected character where a string should be at byte 73"},
		{head + `{"GroupId":"a","ErrorCode":0,"ShutUpAllMember":""}]}`,
			"in GroupInfo: in MuteAllMember: neither On nor Off at byte 78"},
		{head + `{"GroupId":"a","ErrorCode":0,"ShutUpAllMember":"On","MuteAllMember":"Off"}]}`,
			"in GroupInfo: two names of one field with different values at byte 102"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":{}}]}`,
			"in GroupInfo: unexpected character where an array should be at byte 74"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[1]}]}`,
			"in GroupInfo: unexpected character where an object should be at byte 75"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[],"AppDefinedData":[]}]}`,
			"in GroupInfo: a second AppDefinedData at byte 94"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[{"Value":"v"}]}]}`,
			"in GroupInfo: a custom field without Key or Value at byte 88"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[{"Key":"k"}]}]}`,
			"in GroupInfo: a custom field without Key or Value at byte 86"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[{"Key":"k","Value":1}]}]}`,
			"in GroupInfo: in Value: unexpected character where a string should be at byte 94"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[{"Key":"k","Key":"k","Value":""}]}]}`,
			"in GroupInfo: a second Key at byte 92"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[{"Key":"k","Value":"","Value":""}]}]}`,
			"in GroupInfo: a second Value at byte 105"},
		{head + `{"GroupId":"a","ErrorCode":0,"AppDefinedData":[{"Key":"GroupTestData1","Value":"1"},` +
			`{"Key":"GroupTestData1","Value":"1"}]}]}`,
			"in GroupInfo: a second custom field of one Key at byte 148"},
		{head + "{\"GroupId\":\"a\",\"ErrorCode\":0,\"Name\":\"\xff\"}]}",
			"in GroupInfo: in Name: invalid UTF-8 at byte 65"},
		{head + "{\"GroupId\":\"a\",\"ErrorCode\":0,\"X\":\"\xff\"}]}", "in GroupInfo: invalid UTF-8 at byte 62"},
		{head + "{\"GroupId\":\"a\",\"ErrorCode\":0,\"Name\":\"a\nb\"}]}",
			"in GroupInfo: in Name: a control character inside a string at byte 66"},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":"\x"}]}`,
			"in GroupInfo: in Name: an unknown escape inside a string at byte 65"},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":"\u12"}]}`,
			`in GroupInfo: in Name: a \u without four hexadecimal digits at byte 65`},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":"a","Type":"b""MemberNum":1}]}`,
			"in GroupInfo: unexpected character where a comma or the object's end should be at byte 78"},
		{head + `{"GroupId":"a","ErrorCode":0,"Name":"a",}]}`,
			"in GroupInfo: unexpected character where a key should be at byte 68"},
		{head + `{"GroupId":"a","ErrorCode":0{"Name":"a"}]}`,
			"in GroupInfo: unexpected character where a comma or the object's end should be at byte 56"},
		{head + `,"GroupId":"a","ErrorCode":0}]}`,
			"in GroupInfo: unexpected character where an object should be at byte 28"},
	} {
		_, _, problem := readProfiles(test.body, everything, "a", "b")
		assert.Equal(t, test.problem, problem, test.body)
	}
}

func TestCutProfilesAnswers(t *testing.T) {
	for n := range len(vendorsProfilesSample) - len("}\n") {
		_, _, problem := readProfiles(vendorsProfilesSample[:n], everything, "@TGS#2J4SZEAEL")
		assert.NotEmpty(t, problem, n)
	}
}
