//go:build js && wasm

package main

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/wasm/border/bordertest"
)

const who = `{"call":"listAllGroups","runtime":"server","origin":"","options":{"sdkAppId":1400000000,"identifier":"administrator","userSig":{"kind":"secret"}}}`

func report(id int32, nowMs float64, event string) string {
	step(id, nowMs, 7, bordertest.Write(event))
	return bordertest.Text()
}

func writeBody(t *testing.T, text string) {
	room := body(int32(len(text)))
	require.NotNil(t, room)
	copy(unsafe.Slice((*byte)(room), len(text)), text)
}

func TestAListingCrossesTheBorder(t *testing.T) {
	open(bordertest.Write(who), 1000)
	id := bordertest.ListingID()
	require.NotZero(t, id)
	assert.JSONEq(t, `{"do":"sign"}`, bordertest.Text())

	fetch := report(id, 1000, `{"report":"signed","text":"made*up"}`)
	assert.Contains(t, fetch, `"do":"fetch","url":"https://console.tim.qq.com/v4/group_open_http_svc/get_appid_group_list?sdkappid=1400000000&identifier=administrator&usersig=made%2Aup&random=7&contenttype=json","body":"{}"`)

	assert.JSONEq(t, `{"do":"read","maxBytes":2097152}`, report(id, 1050, `{"report":"headers","status":200,"retryAfterMs":0}`))
	writeBody(t, `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"a"},{"GroupId":"ü"}],"Next":0}`)
	page := report(id, 1060, `{"report":"body"}`)
	assert.Contains(t, page, `"do":"page","count":2,"totalCount":2,"next":null`)
	assert.Equal(t, "a\nü", bordertest.IDs())

	assert.Contains(t, report(id, 1070, `{"report":"taken","duplicates":0}`), `"do":"done","totalCount":2,"complete":true`)
	assert.Contains(t, report(id, 1080, `{"report":"tick"}`), `"kind":"internal"`, "the listing is forgotten")
}

func TestWrongOptionsOpenNothing(t *testing.T) {
	open(bordertest.Write(strings.Replace(who, `{"kind":"secret"}`, `{"kind":"number"}`, 1)), 0)
	assert.Zero(t, bordertest.ListingID())
	assert.Contains(t, bordertest.Text(), `"do":"fail","failure":{"kind":"validation"`)
}

func TestAReportThatCannotBeReadEndsTheListing(t *testing.T) {
	open(bordertest.Write(who), 0)
	id := bordertest.ListingID()
	assert.Contains(t, report(id, 0, `{"report":`), `"kind":"internal"`)
	closeListing(id, 0)
	assert.Empty(t, bordertest.Text())
}

func TestAnAnswerHasNothingOfTheOneBefore(t *testing.T) {
	for i, text := range []string{`{"ErrorCode":10002,"ErrorInfo":"a long answer"}`, `{"ErrorCode":1}`, ``} {
		now := float64(10_000 * (i + 1))
		open(bordertest.Write(who), now)
		id := bordertest.ListingID()
		require.Contains(t, report(id, now, `{"report":"signed","text":"made*up"}`), `"do":"fetch"`)
		require.Contains(t, report(id, now, `{"report":"headers","status":200,"retryAfterMs":0}`), `"do":"read"`)
		writeBody(t, text)
		answered := report(id, now, `{"report":"body"}`)
		switch {
		case text == "":
			assert.Contains(t, answered, "it is empty")
		default:
			assert.Contains(t, answered, `"code":`)
		}
		closeListing(id, now)
	}
}

func TestClosingLetsTheNextListingGoOn(t *testing.T) {
	open(bordertest.Write(who), 50000)
	first := bordertest.ListingID()
	report(first, 50000, `{"report":"signed","text":"made*up"}`)
	open(bordertest.Write(who), 50000)
	second := bordertest.ListingID()
	assert.JSONEq(t, `{"do":"wait"}`, report(second, 50000, `{"report":"signed","text":"made*up"}`))

	closeListing(first, 50100)
	assert.Contains(t, bordertest.Text(), `"next":"0"`)
	assert.Equal(t, second, bordertest.WokenID())
	assert.JSONEq(t, `{"do":"wait","ms":1000}`, report(second, 50100, `{"report":"tick"}`))
	closeListing(second, 50100)
}

func TestSignaturesAreTakenOutOfTexts(t *testing.T) {
	open(bordertest.Write(who), 100000)
	id := bordertest.ListingID()
	report(id, 100000, `{"report":"signed","text":"made*up"}`)
	redact(id, bordertest.Write("GET ?x=made%2Aup and made*up"))
	assert.Equal(t, "GET ?x=[redacted] and [redacted]", bordertest.Text())
	closeListing(id, 100000)
}
