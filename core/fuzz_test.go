package core

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzAnswer holds the reader of answers to encoding/json: both accept the same texts and read the same values, but for
// these differences, all of them wanted:
//
//   - The answer is an object; nothing else is.
//   - A byte that is not UTF-8 is refused, wherever it stands. encoding/json reads U+FFFD.
//   - Half of a character, written as an escape, is refused in strings of ours (an ID must not change). encoding/json reads
//     U+FFFD. In strings that are skipped it is let pass.
//   - Names of ours are read as they are written; encoding/json takes errorcode for ErrorCode.
//   - None of ours may stand twice in one object; encoding/json takes the last.
//   - Our numbers are whole and fit int64: 1.0, 1e3 and -0 are refused. encoding/json would refuse them in an int64, too,
//     but for -0.
//   - A null is as good as a missing field, but a GroupId and an entry of GroupIdList cannot be null.
//   - Values that are skipped nest at most 10,000 deep each; encoding/json counts from the outermost value.
//   - What the endpoint promises holds: see answer.check. TotalCount and ErrorCode are at most 2^53-1, which
//     JavaScript holds exactly; Next, which becomes a string, may be any that fits int64.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		vendorsSample,
		`{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":"\ud83d\ude00 \u0000\/\b\f\n\r\t","RequestId":"r"}`,
		`{"ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"a\nb"},{"GroupId":"\n"},{"x":[{}],"GroupId":""}],"Next":9223372036854775807}`,
		`{"ErrorCode":0,"TotalCount":5,"GroupIdList":[{"GroupId":"@TGS#2J4SZEAEL"},{"GroupId":"@TGS#_@TGS#cQVLVHIM62CJ"}, {"GroupId":"my \"group\""},{"GroupId":"群"},{"GroupId":"e","Type":1},{"GroupId":"last"}],"Next":1}`,
		`{"ErrorCode":-9223372036854775808}`, `{"ErrorCode":-0}`, `{"ErrorCode":1e0}`, `{"errorcode":1,"ErrorCode":2}`,
		`{"ErrorCode":1,"ErrorCode":null}`, `{"ErrorCode":1,"x":"\ud800"}`, `{"ErrorCode":1,"ErrorInfo":"\ud800\u0041"}`,
		"{\"ErrorCode\":1,\"x\":\"\xff\"}", `{"ErrorCode":0,"TotalCount":9007199254740992,"GroupIdList":[],"Next":0}`,
		`{"\u0045rrorCode":1,"x":{"a":[1.5e+3,-0.0,true,false,null,"",[],{}]}}`, `[]`, `null`, ``, ` `, `{"ErrorCode":1}x`,
		`{"ErrorCode":0,"TotalCount":0,"GroupIdList":null,"Next":0}`, `{"ErrorCode":0,"TotalCount":0,"GroupIdList":[null],"Next":0}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got answer
		problem := got.read(body, nil)
		want, ok := modelAnswer(body)
		if depth := nesting(body); depth >= maxDepth && depth <= maxDepth+3 {
			return // where the two bounds lie apart
		}
		require.Equal(t, ok, problem == "", "the model accepts: %v; problem: %q", ok, problem)
		if !ok {
			require.NotContains(t, problem, "..")
			return
		}
		ids := got.GroupIDs.Strings()
		require.Equal(t, want.ids, ids)
		require.Equal(t, len(want.ids), got.GroupIDs.Count)
		got.GroupIDs = IDRun{}
		require.Equal(t, want.answer, got)

		// And so does JavaScript take a run apart.
		var again answer
		again.read(body, bytes.Repeat([]byte("x"), len(body)/2)) // memory that was used before
		run := again.GroupIDs
		switch {
		case run.JSON:
			var parsed []struct{ GroupId string }
			require.NoError(t, json.Unmarshal(run.Text, &parsed))
			require.Len(t, parsed, len(ids))
			for i, group := range parsed {
				require.Equal(t, ids[i], group.GroupId)
			}
		case run.Count > 0:
			require.Equal(t, ids, strings.Split(string(run.Text), "\n"))
		}
	})
}

type modelledAnswer struct {
	answer answer
	ids    []string
}

// modelAnswer reads an answer with encoding/json, and by the rules above.
func modelAnswer(body []byte) (m modelledAnswer, ok bool) {
	m.ids = []string{}
	if !json.Valid(body) || !utf8.Valid(body) {
		return m, false
	}
	fields, ok := modelFields(body)
	if !ok {
		return m, false
	}
	has := map[string]bool{}
	seen := map[string]bool{}
	for _, field := range fields {
		switch field.name {
		case "ActionStatus", "ErrorInfo", "RequestId", "ErrorCode", "TotalCount", "Next", "GroupIdList":
		default:
			continue
		}
		if seen[field.name] {
			return m, false
		}
		seen[field.name] = true
		if string(field.value) == "null" {
			continue
		}
		has[field.name] = true
		ok := true
		switch field.name {
		case "ActionStatus":
			m.answer.ActionStatus, ok = modelString(field.value)
		case "ErrorInfo":
			m.answer.ErrorInfo, ok = modelString(field.value)
		case "RequestId":
			m.answer.RequestID, ok = modelString(field.value)
		case "ErrorCode":
			m.answer.ErrorCode, ok = modelInteger(field.value)
		case "TotalCount":
			m.answer.TotalCount, ok = modelInteger(field.value)
		case "Next":
			m.answer.Next, ok = modelInteger(field.value)
		case "GroupIdList":
			m.ids, ok = modelList(field.value)
		}
		if !ok {
			return m, false
		}
	}
	a := m.answer
	if a.ErrorCode != 0 {
		return m, a.ErrorCode >= -(1<<53-1) && a.ErrorCode <= 1<<53-1
	}
	return m, has["ErrorCode"] && has["TotalCount"] && has["Next"] &&
		(!has["ActionStatus"] || a.ActionStatus == "OK") && (has["GroupIdList"] || a.TotalCount == 0) &&
		a.TotalCount >= 0 && a.TotalCount <= 1<<53-1 && a.Next >= 0
}

func modelFields(object []byte) (fields []field, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if token, _ := decoder.Token(); token != json.Delim('{') {
		return nil, false
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return nil, false
		}
		fields = append(fields, field{name.(string), bytes.TrimSpace(value)})
	}
	return fields, true
}

func modelString(value []byte) (text string, ok bool) {
	if value[0] != '"' || json.Unmarshal(value, &text) != nil {
		return "", false
	}
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' {
			continue
		}
		i++
		if value[i] != 'u' {
			continue
		}
		unit, _ := strconv.ParseUint(string(value[i+1:i+5]), 16, 16)
		i += 4
		if unit < 0xD800 || unit > 0xDFFF {
			continue
		}
		rest := value[i+1:]
		if unit >= 0xDC00 || len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
			return "", false
		}
		if low, _ := strconv.ParseUint(string(rest[2:6]), 16, 16); low < 0xDC00 || low > 0xDFFF {
			return "", false
		}
		i += 6
	}
	return text, true
}

var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

func modelInteger(value []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	return n, err == nil && wholeNumber.Match(value)
}

func modelList(value []byte) (ids []string, ok bool) {
	ids = []string{}
	var entries []json.RawMessage
	if value[0] != '[' || json.Unmarshal(value, &entries) != nil {
		return nil, false
	}
	for _, entry := range entries {
		fields, ok := modelFields(entry)
		if !ok {
			return nil, false
		}
		found := false
		for _, field := range fields {
			if field.name != "GroupId" {
				continue
			}
			id, ok := modelString(field.value)
			if found || !ok {
				return nil, false
			}
			found = true
			ids = append(ids, id)
		}
		if !found {
			return nil, false
		}
	}
	return ids, true
}

// nesting is how deep brackets nest in a text, give or take those inside strings.
func nesting(text []byte) (deepest int) {
	depth := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		}
	}
	return deepest
}

// FuzzCheckpoint: whatever a user hands in as a checkpoint is either refused in words or read and written as the same.
func FuzzCheckpoint(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"app":"1400000000","groupType":null,"limit":10000,"next":"4454685361","totalCount":25000,"groups":10000,"duplicates":0,"pages":1,"requests":1,"retries":0,"elapsedMs":84}`,
		`{"version":1,"app":"1400000000","groupType":"Private","limit":1,"next":null,"totalCount":9007199254740991,"groups":9007199254740991,"duplicates":9007199254740991,"pages":9007199254740991,"requests":9007199254740991,"retries":9007199254740991,"elapsedMs":9007199254740991}`,
		`{"version":1,"app":"1400000000","groupType":"Private","limit":10000,"next":"0","totalCount":3,"groups":3,"duplicates":0,"pages":2,"requests":2,"retries":0,"elapsedMs":1160,"groupTypes":"Public,Private,Community","earlierTotalCount":3}`,
		`{"version":1,"app":"1400000000","groupType":"Community","limit":1,"next":null,"totalCount":9007199254740991,"groups":9007199254740991,"duplicates":0,"pages":9007199254740991,"requests":9007199254740991,"retries":0,"elapsedMs":0,"groupTypes":"Public,Private,ChatRoom,AVChatRoom,BChatRoom,Community","earlierTotalCount":9007199254740991}`,
		`{"version":1,"app":"","groupType":null,"limit":1,"next":"0","totalCount":0,"groups":0,"duplicates":0,"pages":0,"requests":0,"retries":0,"elapsedMs":0,"earlierTotalCount":3}`,
		`{"version":1,"app":"","groupType":"Public","limit":1,"next":"0","totalCount":0,"groups":0,"duplicates":0,"pages":0,"requests":0,"retries":0,"elapsedMs":0,"groupTypes":"Public,Private"}`,
		`{"version":1,"app":"https://proxy.example/\u00e9","groupType":"Work","limit":10001,"next":"-1"}`,
		`{"version":2}`, `{}`, `null`, `[]`, `"text"`, ``, `{"version":1,"version":1}`, `{"version":1e0}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, problem := readCheckpoint(text)
		if problem != "" {
			require.Nil(t, c)
			request, _ := json.Marshal(map[string]any{"call": "listAllGroups", "runtime": "server", "options": map[string]any{
				"sdkAppId": "number:1400000000", "identifier": "string:administrator", "userSig": "function", "resume": "checkpoint:" + string(text),
			}})
			_, failure := ReadOptions(request)
			requireRefused(t, failure)
			require.Equal(t, "resume", failure.Option)
			return
		}
		require.True(t, json.Valid(text))
		written := c.JSON()
		require.True(t, json.Valid([]byte(written)), written)
		again, problem := readCheckpoint([]byte(written))
		require.Empty(t, problem)
		require.Equal(t, c, again)

		// A listing goes on from it if it is one of its own, and its counts never overflow.
		c.app = "https://proxy.example"
		o := &Options{credential: proxyCredential, endpoint: c.app, limit: maxLimit, minIntervalMs: 1000, groupTypes: c.groupType, resume: c}
		if c.groupTypes != "" {
			o.groupTypes, o.byType = c.groupTypes, true
		}
		if c.fits(o) != "" {
			require.False(t, isAmong(c.groupTypes, c.groupType))
			return
		}
		engine := NewEngine()
		id, action := engine.Open(o, 0)
		if c.ended {
			require.Equal(t, Done, action.Do)
			return
		}
		require.Equal(t, Fetch, action.Do)
		engine.Step(id, 1, 0, Event{Report: Headers, Status: 200})
		action = engine.Step(id, 2, 0, Event{Report: Body, Bytes: []byte(vendorsSample)})
		if action.Do == Page {
			action = engine.Step(id, 3, 0, Event{Report: Taken})
		}
		require.Contains(t, []Do{Wait, Fail}, action.Do) // a cursor that stood in the checkpoint leads in circles
		if checkpoint := engine.Close(id, 4); action.Do == Wait {
			c, problem = readCheckpoint([]byte(checkpoint))
			require.Empty(t, problem, checkpoint)
			require.Empty(t, c.fits(o), checkpoint)
		}
	})
}

// FuzzOptions: whatever a host hands in as options is refused in words, or leads to a call that is what was asked for.
func FuzzOptions(f *testing.F) {
	for _, options := range []string{
		`"sdkAppId":"number:1400000000","identifier":"string:admin*\u00e9","userSig":"string"`,
		`"sdkAppId":"number:20000000","identifier":"string:\ud800","secretKey":"string","limit":"number:10001"`,
		`"proxy":"string:/proxy","next":"bigint:9223372036854775807","groupType":"string:Meeting"`,
		`"proxy":"string:https://user:password@x.example/?usersig=abc","credentials":"string:include"`,
		`"sdkAppId":"number:1","identifier":"string:a","secretKey":"string","endpoint":"string:http://[::1]:80/a//b/"`,
		`"sdkAppId":"number:1","identifier":"string:a","secretKey":"string","endpoint":"string:http://127.0.0.1.evil.com"`,
		`"sdkAppId":"number:1","identifier":"string:a","secretKey":"string","endpoint":"string:http://localhost:65536"`,
		`"sdkAppId":"number:1","identifier":"string:a","userSig":"function","region":"string:seoul","timeoutMs":"number:1e3","maxRetries":"number:0","minIntervalMs":"null","maxPages":"number:NaN","next":"number:9007199254740992"`,
		`"proxy":"string:/p","groupType":"string:each","resume":"checkpoint:{\"version\":1,\"app\":\"http://intra.example:8080/p\",\"groupType\":\"Community\",\"limit\":1,\"next\":\"5\",\"totalCount\":1,\"groups\":0,\"duplicates\":0,\"pages\":1,\"requests\":1,\"retries\":0,\"elapsedMs\":0,\"groupTypes\":\"Public,Private,ChatRoom,AVChatRoom,BChatRoom,Community\",\"earlierTotalCount\":1}"`,
		`"secretKEY":"string"`, `"signal":"AbortController","resume":"checkpoint:{}"`, `"x":[]`, `"x":""`, `"limit":":"`, `"proxy":"string:/p","groupType":"list:Public,Work"`, `"proxy":"string:/p","groupType":"list:Public,Public"`,
	} {
		for _, rest := range []string{`"runtime":"server"`, `"runtime":"browser","origin":"http://intra.example:8080"`} {
			f.Add([]byte(`{"call":"listAllGroups",` + rest + `,"options":{` + options + `}}`))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		o, failure := ReadOptions(text)
		if failure != nil {
			require.Nil(t, o)
			if failure.Kind == InternalFailure {
				require.False(t, modelOptions(text), failure.Message)
				return
			}
			requireRefused(t, failure)
			require.NotEmpty(t, failure.Option)
			return
		}
		// The call goes where it should, and tells what it should.
		const userSig = "a*b c&d=e#f%+\u00e9\U0001f600"
		for _, atBackup := range []bool{false, true} {
			call, err := url.Parse(callURL(o, o.base(atBackup), userSig, math.MaxUint32))
			require.NoError(t, err)
			require.Nil(t, call.User)
			require.Empty(t, call.Fragment)
			require.True(t, strings.HasSuffix(call.Path, CommandPath))
			if call.Scheme != "https" {
				require.Equal(t, "http", call.Scheme)
				ip, err := netip.ParseAddr(call.Hostname())
				name := strings.ToLower(call.Hostname())
				local := err == nil && ip.IsLoopback() || name == "localhost"
				require.True(t, local || o.credential == proxyCredential, call.Host)
			}
			query := call.Query()
			if o.credential == proxyCredential {
				require.Empty(t, call.RawQuery)
				continue
			}
			require.Equal(t, url.Values{
				"sdkappid": {itoa(o.sdkAppID)}, "identifier": {o.identifier}, "usersig": {userSig}, "random": {"4294967295"}, "contenttype": {"json"},
			}, query)
			require.NotContains(t, call.RawQuery, "*")
		}
		decoder := json.NewDecoder(strings.NewReader(callBody(o.limit, o.next, o.groupTypeAfter(""))))
		decoder.DisallowUnknownFields()
		body := struct {
			Limit, Next int64
			GroupType   string
		}{Limit: maxLimit}
		require.NoError(t, decoder.Decode(&body))
		require.Equal(t, o.limit, body.Limit)
		require.Equal(t, o.next, body.Next)
		require.Equal(t, o.groupTypeAfter(""), body.GroupType)
		require.NotEmpty(t, o.app())
	})
}

// modelOptions tells whether a text has the form in which a host hands in options.
func modelOptions(text []byte) bool {
	if !json.Valid(text) || !utf8.Valid(text) || nesting(text) >= maxDepth {
		return false
	}
	fields, ok := modelFields(text)
	if !ok {
		return false
	}
	for _, field := range fields {
		switch field.name {
		case "call", "runtime", "origin":
			if _, ok := modelString(field.value); !ok {
				return false
			}
		case "options":
			options, ok := modelFields(field.value)
			if !ok {
				return false
			}
			for _, option := range options {
				if option.value[0] != '"' {
					return false
				}
			}
		}
	}
	return true
}

// requireRefused holds a ValidationFailure to what users were promised.
func requireRefused(t *testing.T, f *Failure) {
	t.Helper()
	require.NotNil(t, f)
	require.Equal(t, ValidationFailure, f.Kind, f.Message)
	require.False(t, f.Retryable)
	requireSentence(t, f.Message)
}

var doubledMark = regexp.MustCompile(`[.?!…][.]$`)

func requireSentence(t *testing.T, message string) {
	t.Helper()
	require.Regexp(t, `[.?!…]$`, message)
	require.False(t, doubledMark.MatchString(message), message)
	require.True(t, utf8.ValidString(message), "%q", message)
}

// FuzzListing plays events in any order, at any time, to several listings of one engine. It never panics, it always says
// what to do, it never waits for a time that is none, two calls of an app are never on the way together, its checkpoints
// can be read, and no failure gives a signature away.
func FuzzListing(f *testing.F) {
	f.Add([]byte{1, 0, opSigned, 0, 0, opAnswer, 0, 5, opTick, 0, 0, opAnswer, 0, 0})
	f.Add([]byte{3, 0, opSigned, 0, 0, opSigned, 1, 0, opSigned, 2, 0, opHeaders, 0, 0, opTick, 1, 0, opClose, 1, 0, opNetworkFailed, 2, 9})
	f.Add([]byte{1, 1, opSigned, 0, 0, opErrorCode, 0, 30, opTick, 0, 0, opSigned, 0, 1, opErrorCode, 0, 30})
	f.Add([]byte{2, 2, opTime, 9, 3, opTimedOut, 0, 0, opTime, 9, 5, opTimedOut, 1, 0, opTick, 0, 0, opTime, 9, 4, opTick, 1, 1})
	f.Add([]byte{1, 3, opSigned, 0, 0, opHeaders, 0, 7, opBody, 0, 12, '{', '"', 'E', 'r', 'r', 'o', 'r', 'C', 'o', 'd', 'e', '"', ':'})
	f.Add([]byte{2, 5, 13, opAnswer, 0, 4, opTick, 0, 0, opAnswer, 0, 0, opTick, 1, 0, opAnswer, 1, 9, opTick, 0, 0, opAnswer, 0, 4}) // each type, counted too
	f.Add([]byte{4, 5, opSigned, 0, 0, opHeaders, 0, 3, opEcho, 0, 0, opReport, 0, 1, opOpen, 0, 0, opTaken, 0, 200, opTooLarge, 0, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		p := fuzzedHost{t: t, engine: NewEngine(), script: bytes.NewReader(script), last: map[int]Do{}, app: map[int]string{}, signed: map[int][]string{}}
		for n := min(int(p.byte()), 4); n > 0; n-- {
			p.open()
		}
		for range 400 {
			if !p.play() {
				break
			}
		}
		for len(p.ids) > 0 {
			p.close(p.ids[0])
		}
		require.Nil(t, p.engine.listings)
		for pacer := p.engine.pacers; pacer != nil; pacer = pacer.following {
			require.Nil(t, pacer.queue)
			require.Nil(t, pacer.calling)
			require.Zero(t, pacer.listings)
		}
	})
}

const (
	opTick = iota
	opSigned
	opAnswer // headers, body, taken
	opErrorCode
	opHeaders
	opBody
	opEcho
	opNetworkFailed
	opTimedOut
	opTooLarge
	opTaken
	opReport
	opSignFailed
	opTime
	opClose
	opOpen
	ops
)

// The signatures of the fuzzed listings begin alike, as those of one identifier do.
var fuzzedUserSigs = []string{
	"eJyrVkrOT0lVslLyCA3xdS-pDHX2Cg8yr0qKDC73jMxPyUhPL8kuA*oA",
	"eJyrVkrOT0lVslLyCA3xdS-pDHX2Cg8yr0qKDC73jMxPyUhPL8kuA*oB_-",
	"eJwrVkrOT0lVslLyCA3xdS*pDHX2Cg8yr0qKDC73jMxPyUhPL8kuA*oC",
}

var fuzzedOptions = []string{
	`"sdkAppId":"number:1400000000","identifier":"string:administrator","userSig":"function"`,
	`"sdkAppId":"number:1400000000","identifier":"string:administrator","userSig":"string","minIntervalMs":"number:0"`,
	`"proxy":"string:https://proxy.example","maxRetries":"number:0"`,
	`"sdkAppId":"number:1400000000","identifier":"string:administrator","secretKey":"string","limit":"number:3","maxPages":"number:2"`,
	`"sdkAppId":"number:30000000","identifier":"string:administrator","userSig":"function","maxRetries":"number:1000","minIntervalMs":"number:3600000"`,
	`"proxy":"string:https://proxy.example","maxRetries":"number:0","groupType":"string:each"`,
	`"proxy":"string:https://proxy.example","groupType":"list:Community,Work","resume":"checkpoint:{\"version\":1,\"app\":\"https://proxy.example\",\"groupType\":\"Community\",\"limit\":2,\"next\":\"5\",\"totalCount\":9007199254740991,\"groups\":0,\"duplicates\":0,\"pages\":1,\"requests\":1,\"retries\":0,\"elapsedMs\":0,\"groupTypes\":\"Community,Private\",\"earlierTotalCount\":9007199254740991}"`,
	`"proxy":"string:https://proxy.example","resume":"checkpoint:{\"version\":1,\"app\":\"https://proxy.example\",\"groupType\":null,\"limit\":2,\"next\":\"5\",\"totalCount\":9007199254740991,\"groups\":9007199254740991,\"duplicates\":9007199254740991,\"pages\":9007199254740991,\"requests\":9007199254740991,\"retries\":9007199254740991,\"elapsedMs\":9007199254740991}"`,
}

var fuzzedTimes = []float64{
	0, -1, 1e3, math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300, 1 << 53, -(1 << 53), math.SmallestNonzeroFloat64, 1.7e12, math.MaxFloat64,
}

type fuzzedHost struct {
	t      *testing.T
	engine *Engine
	script *bytes.Reader
	now    float64
	ids    []int
	last   map[int]Do
	app    map[int]string
	signed map[int][]string
}

func (p *fuzzedHost) byte() byte {
	b, err := p.script.ReadByte()
	if err != nil {
		return 0
	}
	return b
}

func (p *fuzzedHost) float() float64 {
	choice := p.byte()
	if int(choice) < len(fuzzedTimes) {
		return fuzzedTimes[choice]
	}
	if choice < 200 {
		return p.now + float64(choice)*50
	}
	var eight [8]byte
	_, _ = p.script.Read(eight[:])
	return math.Float64frombits(binary.LittleEndian.Uint64(eight[:]))
}

func (p *fuzzedHost) open() {
	choice := int(p.byte())
	call := []string{"listAllGroups", "countGroups"}[choice/len(fuzzedOptions)%2]
	text := `{"call":"` + call + `","runtime":"server","options":{` + fuzzedOptions[choice%len(fuzzedOptions)] + `}}`
	options, failure := ReadOptions([]byte(text))
	require.Nil(p.t, failure)
	id, action := p.engine.Open(options, p.now)
	p.ids = append(p.ids, id)
	p.app[id] = options.pace()
	p.judge(id, action)
}

func (p *fuzzedHost) close(id int) {
	p.judgeCheckpoint(p.engine.Close(id, p.now))
	p.judgeWoken()
	p.forget(id)
}

func (p *fuzzedHost) forget(id int) {
	p.ids = slices.DeleteFunc(p.ids, func(other int) bool { return other == id })
	delete(p.last, id)
}

// play reads an operation and what belongs to it, and carries it out. It returns false at the script's end.
func (p *fuzzedHost) play() bool {
	if p.script.Len() == 0 {
		return false
	}
	op, who, arg := p.byte()%ops, p.byte(), p.byte()
	if op == opTime {
		_ = p.script.UnreadByte()
		p.now = p.float()
		return true
	}
	if op == opOpen {
		if len(p.ids) < 6 {
			p.open()
		}
		return true
	}
	id := 99
	if len(p.ids) > 0 && who < 250 {
		id = p.ids[int(who)%len(p.ids)]
	}
	if op == opClose && id != 99 {
		p.close(id)
		return true
	}
	userSig := fuzzedUserSigs[int(arg)%len(fuzzedUserSigs)]
	echo := "at " + callURL(&Options{sdkAppID: 1, identifier: "a"}, "https://x.example", userSig, 1) + "&usersig=" + userSig + " or\n" + userSig[:8+int(arg)%40]
	quoted, _ := json.Marshal(echo)
	switch op {
	case opTick:
		p.step(id, Event{Report: Tick})
	case opSigned:
		if arg == 255 {
			userSig = ""
		}
		if p.last[id] == Sign && userSig != "" {
			p.signed[id] = append(p.signed[id], userSig)
		}
		p.step(id, Event{Report: Signed, Text: userSig})
	case opAnswer:
		entries := strings.TrimSuffix(strings.Repeat(`{"GroupId":"g"},`, int(arg)%4), ",")
		p.step(id, Event{Report: Headers, Status: 200})
		p.step(id, Event{Report: Body, Bytes: []byte(`{"ErrorCode":0,"TotalCount":7,"GroupIdList":[` + entries + `],"Next":` + itoa(int64(arg)) + `}`)})
		p.step(id, Event{Report: Taken, Duplicates: int64(int8(arg))})
	case opErrorCode:
		row := errorCodes[int(arg)%len(errorCodes)]
		p.step(id, Event{Report: Headers, Status: 200, RetryAfterMs: p.float()})
		p.step(id, Event{Report: Body, Bytes: []byte(`{"ErrorCode":` + itoa(int64(row.code)) + `,"ErrorInfo":` + string(quoted) + `,"RequestId":` + string(quoted) + `}`)})
	case opHeaders:
		statuses := []int64{200, 200, 0, 302, 401, 404, 429, 500, 502, 503, -1, math.MaxInt64}
		p.step(id, Event{Report: Headers, Status: statuses[int(arg)%len(statuses)], RetryAfterMs: p.float()})
	case opBody:
		body, _ := io.ReadAll(io.LimitReader(p.script, int64(arg)))
		p.step(id, Event{Report: Body, Bytes: body})
	case opEcho:
		p.step(id, Event{Report: Body, Bytes: []byte(echo)})
	case opNetworkFailed:
		p.step(id, Event{Report: NetworkFailed, Text: echo, Code: []string{"", "ECONNREFUSED", "ENOTFOUND", echo}[arg%4]})
	case opTimedOut:
		p.step(id, Event{Report: TimedOut})
	case opTooLarge:
		p.step(id, Event{Report: TooLarge})
	case opTaken:
		p.step(id, Event{Report: Taken, Duplicates: []int64{0, 1, -1, math.MaxInt64, math.MinInt64}[arg%5]})
	case opReport:
		text, _ := io.ReadAll(io.LimitReader(p.script, int64(arg)))
		event, failure := ReadEvent(text)
		if failure != nil {
			requireSentence(p.t, failure.Message)
			return true // the host closes the listing
		}
		p.step(id, event)
	case opSignFailed:
		p.step(id, Event{Report: SignFailed, Text: echo})
	}
	return true
}

func (p *fuzzedHost) step(id int, event Event) {
	action := p.engine.Step(id, p.now, uint32(p.byte())<<24, event)
	if _, open := p.last[id]; !open {
		require.Equal(p.t, Fail, action.Do)
		require.Equal(p.t, InternalFailure, action.Failure.Kind)
		require.Zero(p.t, p.engine.Woken())
		return
	}
	p.judge(id, action)
}

func (p *fuzzedHost) judge(id int, a *Action) {
	t := p.t
	p.last[id] = a.Do
	text := a.JSON()
	require.True(t, json.Valid([]byte(text)), text)
	require.True(t, utf8.ValidString(text))
	if a.Do != Fetch {
		for _, userSig := range p.signed[id] { // nobody can recognise another's
			require.NotContains(t, text, userSig[:8])
		}
		require.NotRegexp(t, `usersig=[^[]`, text)
	}
	if a.Progress != nil {
		p.judgeCheckpoint(a.Progress.JSON())
	}
	switch a.Do {
	case Sign, Read:
	case Wait:
		require.False(t, math.IsNaN(a.WaitMs) || math.IsInf(a.WaitMs, 0), "waits for %v", a.WaitMs)
		require.True(t, a.WaitMs >= 0 || a.WaitMs == -1, "waits for %v", a.WaitMs)
		if a.Retry != nil {
			requireSentence(t, a.Retry.Message)
		}
	case Fetch:
		_, err := url.Parse(a.URL)
		require.NoError(t, err)
		require.True(t, json.Valid([]byte(a.Body)))
		require.Positive(t, a.TimeoutMs)
		for other, do := range p.last {
			require.False(t, other != id && do == Fetch && p.app[other] == p.app[id], "listings %d and %d both call", id, other)
		}
	case Page:
		p.judgeCheckpoint(a.Checkpoint.JSON())
		require.Len(t, a.GroupIDs.Strings(), a.GroupIDs.Count)
	case Done:
		p.judgeCheckpoint(a.Checkpoint.JSON())
		p.forget(id)
	case Fail:
		require.NotNil(t, a.Failure)
		requireSentence(t, a.Failure.Message)
		if a.Failure.Hint != "" {
			requireSentence(t, a.Failure.Hint)
		}
		p.judgeCheckpoint(a.Failure.Checkpoint)
		p.forget(id)
	default:
		require.Fail(t, "unknown action", "%q", a.Do)
	}
	p.judgeWoken()
}

func (p *fuzzedHost) judgeWoken() {
	if woken := p.engine.Woken(); woken != 0 {
		require.Equal(p.t, Wait, p.last[woken], "listing %d is woken", woken)
	}
}

func (p *fuzzedHost) judgeCheckpoint(text string) {
	_, problem := readCheckpoint([]byte(text))
	require.Empty(p.t, problem, text)
}
