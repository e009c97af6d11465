package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faulty is a sandbox that plays a script, on a real socket.
type faulty struct {
	app
	groups []Group
	url    string
	client *http.Client
	ended  chan struct{} // receives when a call's handler has returned
}

func newFaulty(t *testing.T, groups int, script string) faulty {
	t.Helper()
	faults, err := ParseScript([]byte(script))
	require.NoError(t, err)
	f := faulty{groups: NewGenerator(1, false).Generate(groups), ended: make(chan struct{}, 1000)}
	f.app = newApp(t, f.groups, func(c *Config) { c.Faults = faults })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { f.ended <- struct{}{} }()
		f.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	f.client = &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return f
}

// call makes a call and reads the response, as far as it arrives.
func (f faulty) call(t *testing.T, body string) (*http.Response, []byte, error) {
	t.Helper()
	response, err := f.send(t, t.Context(), body)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response, text, err
}

func (f faulty) send(t *testing.T, ctx context.Context, body string) (*http.Response, error) {
	t.Helper()
	target := f.url + commandPath + "?" + signedQuery(t).Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(body))
	require.NoError(t, err)
	return f.client.Do(request)
}

// page makes a call an interval after the one before, and expects a page.
func (f faulty) page(t *testing.T, body string) answered {
	t.Helper()
	f.clock.Advance(time.Second)
	_, text, err := f.call(t, body)
	require.NoError(t, err)
	answer := read(t, text)
	require.Equal(t, "OK", answer.ActionStatus, "%s", text)
	return answer
}

// whole returns the answer to a call without a fault.
func whole(t *testing.T, groups int) []byte {
	t.Helper()
	_, text, err := newFaulty(t, groups, `[]`).call(t, `{}`)
	require.NoError(t, err)
	return text
}

func TestLostRequest(t *testing.T) {
	f := newFaulty(t, 3, `[{"fault":"lost-request","call":2}]`)
	f.page(t, `{}`)
	f.clock.Advance(600 * time.Millisecond)
	_, _, err := f.call(t, `{}`)
	require.ErrorIs(t, err, io.EOF)
	assert.Equal(t, lostRequest, f.lines.last(t)["fault"])
	assert.Equal(t, false, f.lines.last(t)["counted"])
	f.clock.Advance(400 * time.Millisecond)
	_, text, err := f.call(t, `{}`)
	require.NoError(t, err)
	assert.Zero(t, read(t, text).ErrorCode)
}

func TestLostAnswer(t *testing.T) {
	f := newFaulty(t, 3, `[{"fault":"lost-answer","call":1}]`)
	_, _, err := f.call(t, `{}`)
	require.ErrorIs(t, err, syscall.ECONNRESET)
	assert.Equal(t, true, f.lines.last(t)["counted"])
	_, text, err := f.call(t, `{}`)
	require.NoError(t, err)
	assert.Equal(t, codeTooOften, read(t, text).ErrorCode)
}

func TestBrokenBody(t *testing.T) {
	want := whole(t, 500)
	for kind, wantErr := range map[string]error{resetBody: syscall.ECONNRESET, truncateBody: io.ErrUnexpectedEOF} {
		for script, sent := range map[string]int{
			`[{"fault":%q,"call":1}]`:              len(want) / 2,
			`[{"fault":%q,"call":1,"bytes":1000}]`: 1000,
			`[{"fault":%q,"call":1,"bytes":0}]`:    0,
		} {
			script = fmt.Sprintf(script, kind)
			t.Run(script, func(t *testing.T) {
				f := newFaulty(t, 500, script)
				response, text, err := f.call(t, `{}`)
				require.ErrorIs(t, err, wantErr)
				if response != nil { // a reset may overtake what was sent before it
					assert.EqualValues(t, len(want), response.ContentLength)
				}
				if kind == truncateBody {
					assert.Equal(t, want[:sent], text)
				}
			})
		}
	}
}

func TestStallEndsWithClient(t *testing.T) {
	t.Run("before the headers", func(t *testing.T) {
		f := newFaulty(t, 3, `[{"fault":"stall-headers","call":1}]`)
		logged := make(chan struct{})
		f.lines.told = func() { close(logged) }
		ctx, giveUp := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, err := f.send(t, ctx, `{}`)
			failed <- err
		}()
		<-logged
		giveUp()
		assert.ErrorIs(t, <-failed, context.Canceled)
		<-f.ended
	})
	t.Run("in the body", func(t *testing.T) {
		f := newFaulty(t, 500, `[{"fault":"stall-body","call":1,"bytes":1234}]`)
		ctx, giveUp := context.WithCancel(t.Context())
		response, err := f.send(t, ctx, `{}`)
		require.NoError(t, err)
		defer response.Body.Close()
		text := make([]byte, 1234)
		_, err = io.ReadFull(response.Body, text)
		require.NoError(t, err)
		assert.Equal(t, whole(t, 500)[:1234], text)
		giveUp()
		_, err = response.Body.Read(text)
		require.ErrorIs(t, err, context.Canceled)
		<-f.ended
	})
}

func TestStallEndsWithServer(t *testing.T) {
	for kind, wantErr := range map[string]error{stallHeaders: io.EOF, stallBody: io.ErrUnexpectedEOF} {
		t.Run(kind, func(t *testing.T) {
			f := newFaulty(t, 3, fmt.Sprintf(`[{"fault":%q,"call":1}]`, kind))
			f.lines.told = f.Stop
			_, _, err := f.call(t, `{}`)
			assert.ErrorIs(t, err, wantErr)
			<-f.ended
		})
	}
}

func TestDelay(t *testing.T) {
	f := newFaulty(t, 3, `[{"fault":"delay","call":2,"in":"300ms","out":"2s"}]`)
	f.page(t, `{}`)
	sent := f.clock.Now()
	f.page(t, `{}`)
	assert.Equal(t, 3300*time.Millisecond, f.clock.Now().Sub(sent))
	assert.Equal(t, 1300.0, f.lines.last(t)["gapMs"])
}

func TestOversize(t *testing.T) {
	f := newFaulty(t, 3, `[{"fault":"oversize","call":1,"bytes":3145728}]`)
	response, text, err := f.call(t, `{}`)
	require.NoError(t, err)
	assert.Len(t, text, 3<<20)
	assert.EqualValues(t, 3<<20, response.ContentLength)
	assert.Len(t, read(t, text).GroupIDList, 3)
}

func TestEndlessAnswer(t *testing.T) {
	f := newFaulty(t, 3, `[{"fault":"oversize","call":1}]`)
	response, err := f.send(t, t.Context(), `{}`)
	require.NoError(t, err)
	assert.EqualValues(t, -1, response.ContentLength)
	start := make([]byte, 4<<20)
	_, err = io.ReadFull(response.Body, start)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(start), `{"ActionStatus":"OK"`))
	require.NoError(t, response.Body.Close())
	<-f.ended
}

func TestStopEndsEndlessAnswer(t *testing.T) {
	f := newFaulty(t, 3, `[{"fault":"oversize","call":1}]`)
	response, err := f.send(t, t.Context(), `{}`)
	require.NoError(t, err)
	defer response.Body.Close()
	f.Stop()
	_, err = io.Copy(io.Discard, response.Body)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	<-f.ended
}

func TestMessages(t *testing.T) {
	right := string(whole(t, 20))
	tests := map[string]struct {
		script   string
		status   int
		header   map[string]string
		body     string
		contains string
	}{
		"HTTP 502": {
			script: `{"fault":"status","status":502}`, status: 502,
			header:   map[string]string{"Content-Type": "text/html; charset=utf-8", "Retry-After": ""},
			contains: "502 Bad Gateway",
		},
		"HTTP 503 with Retry-After and a body": {
			script: `{"fault":"status","status":503,"retryAfter":"7","body":"<p>\nbusy"}`, status: 503,
			header: map[string]string{"Retry-After": "7"}, body: "<p>\nbusy",
		},
		"HTTP 429 with an empty body": {script: `{"fault":"status","status":429,"body":""}`, status: 429, body: ""},
		"a gateway that shows the URL": {
			script: `{"fault":"status","status":502,"echoUrl":true}`, status: 502,
			contains: commandPath + "?contenttype=json&identifier=administrator",
		},
		"HTML": {script: `{"fault":"html"}`, status: 200,
			header: map[string]string{"Content-Type": "text/html; charset=utf-8"}, contains: "<html>"},
		"HTML with the URL": {script: `{"fault":"html","body":"Log in: ","echoUrl":true}`, status: 200,
			contains: "&usersig="},
		"a redirect": {script: `{"fault":"redirect"}`, status: 307,
			header: map[string]string{"Location": "/elsewhere"}},
		"a redirect of 302": {script: `{"fault":"redirect","status":302,"location":"http://localhost:1/"}`, status: 302,
			header: map[string]string{"Location": "http://localhost:1/"}},
		"an ErrorCode": {script: `{"fault":"code","code":10002}`, status: 200, contains: `"ErrorCode":10002`},
		"an ErrorInfo": {script: `{"fault":"code","code":70001,"info":"no\nmore"}`, status: 200,
			body: `{"ActionStatus":"FAIL","ErrorInfo":"no\nmore","ErrorCode":70001}`},
		"an ErrorInfo + URL": {script: `{"fault":"code","code":70003,"echoUrl":true}`, status: 200, contains: "&usersig="},
		"cut-off JSON": {
			script: `{"fault":"cut-json"}`, status: 200, header: map[string]string{"Content-Type": "application/json"},
			body: right[:len(right)/2],
		},
		"cut-off JSON at a place": {script: `{"fault":"cut-json","bytes":7}`, status: 200, body: right[:7]},
		"no JSON at all":          {script: `{"fault":"cut-json","bytes":0}`, status: 200, body: ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFaulty(t, 20, `[`+strings.Replace(test.script, "{", `{"call":1,`, 1)+`]`)
			response, text, err := f.call(t, `{}`)
			require.NoError(t, err)
			assert.Equal(t, test.status, response.StatusCode)
			for name, value := range test.header {
				assert.Equal(t, value, response.Header.Get(name), name)
			}
			if test.contains != "" {
				assert.Contains(t, string(text), test.contains)
			} else {
				assert.Equal(t, test.body, string(text))
			}
			assert.NotContains(t, f.lines.String(), "usersig")
		})
	}
}

func TestRedirectEchoesQuery(t *testing.T) {
	f := newFaulty(t, 3, `[{"fault":"redirect","call":1,"echoUrl":true}]`)
	response, _, err := f.call(t, `{}`)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(response.Header.Get("Location"), "/elsewhere?contenttype=json&"))
	assert.Contains(t, response.Header.Get("Location"), "usersig=")
}

func TestWrongJSON(t *testing.T) {
	const ids = `"GroupIdList":[{"GroupId":"@TGS#2J4SZEAEL"}]`
	const right = `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":1,` + ids + `,"Next":0}`
	tests := map[string][2]string{ // what of the right answer becomes what
		"no-next":            {`,"Next":0`, ``},
		"next-null":          {`"Next":0`, `"Next":null`},
		"next-string":        {`"Next":0`, `"Next":"4454685361"`},
		"next-fraction":      {`"Next":0`, `"Next":4454685361.5`},
		"next-negative":      {`"Next":0`, `"Next":-4454685361`},
		"next-too-big":       {`"Next":0`, `"Next":18446744073709551616`},
		"next-twice":         {`"Next":0`, `"Next":0,"Next":4454685361`},
		"no-total-count":     {`"TotalCount":1,`, ``},
		"total-count-string": {`"TotalCount":1`, `"TotalCount":"25000"`},
		"no-list":            {ids + `,`, ``},
		"list-null":          {ids, `"GroupIdList":null`},
		"list-object":        {ids, `"GroupIdList":{"GroupId":"@TGS#2J4SZEAEL"}`},
		"list-of-strings":    {ids, `"GroupIdList":["@TGS#2J4SZEAEL"]`},
		"no-group-id":        {ids, `"GroupIdList":[{}]`},
		"group-id-number":    {ids, `"GroupIdList":[{"GroupId":1}]`},
		"group-id-bad-utf8":  {ids, "\"GroupIdList\":[{\"GroupId\":\"a\xff\xfe\"}]"},
		"group-id-half":      {ids, `"GroupIdList":[{"GroupId":"a\ud83d"}]`},
		"no-error-code":      {`"ErrorCode":0,`, ``},
		"error-code-string":  {`"ErrorCode":0`, `"ErrorCode":"0"`},
		"array":              {right, `[` + right + `]`},
		"trailing-text":      {right, right + `}`},
		"byte-order-mark":    {right, "\ufeff" + right},
	}
	for _, wrong := range wrongAnswers {
		t.Run(wrong.name, func(t *testing.T) {
			change, known := tests[wrong.name]
			require.True(t, known)
			f := newFaulty(t, 0, fmt.Sprintf(`[{"fault":"wrong-json","from":1,"variant":%q}]`, wrong.name))
			f.Server.list.insert(Group{"@TGS#2J4SZEAEL", "Public"})
			_, text, err := f.call(t, `{}`)
			require.NoError(t, err)
			assert.Equal(t, strings.Replace(right, change[0], change[1], 1), string(text))
			_, text, err = f.call(t, `{}`)
			require.NoError(t, err)
			assert.Equal(t, codeTooOften, read(t, text).ErrorCode, "a refusal stays as it is")
		})
	}
	assert.Len(t, tests, len(wrongAnswers))
}

func TestRepeatedCursor(t *testing.T) {
	f := newFaulty(t, 30, `[{"fault":"repeat-cursor","call":1},{"fault":"repeat-cursor","from":4,"to":5}]`)
	first := f.page(t, `{"Limit":10}`)
	again := f.page(t, fmt.Sprintf(`{"Limit":10,"Next":%d}`, first.Next))
	assert.Equal(t, first.ids(), again.ids(), "the first page's own cursor")
	second := f.page(t, fmt.Sprintf(`{"Limit":10,"Next":%d}`, again.Next))
	assert.Equal(t, idsOf(f.groups[10:20], ""), second.ids())
	for range 2 {
		stuck := f.page(t, fmt.Sprintf(`{"Limit":10,"Next":%d}`, second.Next))
		assert.Equal(t, idsOf(f.groups[20:], ""), stuck.ids())
		assert.Equal(t, second.Next, stuck.Next)
	}
	assert.Zero(t, f.page(t, fmt.Sprintf(`{"Limit":10,"Next":%d}`, second.Next)).Next)
}

func TestEmptyPageCursor(t *testing.T) {
	for _, groups := range []int{30, 10, 0} {
		f := newFaulty(t, groups, `[{"fault":"empty-page","call":1},{"fault":"empty-page","from":3,"to":5}]`)
		ids, next, cursors := []string{}, uint64(0), []uint64{}
		for first := true; first || next != 0; first = false {
			answer := f.page(t, fmt.Sprintf(`{"Limit":10,"Next":%d}`, next))
			ids = append(ids, answer.ids()...)
			next = answer.Next
			assert.NotContains(t, cursors, next)
			assert.Equal(t, groups, answer.TotalCount)
			cursors = append(cursors, next)
		}
		assert.Equal(t, idsOf(f.groups, ""), ids)
	}
}

func TestDuplicates(t *testing.T) {
	f := newFaulty(t, 30, `[{"fault":"duplicates","from":1,"to":2,"count":4},
		{"fault":"duplicates","call":3,"count":9999}]`)
	first := f.page(t, `{"Limit":10}`)
	assert.Equal(t, idsOf(f.groups[:10], ""), first.ids(), "nothing is before the first page")
	second := f.page(t, fmt.Sprintf(`{"Limit":10,"Next":%d}`, first.Next))
	assert.Equal(t, idsOf(f.groups[6:16], ""), second.ids())
	third := f.page(t, fmt.Sprintf(`{"Limit":10,"Next":%d}`, second.Next))
	assert.Equal(t, idsOf(f.groups[7:17], ""), third.ids(), "one group is new")
}

func TestDuplicatesByType(t *testing.T) {
	f := newFaulty(t, 100, `[{"fault":"duplicates","call":2,"count":2}]`)
	want := idsOf(f.groups, "Public")
	first := f.page(t, `{"Limit":5,"GroupType":"Public"}`)
	second := f.page(t, fmt.Sprintf(`{"Limit":5,"GroupType":"Public","Next":%d}`, first.Next))
	assert.Equal(t, want[3:8], second.ids())
}

func TestGroupsChange(t *testing.T) {
	f := newFaulty(t, 1000, `[{"fault":"groups-change","every":2,"created":30,"dismissed":20}]`)
	ids, next, total := []string{}, uint64(0), 1000
	for call := 1; call == 1 || next != 0; call++ {
		answer := f.page(t, fmt.Sprintf(`{"Limit":100,"Next":%d}`, next))
		if call%2 == 0 {
			total += 10
		}
		assert.Equal(t, total, answer.TotalCount)
		ids = append(ids, answer.ids()...)
		next = answer.Next
	}
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), len(ids), "no group is listed twice")

	dismissed, created := map[string]bool{}, map[string]bool{}
	for decoder := json.NewDecoder(strings.NewReader(f.lines.String())); ; {
		var line struct{ Created, Dismissed []string }
		err := decoder.Decode(&line)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		for _, id := range line.Dismissed {
			dismissed[id] = true
		}
		for _, id := range line.Created {
			created[id] = true
			assert.Regexp(t, `^@TGS#(3|_@TGS#d)`, id)
		}
	}
	stayed := slices.DeleteFunc(idsOf(f.groups, ""), func(id string) bool { return dismissed[id] })
	listed := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return dismissed[id] || created[id] })
	assert.Equal(t, stayed, listed, "every group that was there all the time, in order")
	assert.Less(t, len(listed), len(ids), "some came or went in between")
}
