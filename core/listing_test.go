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

// opened opens a listing through a signing proxy, without a pace, and returns its engine once the first call is under
// way.
func opened(t *testing.T) (engine *Engine, id int) {
	t.Helper()
	o := DefaultOptions()
	o.Credential, o.SDKAppID, o.BaseURL, o.MinIntervalMs = SigningProxy, 1, "https://proxy.example", 0
	require.NoError(t, o.Validate())
	engine = NewEngine()
	id, action := engine.Open(&o, 0)
	require.Equal(t, Fetch, action.Do)
	return engine, id
}

// answered reports a whole answer with status 200.
func answered(engine *Engine, id int, body string) *Action {
	engine.Step(id, 0, 0, Event{Report: Headers, Status: 200})
	return engine.Step(id, 0, 0, Event{Report: Body, Bytes: []byte(body)})
}

func TestABackOffEndsInTime(t *testing.T) {
	engine, id := opened(t)
	wait := engine.Step(id, 0, 1<<31, Event{Report: NetworkFailed})
	require.Equal(t, 250.0, wait.WaitMs)
	assert.Equal(t, &Action{Do: Wait, WaitMs: 0.5}, engine.Step(id, 249.5, 0, Event{Report: Tick}), "the timer fired early")
	assert.Equal(t, Fetch, engine.Step(id, 250, 0, Event{Report: Tick}).Do)
}

func TestProblemDetailsAreReadOfEveryErrorStatus(t *testing.T) {
	for status, do := range map[int64]Do{399: Fail, 400: Read, 599: Read} {
		engine, id := opened(t)
		event := Event{Report: Headers, Status: status, ContentType: "application/problem+json"}
		assert.Equal(t, do, engine.Step(id, 0, 0, event).Do, status)
	}
}

func TestPagesShareABuffer(t *testing.T) {
	engine, id := opened(t)
	first := answered(engine, id, `{"ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"first"}],"Next":1}`).GroupIDs.Text
	require.Equal(t, "first", string(first))
	engine.Step(id, 0, 0, Event{Report: Taken})
	second := answered(engine, id, `{"ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"2nd"}],"Next":0}`).GroupIDs.Text
	require.Equal(t, "2nd", string(second))
	assert.Same(t, &first[0], &second[0])
}

// A host may report any number of duplicates. More than the page has IDs are not believed.
func TestDuplicatesAreAtMostThePagesIDs(t *testing.T) {
	for reported, believed := range map[int64]int64{-1: 0, 0: 0, 1: 1, 2: 2, 3: 2, 1 << 40: 2} {
		engine, id := opened(t)
		answered(engine, id, `{"ErrorCode":0,"TotalCount":5,"GroupIdList":[{"GroupId":"a"},{"GroupId":"b"},{"GroupId":"c"}],"Next":1}`)
		engine.Step(id, 0, 0, Event{Report: Taken})
		answered(engine, id, `{"ErrorCode":0,"TotalCount":5,"GroupIdList":[{"GroupId":"c"},{"GroupId":"d"}],"Next":0}`)
		done := engine.Step(id, 0, 0, Event{Report: Taken, Duplicates: reported})
		require.Equal(t, Done, done.Do)
		assert.Equal(t, believed, done.Checkpoint.Duplicates, reported)
		assert.Equal(t, 5-believed, done.Checkpoint.Groups, reported)
	}
}

func TestTheLongestPauseThatIsKept(t *testing.T) {
	for pauseMs, do := range map[float64]Do{600_000: Wait, 600_001: Fail} {
		engine, id := opened(t)
		event := Event{Report: Headers, Status: 503, RetryAfterMs: pauseMs}
		assert.Equal(t, do, engine.Step(id, 0, 0, event).Do, pauseMs)
	}
}
