package restapi

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryValueOfACallsURLIsPercentEncoded(t *testing.T) {
	const identifier = "管理员 a&b=c#d?e/f+g%h*i'(j)~k-l_m.n"
	const userSig = "eJyr*-_=+/&usersig"
	got := CallURL("https://console.tim.qq.com", 4294967295, identifier, userSig, math.MaxUint32)
	assert.Equal(t, "https://console.tim.qq.com/v4/group_open_http_svc/get_appid_group_list?sdkappid=4294967295"+
		"&identifier=%E7%AE%A1%E7%90%86%E5%91%98%20a%26b%3Dc%23d%3Fe%2Ff%2Bg%25h%2Ai%27%28j%29~k-l_m.n"+
		"&usersig=eJyr%2A-_%3D%2B%2F%26usersig&random=4294967295&contenttype=json", got)
	parsed, err := url.Parse(got)
	require.NoError(t, err)
	assert.Equal(t, identifier, parsed.Query().Get("identifier"))
	assert.Equal(t, userSig, parsed.Query().Get("usersig"))
}

func TestTheRandomParameterIsOfAll32Bits(t *testing.T) {
	for random, want := range map[uint32]string{0: "0", 1: "1", 1 << 31: "2147483648", math.MaxUint32: "4294967295"} {
		parsed, err := url.Parse(CallURL("https://a.example", 1, "a", "s", random))
		require.NoError(t, err)
		assert.Equal(t, want, parsed.Query().Get("random"))
	}
}

func TestTheBodyIsAlwaysJSON(t *testing.T) {
	for _, test := range []struct {
		limit, next int64
		groupType   GroupType
		body        string
	}{
		{10000, 0, "", `{}`},
		{1, 0, "", `{"Limit":1}`},
		{10000, math.MaxInt64, "", `{"Next":9223372036854775807}`},
		{9999, 4454685361, "AVChatRoom", `{"Limit":9999,"Next":4454685361,"GroupType":"AVChatRoom"}`},
	} {
		assert.Equal(t, test.body, CallBody(test.limit, test.next, test.groupType))
	}
}

func TestWhatIsPercentEncoded(t *testing.T) {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	for c := range 256 {
		text := string([]byte{byte(c)})
		want := fmt.Sprintf("%%%02X", c)
		if strings.Contains(unreserved, text) {
			want = text
		}
		assert.Equal(t, want, PercentEncode(text))
	}
}

func TestLimitsOfTheCall(t *testing.T) {
	assert.EqualValues(t, math.MaxUint32, MaxSDKAppID)
}
