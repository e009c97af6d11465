//go:build js && wasm

package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"

	"tencent-chat-groups/wasm/border/bordertest"
)

func TestTheAppIsMadeAndAnswersCalls(t *testing.T) {
	open()
	var options struct {
		SDKAppID              int `json:"sdkAppId"`
		Identifier, SecretKey string
		Groups                int
	}
	require.NoError(t, json.Unmarshal([]byte(bordertest.Text()), &options))
	assert.Equal(t, 25_000, options.Groups)

	call := func(userSig string) (got struct{ ErrorCode, TotalCount int }) {
		query := url.Values{
			"sdkappid": {fmt.Sprint(options.SDKAppID)}, "identifier": {options.Identifier}, "usersig": {userSig},
			"random": {"1"}, "contenttype": {"json"},
		}
		request, err := json.Marshal(map[string]string{
			"method": "POST", "path": "/v4/group_open_http_svc/get_appid_group_list", "query": query.Encode(), "body": `{"Limit":1}`,
		})
		require.NoError(t, err)
		answer(bordertest.Write(string(request)))
		require.NoError(t, json.Unmarshal([]byte(bordertest.Text()), &got))
		return got
	}
	userSig, err := tencentyun.GenUserSig(options.SDKAppID, options.SecretKey, options.Identifier, 60)
	require.NoError(t, err)
	assert.Equal(t, 25_000, call(userSig).TotalCount)
	assert.Equal(t, 10006, call(userSig).ErrorCode, "a second call in the same second")
	assert.Equal(t, 70003, call("x").ErrorCode)
}

func TestTheAppHasProfiles(t *testing.T) {
	open()
	var options struct {
		SDKAppID              int `json:"sdkAppId"`
		Identifier, SecretKey string
	}
	require.NoError(t, json.Unmarshal([]byte(bordertest.Text()), &options))
	userSig, err := tencentyun.GenUserSig(options.SDKAppID, options.SecretKey, options.Identifier, 60)
	require.NoError(t, err)
	query := url.Values{
		"sdkappid": {fmt.Sprint(options.SDKAppID)}, "identifier": {options.Identifier}, "usersig": {userSig},
		"random": {"1"}, "contenttype": {"json"},
	}
	call := func(command, body string) string {
		request, err := json.Marshal(map[string]string{
			"method": "POST", "path": "/v4/group_open_http_svc/" + command, "query": query.Encode(), "body": body,
		})
		require.NoError(t, err)
		answer(bordertest.Write(string(request)))
		return bordertest.Text()
	}
	var page struct{ GroupIdList []struct{ GroupId string } }
	require.NoError(t, json.Unmarshal([]byte(call("get_appid_group_list", `{"Limit":1}`)), &page))
	id, err := json.Marshal(page.GroupIdList[0].GroupId)
	require.NoError(t, err)
	for range 2 { // at once, as 200 calls a second are allowed
		body := fmt.Sprintf(`{"GroupIdList":[%s],"ResponseFilter":{"GroupBaseInfoFilter":["Type"]}}`, id)
		want := `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"GroupInfo":[{"GroupId":` + string(id) +
			`,"ErrorCode":0,"ErrorInfo":"","Type":"Public"}]}`
		assert.Equal(t, want, call("get_group_info", body))
	}
}
