package core

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/restapi"
)

// A UserSig as the vendor's libraries make them: base64 with * - _ in place of + / =.
const madeUpUserSig = "eJyrVkrOT0lVslLyCA3xdS*pDHX2Cg8yr0qKDC73jMxPyUhPL8kuA-oAXZ_"

const keptCheckpoint = `{"version":1,"app":"1400000000","groupType":null,"limit":10000,"next":"4454685361","totalCount":25000,"groups":10000,"duplicates":2,"pages":1,"requests":3,"retries":2,"elapsedMs":84}`

func TestACheckpointComesBackAsItWasWritten(t *testing.T) {
	for _, c := range []Checkpoint{
		{App: "1400000000", Limit: 10000, Next: 4454685361, TotalCount: 25000, Groups: 10000, Duplicates: 2, Pages: 1, Requests: 3, Retries: 2, ElapsedMs: 84},
		{App: "1", GroupType: "Private", Limit: 1, Ended: true},
		{App: "https://proxy.example/chat", GroupType: "Community", Limit: 7, Next: 1<<63 - 1, TotalCount: strictjson.MaxSafeInteger, ElapsedMs: strictjson.MaxSafeInteger},
		{App: "any \"text\"\n群", Limit: 1},
		{App: "1", GroupType: "Private", Limit: 1, GroupTypes: []restapi.GroupType{"Public", "Private"}, EarlierTotalCount: 7, TotalCount: 12},
		{App: "1", GroupType: "Public", Limit: 1, GroupTypes: []restapi.GroupType{"Public"}},
		{App: "1", Limit: 1, TotalCount: 3, MaxTotalCount: 4},
		{App: "1", Limit: 1, TotalCount: 3, MaxTotalCount: strictjson.MaxSafeInteger},
	} {
		c.MaxTotalCount = max(c.MaxTotalCount, c.TotalCount)
		again, err := ReadCheckpoint([]byte(c.JSON()))
		require.NoError(t, err, c.JSON())
		assert.Equal(t, &c, again)
	}
}

func TestACheckpointMayBeWrittenInAnotherWay(t *testing.T) {
	want, err := ReadCheckpoint([]byte(keptCheckpoint))
	require.NoError(t, err)
	got, err := ReadCheckpoint([]byte(` { "elapsedMs":84, "retries":2,"requests":3,"pages":1,"duplicates":2,"groups":10000,"totalCount":25000,
		"next":"4454685361","limit":10000,"groupType":null,"app":"1400000000","version":1,"note":{"mine":[1]},"note":2 }`))
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestWhatIsNoCheckpointIsRefusedInWords(t *testing.T) {
	change := func(from, to string) string {
		changed := strings.Replace(keptCheckpoint, from, to, 1)
		require.NotEqual(t, keptCheckpoint, changed)
		return changed
	}
	const not = "is not a checkpoint of this package: "
	for _, test := range []struct{ text, problem string }{
		{``, not + "the text ends where an object should be at byte 0"},
		{`"page 3"`, not + "unexpected character where an object should be at byte 0"},
		{`[]`, not + "unexpected character where an object should be at byte 0"},
		{`{}`, not + "it has no version"},
		{keptCheckpoint + "x", not + "more text after the value at byte 182"},
		{keptCheckpoint[:100], not + "the text ends where a comma or the object's end should be at byte 100"},
		{change(`"version":1`, `"version":2`), "has version 2, but this release reads version 1"},
		{change(`"version":1`, `"version":0`), not + "its version, limit or groupType is invalid"},
		{`{"version":2,"next":7}`, "has version 2, but this release reads version 1"},
		{change(`"version":1`, `"version":"1"`), not + "in version: unexpected character where a whole number should be at byte 11"},
		{change(`"version":1,`, ``), not + "it has no version"},
		{change(`"app":"1400000000",`, ``), not + "it has no app"},
		{change(`"groupType":null,`, ``), not + "it has no groupType"},
		{change(`"limit":10000,`, ``), not + "it has no limit"},
		{change(`"next":"4454685361",`, ``), not + "it has no next"},
		{change(`"totalCount":25000,`, ``), not + "it has no totalCount"},
		{change(`"retries":2,`, ``), not + "it has no retries"},
		{change(`,"elapsedMs":84`, ``), not + "it has no elapsedMs"},
		{change(`"4454685361"`, `4454685361`), not + "in next: unexpected character where a string should be at byte 70"},
		{change(`"4454685361"`, `"-1"`), not + "its next is not a cursor"},
		{change(`"4454685361"`, `"9223372036854775808"`), not + "its next is not a cursor"},
		{change(`"4454685361"`, `"1.5"`), not + "its next is not a cursor"},
		{change(`"groups":10000`, `"groups":-1`), not + "its groups is not a count"},
		{change(`"groups":10000`, `"groups":9007199254740992`), not + "its groups is not a count"},
		{change(`"groups":10000`, `"groups":10000,"maxTotalCount":-1`), not + "its maxTotalCount is not a count"},
		{change(`"groups":10000`, `"groups":10000,"maxTotalCount":"7"`), not + "in maxTotalCount: unexpected character where a whole number should be at byte 133"},
		{change(`"groups":10000`, `"groups":1e4`), not + "in groups: a number that is not a whole one of at most 64 bits at byte 111"},
		{change(`"groups":10000`, `"groups":1,"groups":1`), not + "a second groups at byte 122"},
		{change(`"limit":10000`, `"limit":0`), not + "its version, limit or groupType is invalid"},
		{change(`"limit":10000`, `"limit":10001`), not + "its version, limit or groupType is invalid"},
		{change(`"groupType":null`, `"groupType":"public"`), not + "its version, limit or groupType is invalid"},
		{change(`"groupType":null`, `"groupType":"Work"`), not + "its version, limit or groupType is invalid"},
		{change(`"groupType":null`, `"groupType":"Public,Private"`), not + "its version, limit or groupType is invalid"},
		{change(`"groupType":null`, `"groupType":"Public","groupTypes":["Public","Private"]`), not + "it has no earlierTotalCount"},
	} {
		c, err := ReadCheckpoint([]byte(test.text))
		assert.Nil(t, c)
		assert.EqualError(t, err, test.problem, test.text)
	}
}

func TestACheckpointBelongsToOneAppAndOneGroupType(t *testing.T) {
	for _, test := range []struct {
		given  with
		resume string
		want   string // a part of the refusal, or nothing
	}{
		{good, keptCheckpoint, ""},
		{good.and(with{"region": text("seoul")}), keptCheckpoint, ""},
		{good.and(with{"sdkAppId": num("1400000001")}), keptCheckpoint, "resume belongs to another app: it is of 1400000000, this listing is of 1400000001."},
		{good.and(with{"groupType": text("Public")}), keptCheckpoint, "resume belongs to another listing: it lists all group types at once, this listing lists Public."},
		{with{"proxy": text("https://proxy.example"), "sdkAppId": num("1400000000")}, keptCheckpoint, ""},
		{with{"proxy": text("https://proxy.example")}, keptCheckpoint, "resume belongs to another app: it is of 1400000000, this listing is of https://proxy.example."},
		{good.and(with{"next": text("0")}), keptCheckpoint, "resume and next are both given: a checkpoint has a cursor of its own."},
	} {
		o, failure := test.given.and(with{"resume": checkpoint(test.resume)}).on("server", "")
		if test.want == "" {
			require.Nil(t, failure, "%v", failure)
			assert.Equal(t, int64(4454685361), o.Resume.Next)
			continue
		}
		requireRefused(t, failure)
		assert.Equal(t, test.want, withOptionNames(failure.Message))
		assert.Equal(t, "resume", failure.Option)
	}
}

func TestACheckpointHoldsNoSecretAndNoName(t *testing.T) {
	o, failure := good.and(with{"identifier": text("the-admins-name")}).on("server", "")
	require.Nil(t, failure)
	engine := NewEngine()
	id, _ := engine.Open(o, 0)
	engine.Step(id, 0, 0, Event{Report: Signed, Text: madeUpUserSig})
	checkpoint := engine.Close(id, 0).JSON()
	assert.NotContains(t, checkpoint, "admin")
	assert.NotContains(t, checkpoint, madeUpUserSig[:8])
}
