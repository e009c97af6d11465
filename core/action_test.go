package core

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/internal/strictjson"
)

func TestAnEventCrossesTheBorder(t *testing.T) {
	for _, test := range []struct {
		text string
		want Event
	}{
		{`{"report":"tick"}`, Event{Report: Tick}},
		{`{"report":"signed","text":"eJy*-_"}`, Event{Report: Signed, Text: "eJy*-_"}},
		{`{"report":"headers","status":200,"retryAfterMs":7000}`, Event{Report: Headers, Status: 200, RetryAfterMs: 7000}},
		{`{"report":"networkFailed","text":"half \ud800","code":"ECONNRESET","unusedProxy":"HTTPS_PROXY"}`,
			Event{Report: NetworkFailed, Text: "half \ufffd", Code: "ECONNRESET", UnusedProxy: "HTTPS_PROXY"}},
		{` { "duplicates" : 3, "unknown":[1], "report" : "taken" } `, Event{Report: Taken, Duplicates: 3}},
	} {
		event, failure := ReadEvent([]byte(test.text))
		require.Nil(t, failure, test.text)
		assert.Equal(t, test.want, event)
	}
	for _, text := range []string{``, `[]`, `{"report":7}`, `{"report":"tick"}x`, `{"status":2.5}`, `{"retryAfterMs":"7"}`, `{"report":"\ud800"}`} {
		_, failure := ReadEvent([]byte(text))
		require.NotNil(t, failure, text)
		assert.Equal(t, InternalFailure, failure.Kind)
		requireSentence(t, failure.Message)
	}
}

func TestATimeIsRoundedUpForTheHost(t *testing.T) {
	for ms, want := range map[float64]int64{0: 0, 0.1: 1, 1: 1, 999.0001: 1000, 1e300: strictjson.MaxSafeInteger, strictjson.MaxSafeInteger: strictjson.MaxSafeInteger} {
		assert.Equal(t, want, ceil(ms))
	}
}
