package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answeredProfiles is an answer to a call for profiles as a client reads it.
type answeredProfiles struct {
	ActionStatus string
	ErrorInfo    string
	ErrorCode    int
	GroupInfo    []map[string]any
}

// profiles makes a call for profiles without a socket.
func (a app) profiles(t *testing.T, body string) answeredProfiles {
	t.Helper()
	return readProfilesAnswer(t, a.post(profilesPath, signedQuery(t), body).Body.Bytes())
}

func readProfilesAnswer(t *testing.T, body []byte) (answer answeredProfiles) {
	t.Helper()
	require.NoError(t, json.Unmarshal(body, &answer), "%s", body)
	return answer
}

// ask is a body that asks for groups with a filter.
func ask(t *testing.T, filter string, groupIDs ...string) string {
	t.Helper()
	ids, err := json.Marshal(groupIDs)
	require.NoError(t, err)
	if filter == "" {
		return fmt.Sprintf(`{"GroupIdList":%s}`, ids)
	}
	return fmt.Sprintf(`{"GroupIdList":%s,"ResponseFilter":%s}`, ids, filter)
}

func namesOf(entry map[string]any) map[string]bool {
	names := map[string]bool{}
	for name := range entry {
		names[name] = true
	}
	return names
}

func setOf(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

func TestProfiles(t *testing.T) {
	groups := NewGenerator(1, false).Generate(300)
	a := newApp(t, groups)
	for from := 0; from < len(groups); from += 50 {
		ids := idsOf(groups[from:from+50], "")
		answer := a.profiles(t, ask(t, `{"GroupBaseInfoFilter":["Type","Name","MemberNum"]}`, ids...))
		require.Equal(t, "OK", answer.ActionStatus)
		require.Len(t, answer.GroupInfo, 50)
		for i, entry := range answer.GroupInfo {
			group := groups[from+i]
			assert.Equal(t, group.ID, entry["GroupId"])
			assert.Equal(t, group.Type, entry["Type"])
			assert.Equal(t, 0.0, entry["ErrorCode"])
			assert.Equal(t, "", entry["ErrorInfo"])
			assert.Contains(t, entry, "Name")
			if group.Type != "AVChatRoom" {
				assert.Contains(t, entry, "MemberNum")
			} else if n, is := entry["MemberNum"]; is {
				assert.Equal(t, 0.0, n)
			}
		}
	}
}

func TestProfileKinds(t *testing.T) {
	groups := NewGenerator(1, false).Generate(2000)
	clock := newVirtualClock()
	fixed := func(c *Config) { c.Clock = clock }
	first, second := newApp(t, groups, fixed), newApp(t, groups, fixed)
	other := newApp(t, groups, fixed, func(c *Config) { c.Seed = 8 })
	now := clock.Now().Unix()
	seen := map[string]int{}
	see := func(is bool, what string) {
		if is {
			seen[what]++
		}
	}
	differ := 0
	for _, group := range groups {
		p := first.profileOf(group)
		require.Equal(t, p, second.profileOf(group))
		if p.name != other.profileOf(group).name {
			differ++
		}
		assert.LessOrEqual(t, p.createTime, p.lastInfoTime)
		assert.Less(t, p.lastInfoTime, now)
		if p.lastMsgTime == 0 {
			assert.Equal(t, 1, p.nextMsgSeq)
		} else {
			assert.LessOrEqual(t, p.createTime, p.lastMsgTime)
			assert.LessOrEqual(t, p.lastMsgTime, now)
			assert.Greater(t, p.nextMsgSeq, 1)
		}
		if p.maxMemberNum > 0 {
			assert.LessOrEqual(t, p.memberNum, p.maxMemberNum)
		}
		const day = 24 * 60 * 60
		see(p.name == "", "no name")
		see(strings.Contains(p.name, `"`), "a quote in a name")
		see(strings.Contains(p.name, "讨论"), "a Chinese name")
		see(strings.Contains(p.name, "🎲"), "an emoji in a name")
		see(strings.Contains(p.notification, "\n"), "a line break in a notification")
		see(strings.Contains(p.introduction, "\n"), "a line break in an introduction")
		see(p.introduction == "", "no introduction")
		see(p.owner == "", "no owner")
		see(p.owner != "", "an owner")
		see(p.memberNum == 0, "no members")
		see(p.memberNum > 50, "many members")
		see(p.lastMsgTime == 0, "no message")
		for _, days := range []int64{30, 90, 365} {
			see(p.lastMsgTime != 0 && p.lastMsgTime < now-days*day, fmt.Sprintf("silent for %d days", days))
		}
		see(p.lastMsgTime > now-30*day, "not silent")
		see(p.muted, "muted")
		see(len(p.custom) > 0, "custom fields")
		see(len(p.custom) > 1, "a custom field with NUL")
		see(p.faceURL != "", "a picture")
	}
	assert.Greater(t, differ, 1500, "another seed makes other profiles")
	assert.Len(t, seen, 20, "%v", seen)
	for what, count := range seen {
		assert.Greater(t, count, 10, what)
	}
}

func TestProfileFilters(t *testing.T) {
	groups := NewGenerator(1, false).Generate(200)
	a := newApp(t, groups)
	withCustom := ""
	for _, group := range groups {
		if p := a.profileOf(group); len(p.custom) == 2 && p.memberNum > 1 {
			withCustom = group.ID
		}
	}
	require.NotEmpty(t, withCustom)
	always := []string{"GroupId", "ErrorCode", "ErrorInfo"}
	entry := func(filter string) map[string]any {
		answer := a.profiles(t, ask(t, filter, withCustom))
		require.Equal(t, "OK", answer.ActionStatus, answer.ErrorInfo)
		return answer.GroupInfo[0]
	}
	for filter, names := range map[string][]string{
		`{"GroupBaseInfoFilter":["Name"]}`:                                {"Name"},
		`{"GroupBaseInfoFilter":[]}`:                                      {},
		`{"GroupBaseInfoFilter":["MuteAllMember","CreateTime"]}`:          {"MuteAllMember", "CreateTime"},
		`{"GroupBaseInfoFilter":["MuteAllMember","ShutUpAllMember"]}`:     {"MuteAllMember", "ShutUpAllMember"},
		`{"AppDefinedDataFilter_Group":["team"]}`:                         {"AppDefinedData"},
		`{"GroupBaseInfoFilter":["Type"],"MemberInfoFilter":["Account"]}`: {"Type", "MemberList"},
	} {
		assert.Equal(t, setOf(append(always, names...)...), namesOf(entry(filter)), filter)
	}
	custom := entry(`{"AppDefinedDataFilter_Group":["note","other"]}`)["AppDefinedData"].([]any)
	assert.Equal(t, []any{map[string]any{"Key": "note", "Value": "binary \x00\x01 \"and\" more"}}, custom)
	members := entry(`{"MemberInfoFilter":["Account","Role"]}`)["MemberList"].([]any)
	assert.Equal(t, setOf("Member_Account", "Role"), namesOf(members[0].(map[string]any)))
}

func TestProfilesWithoutFilter(t *testing.T) {
	groups := NewGenerator(1, false).Generate(50)
	a := newApp(t, groups)
	everything := setOf("GroupId", "ErrorCode", "ErrorInfo", "Appid", "Type", "Name", "Introduction", "Notification",
		"FaceUrl", "Owner_Account", "CreateTime", "LastInfoTime", "LastMsgTime", "InfoSeq", "NextMsgSeq", "MemberNum",
		"MaxMemberNum", "ApplyJoinOption", "InviteJoinOption", "ShutUpAllMember", "AppDefinedData", "MemberList")
	for _, filter := range []string{"", "{}"} {
		answer := a.profiles(t, ask(t, filter, idsOf(groups, "Public")...))
		require.Equal(t, "OK", answer.ActionStatus)
		assert.Equal(t, true, a.lines.last(t)["members"])
		for _, entry := range answer.GroupInfo {
			assert.Equal(t, everything, namesOf(entry))
			assert.Len(t, entry["MemberList"], int(entry["MemberNum"].(float64)))
		}
	}
	a.profiles(t, ask(t, `{"GroupBaseInfoFilter":["Type"]}`, groups[0].ID))
	line := a.lines.last(t)
	delete(line, "time")
	delete(line, "arrivalMs")
	assert.Equal(t, map[string]any{
		"level": "INFO", "msg": "call", "call": 3.0, "counted": true, "gapMs": 0.0, "command": "get_group_info",
		"groups": 1.0, "code": 0.0, "profiles": 1.0, "members": false,
	}, line)
}

func TestProfilesOver1MB(t *testing.T) {
	groups := NewGenerator(1, false).Generate(3000)
	a := newApp(t, groups)
	large := []string{}
	for _, group := range groups {
		if p := a.profileOf(group); p.memberNum > 400 {
			large = append(large, group.ID)
		}
	}
	require.Greater(t, len(large), 25)
	assert.Equal(t, codeAnswerTooLong, a.profiles(t, ask(t, "", large[:25]...)).ErrorCode)
	assert.Equal(t, 0, a.profiles(t, ask(t, "", large[:5]...)).ErrorCode)
}

func TestGroupCodes(t *testing.T) {
	groups := NewGenerator(1, false).Generate(20)
	a := newApp(t, groups)
	ids := []string{groups[0].ID, "nobody", "", strings.Repeat("x", 49), groups[1].ID}
	answer := a.profiles(t, ask(t, `{"GroupBaseInfoFilter":["Type"]}`, ids...))
	assert.Equal(t, "OK", answer.ActionStatus)
	assert.Equal(t, 0, answer.ErrorCode)
	codes := []float64{}
	for _, entry := range answer.GroupInfo {
		codes = append(codes, entry["ErrorCode"].(float64))
		assert.Equal(t, entry["ErrorCode"] == 0.0, entry["Type"] != nil)
		assert.Equal(t, entry["ErrorCode"] == 0.0, entry["ErrorInfo"] == "")
	}
	assert.Equal(t, []float64{0, 10010, 10015, 10015, 0}, codes)
}

func TestDismissedGroups(t *testing.T) {
	groups := NewGenerator(1, false).Generate(40)
	a := newApp(t, groups, func(c *Config) { c.Dismissed = 7 })
	ids := a.list(t, `{}`).ids()
	assert.Len(t, ids, 40)
	gone := 0
	for _, entry := range a.profiles(t, ask(t, `{"GroupBaseInfoFilter":["Type"]}`, ids...)).GroupInfo {
		if entry["ErrorCode"] == 10010.0 {
			gone++
		}
	}
	assert.Equal(t, 7, gone)
}

func TestProfilesOfChangingGroups(t *testing.T) {
	groups := NewGenerator(1, false).Generate(40)
	a := newApp(t, groups)
	const filter = `{"GroupBaseInfoFilter":["Type"]}`
	assert.Equal(t, 0.0, a.profiles(t, ask(t, filter, groups[0].ID)).GroupInfo[0]["ErrorCode"])
	change := a.Server.list.change(3, 3)
	for _, id := range change.created {
		assert.Equal(t, 0.0, a.profiles(t, ask(t, filter, id)).GroupInfo[0]["ErrorCode"], id)
	}
	for _, id := range change.dismissed {
		assert.Equal(t, 10010.0, a.profiles(t, ask(t, filter, id)).GroupInfo[0]["ErrorCode"], id)
	}
}

func TestProfileRefusals(t *testing.T) {
	many := `"` + strings.Repeat(`a","`, 50) + `a"`
	for body, code := range map[string]int{
		``: 60002, `{`: 60002, `[]`: 10004, `null`: 10004, `{}`: 10004,
		`{"GroupIdList":[]}`: 10004, `{"GroupIdList":"a"}`: 10004, `{"GroupIdList":[1]}`: 10004,
		`{"GroupIdList":[null]}`:         10004,
		`{"GroupIdList":[` + many + `]}`: 10004, `{"GroupIdList":null}`: 10004,
		`{"GroupIdList":["a"],"ResponseFilter":[]}`:                                     10004,
		`{"GroupIdList":["a"],"ResponseFilter":null}`:                                   10004,
		`{"GroupIdList":["a"],"ResponseFilter":{"GroupBaseInfoFilter":"Name"}}`:         10004,
		`{"GroupIdList":["a"],"ResponseFilter":{"GroupBaseInfoFilter":["name"]}}`:       10004,
		`{"GroupIdList":["a"],"ResponseFilter":{"GroupBaseInfoFilter":["Name",null]}}`:  10004,
		`{"GroupIdList":["a"],"ResponseFilter":{"MemberInfoFilter":{}}}`:                10004,
		`{"GroupIdList":["a"],"ResponseFilter":{"AppDefinedDataFilter_Group":[1]}}`:     10004,
		`{"GroupIdList":["a"],"ResponseFilter":{"AppDefinedDataFilter_GroupMember":1}}`: 10004,
		`{"GroupIdList":[` + many[:len(many)-4] + `]}`:                                  0,
	} {
		a := newApp(t, nil)
		answer := a.profiles(t, body)
		assert.Equal(t, code, answer.ErrorCode, body)
		assert.Equal(t, code != 0, answer.ActionStatus == "FAIL")
		assert.EqualValues(t, code, a.lines.last(t)["code"])
	}
	wrong := signedQuery(t)
	wrong.Set("usersig", "x")
	a := newApp(t, nil)
	assert.Equal(t, codeSigCorrupt, read(t, a.post(profilesPath, wrong, `{}`).Body.Bytes()).ErrorCode)
}

func TestOldNames(t *testing.T) {
	groups := NewGenerator(1, false).Generate(1)
	a := newApp(t, groups, func(c *Config) { c.OldNames = true })
	for _, name := range []string{"MuteAllMember", "InviteJoinOption"} {
		answer := a.profiles(t, ask(t, `{"GroupBaseInfoFilter":["Type","`+name+`"]}`, "a"))
		assert.Equal(t, codeWrongParameter, answer.ErrorCode)
	}
	entry := a.profiles(t, ask(t, `{"GroupBaseInfoFilter":["ShutUpAllMember"]}`, groups[0].ID)).GroupInfo[0]
	assert.Contains(t, entry, "ShutUpAllMember")
	assert.NotContains(t, a.profiles(t, ask(t, "", groups[0].ID)).GroupInfo[0], "InviteJoinOption")
}

func TestProfilesPerSecond(t *testing.T) {
	a := newApp(t, nil, func(c *Config) { c.ProfilesPerSecond = 3 })
	body := ask(t, `{"GroupBaseInfoFilter":["Type"]}`, "a")
	for i, step := range []struct {
		after time.Duration
		code  int
	}{
		{0, 0}, {100 * time.Millisecond, 0}, {100 * time.Millisecond, 0},
		{799 * time.Millisecond, codeTooOften}, // the throttled one counts as well
		{101 * time.Millisecond, 0},            // a second after the second
		{50 * time.Millisecond, codeTooOften},
		{time.Second, 0}, {0, 0}, {0, 0}, {0, codeTooOften},
	} {
		a.clock.Advance(step.after)
		answer := a.profiles(t, body)
		assert.Equal(t, step.code, answer.ErrorCode, i)
		if step.code != 0 {
			assert.Equal(t, "called too often: 3 calls a second are allowed for an app", answer.ErrorInfo)
		}
	}
	// The other command has its own pace.
	assert.Equal(t, 0, read(t, a.post(commandPath, signedQuery(t), `{}`).Body.Bytes()).ErrorCode)
	assert.Equal(t, codeTooOften, read(t, a.post(commandPath, signedQuery(t), `{}`).Body.Bytes()).ErrorCode)
}

func TestUnlimitedProfiles(t *testing.T) {
	a := newApp(t, nil)
	for range 300 {
		require.Equal(t, 0, a.profiles(t, ask(t, `{"GroupBaseInfoFilter":["Type"]}`, "a")).ErrorCode)
	}
}
