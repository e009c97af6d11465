package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const typeFilter = `{"GroupBaseInfoFilter":["Type"]}`

// profileCall makes a call for the profiles of the first groups and reads its answer, as far as it comes.
func (f faulty) profileCall(t *testing.T, groups int) (*http.Response, []byte, error) {
	t.Helper()
	target := f.url + profilesPath + "?" + signedQuery(t).Encode()
	body := ask(t, typeFilter, idsOf(f.groups[:groups], "")...)
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, target, strings.NewReader(body))
	require.NoError(t, err)
	response, err := f.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response, text, err
}

func TestProfileCallFaults(t *testing.T) {
	f := newFaulty(t, 10, `[
		{"fault":"status","call":1,"status":502}, {"fault":"code","call":2,"code":10002},
		{"fault":"code","call":3,"code":10006},
		{"fault":"cut-json","call":4}, {"fault":"reset-body","call":5}, {"fault":"lost-answer","call":6},
		{"fault":"truncate-body","call":7}, {"fault":"wrong-json","call":8,"variant":"no-next"},
		{"fault":"empty-page","call":9}
	]`)
	response, _, err := f.profileCall(t, 3)
	require.NoError(t, err)
	assert.Equal(t, 502, response.StatusCode)
	for _, code := range []int{10002, 10006} {
		_, text, err := f.profileCall(t, 3)
		require.NoError(t, err)
		assert.Equal(t, code, readProfilesAnswer(t, text).ErrorCode)
	}
	_, text, err := f.profileCall(t, 3)
	require.NoError(t, err)
	assert.False(t, json.Valid(text))
	for _, want := range []error{syscall.ECONNRESET, syscall.ECONNRESET, io.ErrUnexpectedEOF} {
		_, _, err = f.profileCall(t, 3)
		assert.ErrorIs(t, err, want)
	}
	for range 2 { // faults of pages
		_, text, err = f.profileCall(t, 3)
		require.NoError(t, err)
		assert.Len(t, readProfilesAnswer(t, text).GroupInfo, 3)
	}
}

func TestFaultsOfOneCommand(t *testing.T) {
	f := newFaulty(t, 10, `[
		{"fault":"code","command":"get_group_info","call":2,"code":10002},
		{"fault":"code","command":"get_appid_group_list","every":2,"code":10004},
		{"fault":"html","call":7}
	]`)
	f.config.Interval = 0
	codes := []int{}
	for range 3 {
		_, text, err := f.profileCall(t, 1)
		require.NoError(t, err)
		codes = append(codes, readProfilesAnswer(t, text).ErrorCode)
		_, text, err = f.call(t, `{}`)
		require.NoError(t, err)
		codes = append(codes, read(t, text).ErrorCode)
		f.clock.Advance(1e9)
	}
	assert.Equal(t, []int{0, 0, 10002, 10004, 0, 0}, codes)
	response, err := http.Post(f.url+"/elsewhere", "", nil)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Contains(t, response.Header.Get("Content-Type"), "text/html", "the seventh of all calls")
}

func TestGroupFaults(t *testing.T) {
	groups := NewGenerator(1, false).Generate(10)
	ids := idsOf(groups[:4], "")
	type entry struct {
		id   string
		code int
	}
	asked := []entry{{ids[0], 0}, {ids[1], 0}, {ids[2], 0}, {ids[3], 0}}
	for script, want := range map[string][]entry{
		`{"fault":"no-entries"}`:                          {},
		`{"fault":"group-code","code":10015}`:             {{ids[0], 10015}, asked[1], asked[2], asked[3]},
		`{"fault":"group-code","code":10010,"groups":2}`:  {{ids[0], 10010}, {ids[1], 10010}, asked[2], asked[3]},
		`{"fault":"group-code","code":1,"groups":50}`:     {{ids[0], 1}, {ids[1], 1}, {ids[2], 1}, {ids[3], 1}},
		`{"fault":"group-code","code":7,"groupId":"ID2"}`: {asked[0], asked[1], {ids[2], 7}, asked[3]},
		`{"fault":"group-code","code":7,"groupId":"no"}`:  asked,
		`{"fault":"group-left-out"}`:                      asked[1:],
		`{"fault":"group-left-out","groups":4}`:           {},
		`{"fault":"group-left-out","groupId":"ID2"}`:      {asked[0], asked[1], asked[3]},
		`{"fault":"group-doubled"}`:                       {asked[0], asked[0], asked[1], asked[2], asked[3]},
		`{"fault":"group-stranger"}`:                      append(slices.Clone(asked), entry{"@TGS#9STRANGER", 0}),
		`{"fault":"groups-reversed"}`:                     {asked[3], asked[2], asked[1], asked[0]},
	} {
		t.Run(script, func(t *testing.T) {
			id, err := json.Marshal(ids[2])
			require.NoError(t, err)
			script := strings.NewReplacer(`"ID2"`, string(id), "{", `{"call":1,`).Replace(script)
			f := newFaulty(t, 10, "["+script+"]")
			_, text, err := f.profileCall(t, 4)
			require.NoError(t, err)
			got := []entry{}
			for _, group := range readProfilesAnswer(t, text).GroupInfo {
				got = append(got, entry{group["GroupId"].(string), int(group["ErrorCode"].(float64))})
			}
			assert.Equal(t, want, got)
			_, text, err = f.profileCall(t, 4)
			require.NoError(t, err)
			assert.Len(t, readProfilesAnswer(t, text).GroupInfo, 4, "the fault is for one call")
			f.clock.Advance(1e9)
			_, text, err = f.call(t, `{}`)
			require.NoError(t, err)
			assert.Len(t, read(t, text).GroupIDList, 10)
		})
	}
}

func TestGroupFaultInfo(t *testing.T) {
	f := newFaulty(t, 10, `[{"fault":"group-code","call":1,"code":10002,"info":"try\nagain"},
		{"fault":"group-code","call":2,"code":5}]`)
	for _, want := range []string{"try\nagain", "ErrorCode 5 from the script of faults"} {
		_, text, err := f.profileCall(t, 1)
		require.NoError(t, err)
		assert.Equal(t, want, readProfilesAnswer(t, text).GroupInfo[0]["ErrorInfo"])
	}
}

func TestWrongProfiles(t *testing.T) {
	wants := map[string]string{
		"no-group-id":       `{"ErrorCode":0,"ErrorInfo":"","Type":"Public"}`,
		"group-id-number":   `{"ErrorCode":0,"ErrorInfo":"","Type":"Public","GroupId":5}`,
		"no-error-code":     `{"GroupId":ID,"ErrorInfo":"","Type":"Public"}`,
		"error-code-string": `{"GroupId":ID,"ErrorInfo":"","Type":"Public","ErrorCode":"0"}`,
		"name-number":       `{"GroupId":ID,OK,"Name":5}`,
		"name-half":         `{"GroupId":ID,OK,"Name":"a\ud83d"}`,
		"time-string":       `{"GroupId":ID,OK,"LastMsgTime":"1700000000"}`,
		"time-fraction":     `{"GroupId":ID,OK,"LastMsgTime":1700000000.5}`,
		"seq-too-big":       `{"GroupId":ID,OK,"NextMsgSeq":9007199254740993}`,
		"mute-other":        `{"GroupId":ID,OK,"ShutUpAllMember":"Maybe"}`,
		"custom-object":     `{"GroupId":ID,OK,"AppDefinedData":{"team":"red"}}`,
	}
	require.Len(t, wants, len(wrongProfiles))
	for _, wrong := range wrongProfiles {
		f := newFaulty(t, 1, fmt.Sprintf(`[{"fault":"wrong-profile","call":1,"wrong":%q}]`, wrong.name))
		_, text, err := f.profileCall(t, 1)
		require.NoError(t, err)
		want, known := wants[wrong.name]
		require.True(t, known, wrong.name)
		want = strings.Replace(want, "ID", string(encode(f.groups[0].ID)), 1)
		want = strings.Replace(want, "OK", `"ErrorCode":0,"ErrorInfo":"","Type":"Public"`, 1)
		assert.Equal(t, `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"GroupInfo":[`+want+`]}`, string(text))
	}
}

func TestProfileFaultErrors(t *testing.T) {
	for script, says := range map[string]string{
		`{"fault":"html","call":1,"command":"create_group"}`: `(html) "command" is "create_group": it must be "get_app`,
		`{"fault":"html","call":1,"command":1}`:              `(html) "command" is 1: it must be`,
		`{"fault":"group-code","call":1}`:                    `"code" is missing: it takes code*, info, groups`,
		`{"fault":"group-left-out","call":1,"groups":0}`:     `"groups" is 0: it must be an integer from 1 to 50`,
		`{"fault":"group-left-out","call":1,"groups":51}`:    `"groups" is 51`,
		`{"fault":"group-doubled","call":1,"groupId":""}`:    `"groupId" is ""`,
		`{"fault":"wrong-profile","call":1,"wrong":"x"}`:     `"wrong" is "x"`,
		`{"fault":"no-entries","call":1,"groups":1}`:         `"groups" is not accepted`,
		`{"fault":"profile-gone","call":1}`:                  `groups-reversed, wrong-profile`,
	} {
		_, err := ParseScript([]byte("[" + script + "]"))
		require.Error(t, err)
		assert.Contains(t, err.Error(), says)
	}
}
