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

	"tencent-chat-groups/core/internal/jsonmodel"
	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/restapi"
)

// vendorsSample is the sample answer of the vendor's "Getting All Groups in an App".
const vendorsSample = `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":2,"GroupIdList":[{"GroupId":"@TGS#2J4SZEAEL"},{"GroupId":"@TGS#2C5SZEAEF"}],"Next":4454685361}`

// FuzzCheckpoint: whatever a user hands in as a checkpoint is either refused in words or read and written as the same.
func FuzzCheckpoint(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"app":"1400000000","groupType":null,"limit":10000,"next":"4454685361","totalCount":25000,"groups":10000,"duplicates":0,"pages":1,"requests":1,"retries":0,"elapsedMs":84}`,
		`{"version":1,"app":"1400000000","groupType":"Private","limit":1,"next":null,"totalCount":9007199254740991,"groups":9007199254740991,"duplicates":9007199254740991,"pages":9007199254740991,"requests":9007199254740991,"retries":9007199254740991,"elapsedMs":9007199254740991}`,
		`{"version":1,"app":"1400000000","groupType":"Private","limit":10000,"next":"0","totalCount":3,"groups":3,"duplicates":0,"pages":2,"requests":2,"retries":0,"elapsedMs":1160,"groupTypes":["Public","Private","Community"],"earlierTotalCount":3}`,
		`{"version":1,"app":"1400000000","groupType":"Community","limit":1,"next":null,"totalCount":9007199254740991,"groups":9007199254740991,"duplicates":0,"pages":9007199254740991,"requests":9007199254740991,"retries":0,"elapsedMs":0,"groupTypes":["Public","Private","ChatRoom","AVChatRoom","BChatRoom","Community"],"earlierTotalCount":9007199254740991}`,
		`{"version":1,"app":"","groupType":null,"limit":1,"next":"0","totalCount":0,"groups":0,"duplicates":0,"pages":0,"requests":0,"retries":0,"elapsedMs":0,"earlierTotalCount":3}`,
		`{"version":1,"app":"","groupType":"Public","limit":1,"next":"0","totalCount":0,"groups":0,"duplicates":0,"pages":0,"requests":0,"retries":0,"elapsedMs":0,"groupTypes":["Public","Private"]}`,
		`{"version":1,"app":"https://proxy.example/\u00e9","groupType":"Work","limit":10001,"next":"-1"}`,
		`{"version":2}`, `{}`, `null`, `[]`, `"text"`, ``, `{"version":1,"version":1}`, `{"version":1e0}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, given []byte) {
		c, err := ReadCheckpoint(given)
		if err != nil {
			require.Nil(t, c)
			if !json.Valid(given) {
				return
			}
			_, failure := with{
				"sdkAppId": num("1400000000"), "identifier": text("administrator"), "userSig": kind("function"), "resume": checkpoint(string(given)),
			}.on("server", "")
			requireRefused(t, failure)
			require.Equal(t, "resume", failure.Option)
			return
		}
		require.True(t, json.Valid(given))
		written := c.JSON()
		require.True(t, json.Valid([]byte(written)), written)
		again, err := ReadCheckpoint([]byte(written))
		require.NoError(t, err)
		require.Equal(t, c, again)

		// A listing goes on from it if it is one of its own, and its counts never overflow.
		c.App = "https://proxy.example"
		o := DefaultOptions()
		o.Credential, o.BaseURL, o.GroupType, o.GroupTypes, o.Resume = SigningProxy, c.App, c.GroupType, c.GroupTypes, c
		if err := o.Validate(); err != nil {
			require.Error(t, err)
			require.NotEmpty(t, c.GroupTypes)
			return
		}
		engine := NewEngine()
		id, action := engine.Open(&o, 0)
		if c.Ended {
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
			c, err = ReadCheckpoint([]byte(checkpoint.JSON()))
			require.NoError(t, err)
			require.Empty(t, c.fits(&o))
		}
	})
}

// FuzzOptions: whatever a host hands in as options is refused in words, or leads to a call that is what was asked for.
func FuzzOptions(f *testing.F) {
	for _, options := range []string{
		`"sdkAppId":1400000000,"identifier":"admin*\u00e9","userSig":{"kind":"secret"}`,
		`"sdkAppId":20000000,"identifier":"\ud800","secretKey":{"kind":"secret"},"limit":10001`,
		`"proxy":"/proxy","next":{"kind":"bigint","text":"9223372036854775807"},"groupType":"Meeting"`,
		`"proxy":"https://user:password@x.example/?usersig=abc","credentials":"include"`,
		`"sdkAppId":1,"identifier":"a","secretKey":{"kind":"secret"},"endpoint":"http://[::1]:80/a//b/"`,
		`"sdkAppId":1,"identifier":"a","secretKey":{"kind":"secret"},"endpoint":"http://127.0.0.1.evil.com"`,
		`"sdkAppId":1,"identifier":"a","secretKey":{"kind":"secret"},"endpoint":"http://localhost:65536"`,
		`"sdkAppId":1,"identifier":"a","userSig":{"kind":"function"},"region":"seoul","timeoutMs":1e3,"maxRetries":0,"minIntervalMs":null,"maxPages":{"kind":"number","text":"NaN"},"next":9007199254740992`,
		`"proxy":"/p","groupType":"each","resume":{"kind":"checkpoint","value":{"version":1,"app":"http://intra.example:8080/p","groupType":"Community","limit":1,"next":"5","totalCount":1,"groups":0,"duplicates":0,"pages":1,"requests":1,"retries":0,"elapsedMs":0,"groupTypes":["Public","Private","ChatRoom","AVChatRoom","BChatRoom","Community"],"earlierTotalCount":1}}`,
		`"secretKEY":{"kind":"string"}`, `"signal":{"kind":"object","class":"AbortController"},"resume":{"kind":"checkpoint","value":{}}`, `"x":[]`, `"x":""`, `"limit":{"kind":"string","length":5000}`, `"proxy":"/p","groupType":["Public","Work"]`, `"proxy":"/p","groupType":["Public","Public"]`,
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
			call, err := url.Parse((&listing{options: *o, atBackup: atBackup, userSig: userSig, random: math.MaxUint32}).url())
			require.NoError(t, err)
			require.Nil(t, call.User)
			require.Empty(t, call.Fragment)
			require.True(t, strings.HasSuffix(call.Path, restapi.CommandPath))
			if call.Scheme != "https" {
				require.Equal(t, "http", call.Scheme)
				ip, err := netip.ParseAddr(call.Hostname())
				name := strings.ToLower(call.Hostname())
				local := err == nil && ip.IsLoopback() || name == "localhost"
				require.True(t, local || o.Credential == SigningProxy, call.Host)
			}
			query := call.Query()
			if o.Credential == SigningProxy {
				require.Empty(t, call.RawQuery)
				continue
			}
			require.Equal(t, url.Values{
				"sdkappid": {strconv.FormatInt(o.SDKAppID, 10)}, "identifier": {o.Identifier}, "usersig": {userSig}, "random": {"4294967295"}, "contenttype": {"json"},
			}, query)
			require.NotContains(t, call.RawQuery, "*")
		}
		decoder := json.NewDecoder(strings.NewReader(restapi.CallBody(o.Limit, o.Next, o.firstGroupType())))
		decoder.DisallowUnknownFields()
		body := struct {
			Limit, Next int64
			GroupType   string
		}{Limit: restapi.MaxLimit}
		require.NoError(t, decoder.Decode(&body))
		require.Equal(t, o.Limit, body.Limit)
		require.Equal(t, o.Next, body.Next)
		require.Equal(t, string(o.firstGroupType()), body.GroupType)
		require.NotEmpty(t, o.app())
	})
}

// modelOptions tells whether a text has the form in which a host hands in options.
func modelOptions(text []byte) bool {
	if !json.Valid(text) || !utf8.Valid(text) || jsonmodel.Nesting(text) >= strictjson.MaxDepth {
		return false
	}
	fields, ok := jsonmodel.Fields(text)
	if !ok {
		return false
	}
	for _, field := range fields {
		switch field.Name {
		case "call", "runtime", "origin":
			if _, ok := jsonmodel.String(field.Value); !ok {
				return false
			}
		case "options":
			options, ok := jsonmodel.Fields(field.Value)
			if !ok {
				return false
			}
			for _, option := range options {
				if option.Value[0] != '"' {
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

// FuzzListing plays events in any order, at any time, to several listings of one engine. It never panics, it always
// says what to do, it never waits for a time that is none, two calls of an app are never on the way together, its
// checkpoints can be read, and no failure gives a signature away.
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
		require.Empty(t, p.engine.listings)
		for _, pacer := range p.engine.pacers {
			require.Empty(t, pacer.queue)
			require.Nil(t, pacer.calling)
			require.Empty(t, pacer.listings)
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
	`"sdkAppId":1400000000,"identifier":"administrator","userSig":{"kind":"function"}`,
	`"sdkAppId":1400000000,"identifier":"administrator","userSig":{"kind":"secret"},"minIntervalMs":0`,
	`"proxy":"https://proxy.example","maxRetries":0`,
	`"sdkAppId":1400000000,"identifier":"administrator","secretKey":{"kind":"secret"},"limit":3,"maxPages":2`,
	`"sdkAppId":30000000,"identifier":"administrator","userSig":{"kind":"function"},"maxRetries":1000,"minIntervalMs":3600000`,
	`"proxy":"https://proxy.example","maxRetries":0,"groupType":"each"`,
	`"proxy":"https://proxy.example","groupType":["Community","Work"],"resume":{"kind":"checkpoint","value":{"version":1,"app":"https://proxy.example","groupType":"Community","limit":2,"next":"5","totalCount":9007199254740991,"groups":0,"duplicates":0,"pages":1,"requests":1,"retries":0,"elapsedMs":0,"groupTypes":["Community","Private"],"earlierTotalCount":9007199254740991}}`,
	`"proxy":"https://proxy.example","resume":{"kind":"checkpoint","value":{"version":1,"app":"https://proxy.example","groupType":null,"limit":2,"next":"5","totalCount":9007199254740991,"groups":9007199254740991,"duplicates":9007199254740991,"pages":9007199254740991,"requests":9007199254740991,"retries":9007199254740991,"elapsedMs":9007199254740991}}`,
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
	p.app[id] = options.paceName()
	p.judge(id, action)
}

func (p *fuzzedHost) close(id int) {
	p.judgeCheckpoint(p.engine.Close(id, p.now).JSON())
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
	echo := "at " + restapi.CallURL("https://x.example", 1, "a", userSig, 1) + "&usersig=" + userSig + " or\n" + userSig[:8+int(arg)%40]
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
		p.step(id, Event{Report: Body, Bytes: []byte(`{"ErrorCode":0,"TotalCount":7,"GroupIdList":[` + entries + `],"Next":` + strconv.Itoa(int(arg)) + `}`)})
		p.step(id, Event{Report: Taken, Duplicates: int64(int8(arg))})
	case opErrorCode:
		row := restapi.ErrorCodes[int(arg)%len(restapi.ErrorCodes)]
		p.step(id, Event{Report: Headers, Status: 200, RetryAfterMs: p.float()})
		p.step(id, Event{Report: Body, Bytes: []byte(`{"ErrorCode":` + strconv.FormatInt(row.Code, 10) + `,"ErrorInfo":` + string(quoted) + `,"RequestId":` + string(quoted) + `}`)})
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
		p.judgeCheckpoint(a.Failure.Checkpoint.JSON())
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
	_, err := ReadCheckpoint([]byte(text))
	require.NoError(p.t, err, text)
}
