package restapi_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/sandbox"
)

// The sandbox was made without a look at the reader. Its profiles are of every kind.
func TestSandboxProfiles(t *testing.T) {
	const app, admin, seed = 1400000000, "administrator", 3
	groups := sandbox.NewGenerator(seed, false).Generate(3000)
	service := sandbox.NewApp(sandbox.Config{
		SDKAppID: app, Identifier: admin, SecretKey: sandbox.DerivedKey(seed), Groups: groups, Seed: seed,
		Dismissed: 100,
	})
	userSig, err := tencentyun.GenUserSig(app, sandbox.DerivedKey(seed), admin, 3600)
	require.NoError(t, err)
	target, err := url.Parse(restapi.ProfilesURL("https://a.example", app, admin, userSig, 1))
	require.NoError(t, err)

	query := restapi.ProfileQuery{Fields: restapi.ProfileFields, AppDefinedData: []string{"team", "note", "other"}}
	reader := query.Reader()
	profiles, gone := 0, 0
	for from := 0; from < len(groups); from += restapi.MaxProfiles {
		var ids []string
		for _, group := range groups[from : from+restapi.MaxProfiles] {
			ids = append(ids, group.ID)
		}
		body := service.Answer(sandbox.Request{
			Method: "POST", Path: target.Path, Query: target.RawQuery, Body: []byte(query.Body(ids)),
		})
		answer, err := reader.Read(body, ids)
		require.NoError(t, err)
		assert.Empty(t, answer.Unasked)
		for _, group := range answer.Groups {
			if group.ErrorCode != 0 {
				assert.Equal(t, restapi.GroupAnswer{
					Answered: true, ErrorCode: 10010, ErrorInfo: "the group does not exist, or was dismissed",
				}, group)
				gone++
			}
		}
		profiles += answer.Profiles.Count
		assert.JSONEq(t, readPlainly(t, body, query), answer.Profiles.JSON(query))
	}
	assert.Equal(t, 2900, profiles)
	assert.Equal(t, 100, gone)
}

// readPlainly returns the profiles of an answer as JSON.
func readPlainly(t *testing.T, body []byte, query restapi.ProfileQuery) string {
	t.Helper()
	var answer struct{ GroupInfo []map[string]any }
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&answer))
	profiles := []map[string]any{}
	for _, entry := range answer.GroupInfo {
		if entry["ErrorCode"] != json.Number("0") {
			continue
		}
		profile := map[string]any{"groupId": entry["GroupId"]}
		for _, field := range query.Fields {
			if value, is := entry[field.Endpoint[0]]; is {
				profile[field.Name] = value
			}
			if field.Kind == restapi.SwitchField {
				profile[field.Name] = entry[field.Endpoint[0]] == "On"
			}
		}
		custom := map[string]any{}
		for _, item := range entry["AppDefinedData"].([]any) {
			custom[item.(map[string]any)["Key"].(string)] = item.(map[string]any)["Value"]
		}
		profile["appDefinedData"] = custom
		profiles = append(profiles, profile)
	}
	text, err := json.Marshal(profiles)
	require.NoError(t, err)
	return string(text)
}
