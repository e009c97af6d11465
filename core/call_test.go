package core

import (
	"math"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryValueOfACallsURLIsPercentEncoded(t *testing.T) {
	o := &Options{credential: userSigString, sdkAppID: 4294967295, identifier: "管理员 a&b=c#d?e/f+g%h*i'(j)~k-l_m.n"}
	const userSig = "eJyr*-_=+/&usersig"
	got := callURL(o, "https://console.tim.qq.com", userSig, math.MaxUint32)
	assert.Equal(t, "https://console.tim.qq.com/v4/group_open_http_svc/get_appid_group_list?sdkappid=4294967295"+
		"&identifier=%E7%AE%A1%E7%90%86%E5%91%98%20a%26b%3Dc%23d%3Fe%2Ff%2Bg%25h%2Ai%27%28j%29~k-l_m.n"+
		"&usersig=eJyr%2A-_%3D%2B%2F%26usersig&random=4294967295&contenttype=json", got)
	parsed, err := url.Parse(got)
	require.NoError(t, err)
	assert.Equal(t, o.identifier, parsed.Query().Get("identifier"))
	assert.Equal(t, userSig, parsed.Query().Get("usersig"))
}

func TestTheRandomParameterIsOfAll32Bits(t *testing.T) {
	o := &Options{credential: userSigString, sdkAppID: 1, identifier: "a"}
	for random, want := range map[uint32]string{0: "0", 1: "1", 1 << 31: "2147483648", math.MaxUint32: "4294967295"} {
		parsed, err := url.Parse(callURL(o, "https://a.example", "s", random))
		require.NoError(t, err)
		assert.Equal(t, want, parsed.Query().Get("random"))
	}
}

func TestAProxyGetsNoIdentityAndNoSignature(t *testing.T) {
	o := &Options{credential: proxyCredential, sdkAppID: 1, identifier: "a", endpoint: "https://proxy.example/chat"}
	assert.Equal(t, "https://proxy.example/chat/v4/group_open_http_svc/get_appid_group_list", callURL(o, o.base(false), "", 1))
}

func TestTheBodyIsAlwaysJSON(t *testing.T) {
	for _, test := range []struct {
		limit, next int64
		groupType   string
		body        string
	}{
		{10000, 0, "", `{}`},
		{1, 0, "", `{"Limit":1}`},
		{10000, math.MaxInt64, "", `{"Next":9223372036854775807}`},
		{9999, 4454685361, "AVChatRoom", `{"Limit":9999,"Next":4454685361,"GroupType":"AVChatRoom"}`},
	} {
		assert.Equal(t, test.body, callBody(test.limit, test.next, test.groupType))
	}
}

func TestTheCursorOfAnAnswerIsTheVeryIntegerOfTheNextCall(t *testing.T) {
	for _, next := range []string{"4454685361", "4294967296", "9007199254740993", "9223372036854775807", "1"} {
		o, failure := good.and(with{"minIntervalMs": num("0")}).on("server", "")
		require.Nil(t, failure)
		engine := NewEngine()
		id, _ := engine.Open(o, 0)
		engine.Step(id, 0, 0, Event{Report: Signed, Text: "made-up"})
		engine.Step(id, 0, 0, Event{Report: Headers, Status: 200})
		page := engine.Step(id, 0, 0, Event{Report: Body, Bytes: []byte(`{"ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"a"}],"Next":` + next + `}`)})
		require.Equal(t, Page, page.Do)
		assert.Contains(t, page.JSON(), `"next":"`+next+`"`)
		call := engine.Step(id, 0, 0, Event{Report: Taken})
		assert.Equal(t, `{"Next":`+next+`}`, call.Body)
	}
}
