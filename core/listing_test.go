package core

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAProxyGetsNoIdentityAndNoSignature(t *testing.T) {
	o := Options{Credential: SigningProxy, SDKAppID: 1, Identifier: "a", BaseURL: "https://proxy.example/chat"}
	assert.Equal(t, "https://proxy.example/chat/v4/group_open_http_svc/get_appid_group_list", (&listing{options: o, random: 1}).url())
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
