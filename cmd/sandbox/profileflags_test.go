package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

// profiles makes a signed call for profiles and returns its answer.
func (s started) profiles(t *testing.T, body string) string {
	t.Helper()
	userSig, err := tencentyun.GenUserSig(s.SDKAppID, s.SecretKey, s.Identifier, 60)
	require.NoError(t, err)
	query := url.Values{
		"sdkappid": {strconv.Itoa(s.SDKAppID)}, "identifier": {s.Identifier}, "usersig": {userSig}, "random": {"1"},
		"contenttype": {"json"},
	}
	response, err := http.Post(s.Endpoint+"/v4/group_open_http_svc/get_group_info?"+query.Encode(),
		"application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(answer)
}

func TestProfileFlags(t *testing.T) {
	_, s, _, _ := start(t, "--addr", "127.0.0.1:0", "--groups", "5", "--dismissed", "2", "--old-names")
	ids, err := json.Marshal(s.call(t))
	require.NoError(t, err)
	ask := func(field string) string {
		const body = `{"GroupIdList":%s,"ResponseFilter":{"GroupBaseInfoFilter":[%q]}}`
		return s.profiles(t, fmt.Sprintf(body, ids, field))
	}
	answer := ask("Name")
	assert.Equal(t, 2, strings.Count(answer, `"ErrorCode":10010`), answer)
	assert.Equal(t, 3, strings.Count(answer, `"Name":`), answer)
	assert.Contains(t, ask("MuteAllMember"), `"ErrorCode":10004`)
}

func TestProfilesPerSecondFlag(t *testing.T) {
	for want, args := range map[int][]string{
		200: nil, 0: {"--profiles-per-second", "0"}, 7: {"--profiles-per-second=7"},
	} {
		o, err := parse(args, io.Discard)
		require.NoError(t, err)
		assert.Equal(t, want, o.config.ProfilesPerSecond)
	}
}
