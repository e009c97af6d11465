package sandbox

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListingIsComplete(t *testing.T) {
	groups := NewGenerator(1, false).Generate(2345)
	for _, groupType := range append([]string{""}, GroupTypes...) {
		for _, limit := range []int{100, 999, 10_000} {
			t.Run(fmt.Sprintf("GroupType %q, Limit %d", groupType, limit), func(t *testing.T) {
				a := newApp(t, groups)
				want := idsOf(groups, groupType)
				filter := ""
				if groupType != "" {
					filter = fmt.Sprintf(`,"GroupType":%q`, groupType)
				}
				ids, next := []string{}, uint64(0)
				for first := true; first || next != 0; first = false {
					answer := a.list(t, fmt.Sprintf(`{"Limit":%d,"Next":%d%s}`, limit, next, filter))
					require.Equal(t, "OK", answer.ActionStatus)
					require.Zero(t, answer.ErrorCode)
					require.Equal(t, len(want), answer.TotalCount)
					require.LessOrEqual(t, len(answer.GroupIDList), limit)
					ids = append(ids, answer.ids()...)
					next = answer.Next
				}
				assert.Equal(t, want, ids)
			})
		}
	}
}

func TestEmptyBody(t *testing.T) {
	groups := NewGenerator(1, false).Generate(10_001)
	a := newApp(t, groups)
	answer := a.list(t, `{}`)
	assert.Equal(t, idsOf(groups[:10_000], ""), answer.ids())
	assert.NotZero(t, answer.Next)
	rest := a.list(t, fmt.Sprintf(`{"Next":%d,"Unknown":[null]}`, answer.Next))
	assert.Equal(t, idsOf(groups[10_000:], ""), rest.ids())
	assert.Zero(t, rest.Next)
}

func TestCursorFitsAnyLimit(t *testing.T) {
	groups := NewGenerator(1, false).Generate(100)
	a := newApp(t, groups)
	next := a.list(t, `{"Limit":30}`).Next
	assert.Equal(t, idsOf(groups[30:37], ""), a.list(t, fmt.Sprintf(`{"Limit":7,"Next":%d}`, next)).ids())
}

func TestNoGroups(t *testing.T) {
	a := newApp(t, nil)
	body := a.post(commandPath, signedQuery(t), `{}`).Body.String()
	assert.Equal(t, `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":0,"GroupIdList":[],"Next":0}`, body)
}

func TestVendorSample(t *testing.T) {
	a := newApp(t, []Group{{`@TGS#2J4SZEAEL`, "Public"}, {`<a href="x">&\é` + "\u2028", "Public"}})
	response := a.post(commandPath, signedQuery(t), `{}`)
	assert.Equal(t, 200, response.Code)
	assert.Equal(t, "application/json", response.Header().Get("Content-Type"))
	assert.Equal(t, `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":2,`+
		`"GroupIdList":[{"GroupId":"@TGS#2J4SZEAEL"},`+
		`{"GroupId":"<a href=\"x\">&\\é\u2028"}],"Next":0}`, response.Body.String())
}

func TestPageOver1MB(t *testing.T) {
	a := newApp(t, NewGenerator(1, true).Generate(10_000))
	assert.Equal(t, codeAnswerTooLong, a.list(t, `{}`).ErrorCode)
	answer := a.list(t, `{"Limit":5000}`)
	assert.Equal(t, "OK", answer.ActionStatus)
	assert.Len(t, answer.GroupIDList, 5000)
}

// userSigOf encodes a text as a UserSig encodes its JSON.
func userSigOf(t *testing.T, text string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return strings.NewReplacer("+", "*", "/", "-", "=", "_").Replace(base64.StdEncoding.EncodeToString(packed.Bytes()))
}

func TestErrorCodes(t *testing.T) {
	set := func(name, value string) func(url.Values) {
		return func(query url.Values) { query.Set(name, value) }
	}
	valid := sign(t, testApp, testKey, testAdmin)
	tests := []struct {
		name   string
		path   string // default: the command's
		change func(url.Values)
		body   string // default: {}
		code   int
	}{
		{name: "another command of the service", path: "/v4/group_open_http_svc/create_group", code: 10003},
		{name: "another path", path: "/v4/openim/sendmsg", code: 60009},
		{name: "the path with a slash too many", path: "/" + commandPath, code: 60009},
		{name: "no sdkappid", change: func(query url.Values) { query.Del("sdkappid") }, code: 60012},
		{name: "sdkappid is a word", change: set("sdkappid", "app"), code: 60006},
		{name: "sdkappid 0", change: set("sdkappid", "0"), code: 60006},
		{name: "sdkappid 2^32", change: set("sdkappid", "4294967296"), code: 60006},
		{name: "another app's sdkappid", change: set("sdkappid", "1400000001"), code: 70020},
		{name: "no contenttype", change: func(query url.Values) { query.Del("contenttype") }, code: 60002},
		{name: "contenttype xml", change: set("contenttype", "xml"), code: 60002},
		{name: "no random", change: func(query url.Values) { query.Del("random") }, code: 60002},
		{name: "random 2^32", change: set("random", "4294967296"), code: 60002},
		{name: "random −1", change: set("random", "-1"), code: 60002},
		{name: "no identifier", change: func(query url.Values) { query.Del("identifier") }, code: 60004},
		{name: "no usersig", change: func(query url.Values) { query.Del("usersig") }, code: 70002},
		{name: "usersig is no base64", change: set("usersig", "not a signature"), code: 70003},
		{name: "usersig is cut short", change: set("usersig", valid[:len(valid)/2]), code: 70003},
		{name: "usersig holds no JSON", change: set("usersig", userSigOf(t, "not JSON")), code: 70003},
		{name: "usersig holds JSON of wrong types", change: set("usersig", userSigOf(t, `{"TLS.sdkappid":"1"}`)),
			code: 70003},
		{name: "usersig made with another key", change: set("usersig", sign(t, testApp, "other", testAdmin)), code: 70009},
		{name: "usersig made for another identifier", change: set("usersig", sign(t, testApp, testKey, "bob")), code: 70013},
		{name: "usersig made for another app", change: set("usersig", sign(t, 1400000001, testKey, testAdmin)), code: 70014},
		{name: "an identifier that is no admin", change: func(query url.Values) {
			query.Set("identifier", "bob")
			query.Set("usersig", sign(t, testApp, testKey, "bob"))
		}, code: 10007},
		{name: "an empty body", body: " ", code: 60002},
		{name: "a cut-off body", body: `{"Limit":`, code: 60002},
		{name: "two bodies", body: `{}{}`, code: 60002},
		{name: "a body over 64 KiB", body: `{"a":"` + strings.Repeat("a", 64<<10) + `"}`, code: 60002},
		{name: "an array", body: `[]`, code: 10004},
		{name: "null", body: `null`, code: 10004},
		{name: "Limit 0", body: `{"Limit":0}`, code: 10004},
		{name: "Limit 10001", body: `{"Limit":10001}`, code: 10004},
		{name: "Limit −1", body: `{"Limit":-1}`, code: 10004},
		{name: "Limit 1.5", body: `{"Limit":1.5}`, code: 10004},
		{name: "Limit 1e3", body: `{"Limit":1e3}`, code: 10004},
		{name: "Limit is a string", body: `{"Limit":"20"}`, code: 10004},
		{name: "Limit null", body: `{"Limit":null}`, code: 10004},
		{name: "Next −1", body: `{"Next":-1}`, code: 10004},
		{name: "Next is a string", body: `{"Next":"0"}`, code: 10004},
		{name: "Next that was never given", body: `{"Next":4454685361}`, code: 10004},
		{name: "Next beyond 64 bits", body: `{"Next":99999999999999999999}`, code: 10004},
		{name: "GroupType public", body: `{"GroupType":"public"}`, code: 10004},
		{name: "GroupType Work", body: `{"GroupType":"Work"}`, code: 10004},
		{name: "GroupType is empty", body: `{"GroupType":""}`, code: 10004},
		{name: "GroupType is a number", body: `{"GroupType":1}`, code: 10004},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newApp(t, NewGenerator(1, false).Generate(10))
			path, query, body := commandPath, signedQuery(t), `{}`
			if test.path != "" {
				path = test.path
			}
			if test.change != nil {
				test.change(query)
			}
			if test.body != "" {
				body = test.body
			}
			response := a.post(path, query, body)
			answer := read(t, response.Body.Bytes())
			assert.Equal(t, 200, response.Code)
			assert.Equal(t, "FAIL", answer.ActionStatus)
			assert.Equal(t, test.code, answer.ErrorCode)
			assert.NotEmpty(t, answer.ErrorInfo)
			assert.Nil(t, answer.GroupIDList)
			assert.EqualValues(t, test.code, a.lines.last(t)["code"])
		})
	}
}

func TestOnlyPOST(t *testing.T) {
	a := newApp(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		recorder := httptest.NewRecorder()
		a.ServeHTTP(recorder, httptest.NewRequest(method, commandPath+"?"+signedQuery(t).Encode(), strings.NewReader(`{}`)))
		assert.Equal(t, codeUnreadable, read(t, recorder.Body.Bytes()).ErrorCode)
	}
}

func TestExpiredSignature(t *testing.T) {
	a := newApp(t, nil)
	query := signedQuery(t)
	a.clock.Advance(59 * time.Minute)
	assert.Equal(t, 0, read(t, a.post(commandPath, query, `{}`).Body.Bytes()).ErrorCode)
	a.clock.Advance(2 * time.Minute)
	assert.Equal(t, codeSigExpired, read(t, a.post(commandPath, query, `{}`).Body.Bytes()).ErrorCode)
}

func TestOneCallPerSecond(t *testing.T) {
	a := newApp(t, nil)
	query := signedQuery(t)
	wrong := signedQuery(t)
	wrong.Set("usersig", "x")
	otherApp := signedQuery(t)
	otherApp.Set("sdkappid", "1400000001")
	steps := []struct {
		name  string
		after time.Duration
		query url.Values
		body  string
		code  int
	}{
		{"the first", 0, query, `{}`, 0},
		{"too early", 999 * time.Millisecond, query, `{}`, codeTooOften},
		{"a second after the first, but not after the throttled one", time.Millisecond, query, `{}`, codeTooOften},
		{"a second later", time.Second, query, `{}`, 0},
		{"wrongly signed: refused, and counted", time.Second, wrong, `{}`, codeSigCorrupt},
		{"right after it", 10 * time.Millisecond, query, `{}`, codeTooOften},
		{"a body that is no JSON: counted", time.Second, query, `{`, codeUnreadable},
		{"right after it", 10 * time.Millisecond, query, `{}`, codeTooOften},
		{"another app's: not counted", 900 * time.Millisecond, otherApp, `{}`, codeAppDoesNotExist},
		{"a second after the last that counted", 100 * time.Millisecond, query, `{}`, 0},
	}
	for _, step := range steps {
		a.clock.Advance(step.after)
		assert.Equal(t, step.code, read(t, a.post(commandPath, step.query, step.body).Body.Bytes()).ErrorCode, step.name)
	}
}

func TestLatencyBeforeArrival(t *testing.T) {
	latency := Latency{5 * time.Millisecond, 400 * time.Millisecond}
	a := newApp(t, nil, func(c *Config) { c.Latency = latency })
	var before time.Time
	for call := range uint64(20) {
		a.clock.Advance(time.Second)
		in, out := latency.split(7, call+1)
		sent := a.clock.Now()
		assert.Equal(t, 0, read(t, a.post(commandPath, signedQuery(t), `{}`).Body.Bytes()).ErrorCode)
		assert.Equal(t, in+out, a.clock.Now().Sub(sent))
		arrived := sent.Add(in)
		if call > 0 {
			assert.InDelta(t, milliseconds(arrived.Sub(before)), a.lines.last(t)["gapMs"], 0.002)
		}
		before = arrived
	}
}

func TestIntervalZero(t *testing.T) {
	a := newApp(t, nil, func(c *Config) { c.Interval = 0 })
	for range 3 {
		assert.Equal(t, 0, read(t, a.post(commandPath, signedQuery(t), `{}`).Body.Bytes()).ErrorCode)
	}
}

func TestCallLog(t *testing.T) {
	groups := NewGenerator(1, false).Generate(50)
	a := newApp(t, groups)
	next := a.list(t, `{"Limit":1}`).Next
	a.clock.Advance(500 * time.Millisecond)
	a.list(t, fmt.Sprintf(`{"Limit":2,"Next":%d,"GroupType":"Public"}`, next))
	line := a.lines.last(t)
	delete(line, "time")
	assert.Equal(t, map[string]any{
		"level": "INFO", "msg": "call", "call": 2.0, "arrivalMs": 2500.0, "gapMs": 1500.0, "counted": true,
		"limit": 2.0, "next": strconv.FormatUint(next, 10), "groupType": "Public", "code": 0.0, "ids": 2.0,
	}, line)

	userSig := signedQuery(t).Get("usersig")
	a.list(t, fmt.Sprintf(`{"GroupType":%q,"Limit":%q,"Next":%q}`, userSig, userSig, userSig))
	a.post("/"+userSig, url.Values{"usersig": {userSig}}, userSig)
	for _, secret := range []string{userSig, userSig[20:60], testKey, "usersig", "?"} {
		assert.NotContains(t, a.lines.String(), secret)
	}
}
