package core

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
)

// with are options as they cross the border: each the JSON of its value, or "" for an option that is left out.
type with map[string]json.RawMessage

func (w with) on(runtime, origin string) (*Options, *Failure) {
	return w.called("listAllGroups", runtime, origin)
}

func (w with) called(call, runtime, origin string) (*Options, *Failure) {
	text, err := json.Marshal(map[string]any{"call": call, "runtime": runtime, "origin": origin, "options": w})
	if err != nil {
		panic(err)
	}
	// json.Marshal cannot write half of a character; here "<half>" stands for one.
	return ReadOptions([]byte(strings.ReplaceAll(string(text), `\u003chalf\u003e`, `\ud800`)))
}

// and is the same with other options on top.
func (w with) and(other with) with {
	both := maps.Clone(w)
	for name, given := range other {
		if given == nil {
			delete(both, name)
		} else {
			both[name] = given
		}
	}
	return both
}

func valueJSON(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

func text(value string) json.RawMessage      { return valueJSON(value) }
func num(value string) json.RawMessage       { return json.RawMessage(value) }
func bigint(value string) json.RawMessage    { return described("bigint", "text", value) }
func notFinite(value string) json.RawMessage { return described("number", "text", value) }
func list(values ...string) json.RawMessage  { return valueJSON(append([]string{}, values...)) }
func instance(class string) json.RawMessage  { return described("object", "class", class) }
func checkpoint(json string) json.RawMessage {
	return raw(`{"kind":"checkpoint","value":` + json + `}`)
}
func raw(text string) json.RawMessage          { return json.RawMessage(text) }
func kind(kind string) json.RawMessage         { return described(kind) }
func badSecret(problem string) json.RawMessage { return described("secret", "problem", problem) }

func described(kind string, more ...any) json.RawMessage {
	members := map[string]any{"kind": kind}
	for i := 0; i < len(more); i += 2 {
		members[more[i].(string)] = more[i+1]
	}
	return valueJSON(members)
}

var good = with{"sdkAppId": num("1400000000"), "identifier": text("administrator"), "secretKey": kind("secret")}

func TestBadOptionsAreRefusedInWordsThatNameOptionValueAndWhatIsAccepted(t *testing.T) {
	const cursor = "next must be a cursor: a whole number from 0 to 9223372036854775807, as a string, a bigint or a safe integer; got "
	const credentials = "give exactly one of userSig (a string, or a function that returns one), secretKey (signs in this process) and proxy (the URL of a signing proxy)."
	const groupTypeNames = "groupType must be one of Public, Private, ChatRoom, AVChatRoom, BChatRoom, Community, Work, Meeting, each; got "
	const loopback = "endpoint must be https: http is accepted only on a loopback host (localhost, 127.0.0.0/8, [::1]); got the string "
	for _, test := range []struct {
		wrong   with
		option  string
		message string
	}{
		{with{"limit": num("0")}, "limit", "limit must be a whole number from 1 to 10000; got 0."},
		{with{"limit": num("10001")}, "limit", "limit must be a whole number from 1 to 10000; got 10001."},
		{with{"limit": num("1.5")}, "limit", "limit must be a whole number from 1 to 10000; got 1.5."},
		{with{"limit": notFinite("NaN")}, "limit", "limit must be a whole number from 1 to 10000; got NaN."},
		{with{"limit": num("-1")}, "limit", "limit must be a whole number from 1 to 10000; got -1."},
		{with{"limit": num("1e+21")}, "limit", "limit must be a whole number from 1 to 10000; got 1e+21."},
		{with{"limit": notFinite("Infinity")}, "limit", "limit must be a whole number from 1 to 10000; got Infinity."},
		{with{"limit": text("20")}, "limit", "limit must be a whole number from 1 to 10000; got the string '20'."},
		{with{"limit": bigint("20")}, "limit", "limit must be a whole number from 1 to 10000; got 20n."},
		{with{"limit": raw("null")}, "limit", "limit must be a whole number from 1 to 10000; got null."},
		{with{"limit": raw("true")}, "limit", "limit must be a whole number from 1 to 10000; got true."},
		{with{"limit": kind("symbol")}, "limit", "limit must be a whole number from 1 to 10000; got a symbol."},
		{with{"limit": list()}, "limit", "limit must be a whole number from 1 to 10000; got an array."},
		{with{"limit": instance("Uint8Array")}, "limit", "limit must be a whole number from 1 to 10000; got a Uint8Array."},
		{with{"limit": text(strings.Repeat("z", 80))}, "limit", "limit must be a whole number from 1 to 10000; got the string '" + strings.Repeat("z", 80) + "'."},
		{with{"limit": text(strings.Repeat("9", 81))}, "limit", "limit must be a whole number from 1 to 10000; got a string of 81 bytes."},

		{with{"next": num("-1")}, "next", cursor + "-1."},
		{with{"next": num("9007199254740992")}, "next", "next 9007199254740992 is larger than a JavaScript number holds exactly (2^53-1): give it as a string or a bigint."}, // what 2**53+1 is in JavaScript
		{with{"next": num("1.5")}, "next", cursor + "1.5."},
		{with{"next": notFinite("NaN")}, "next", cursor + "NaN."},
		{with{"next": num("1e+21")}, "next", cursor + "1e+21."},
		{with{"next": text("abc")}, "next", cursor + "the string 'abc'."},
		{with{"next": text("")}, "next", cursor + "the string ''."},
		{with{"next": text("007")}, "next", cursor + "the string '007'."},
		{with{"next": text("+1")}, "next", cursor + "the string '+1'."},
		{with{"next": text(" 1")}, "next", cursor + "the string ' 1'."},
		{with{"next": text("-0")}, "next", cursor + "the string '-0'."},
		{with{"next": text("0x10")}, "next", cursor + "the string '0x10'."},
		{with{"next": text("9223372036854775808")}, "next", cursor + "the string '9223372036854775808'."},
		{with{"next": bigint("9223372036854775808")}, "next", cursor + "9223372036854775808n."},
		{with{"next": bigint("-1")}, "next", cursor + "-1n."},
		{with{"next": raw("true")}, "next", "next must be a cursor: a whole number from 0 to 9223372036854775807, as a string, a bigint or a safe integer; got true."},
		{with{"next": raw("null")}, "next", "next is null, which marks the end of a listing: no page follows. Leave it out to start from the first page."},

		{with{"groupType": text("public")}, "groupType", groupTypeNames + "the string 'public': did you mean Public?"},
		{with{"groupType": text("Metting")}, "groupType", groupTypeNames + "the string 'Metting': did you mean Meeting?"},
		{with{"groupType": text("avchatroom")}, "groupType", groupTypeNames + "the string 'avchatroom': did you mean AVChatRoom?"},
		{with{"groupType": text("")}, "groupType", groupTypeNames + "the string ''."},
		{with{"groupType": text("everything")}, "groupType", groupTypeNames + "the string 'everything'."},
		{with{"groupType": num("7")}, "groupType", groupTypeNames + "7."},
		{with{"groupType": list()}, "groupType", groupTypeNames + "an array."},

		{with{"sdkAppId": num("0")}, "sdkAppId", "sdkAppId must be a whole number from 1 to 4294967295; got 0."},
		{with{"sdkAppId": num("4294967296")}, "sdkAppId", "sdkAppId must be a whole number from 1 to 4294967295; got 4294967296."},
		{with{"sdkAppId": text("14")}, "sdkAppId", "sdkAppId must be a whole number from 1 to 4294967295; got the string '14'."},
		{with{"sdkAppId": nil}, "sdkAppId", "sdkAppId is missing: give the app's SDKAppID, a whole number from 1 to 4294967295."},

		{with{"identifier": text("")}, "identifier", "identifier must be the UserID of an admin of the app (a string of 1 to 255 bytes); got the string ''."},
		{with{"identifier": text(strings.Repeat("a", 256))}, "identifier", "identifier must be the UserID of an admin of the app (a string of 1 to 255 bytes); got a string of 256 bytes."},
		{with{"identifier": num("7")}, "identifier", "identifier must be the UserID of an admin of the app (a string of 1 to 255 bytes); got 7."},
		{with{"identifier": text("<half>")}, "identifier", "identifier holds half of a character (a lone surrogate)."},
		{with{"identifier": nil}, "identifier", "identifier is missing: give the UserID of an admin of the app."},

		{with{"secretKey": nil}, "userSig", "There is no credential: " + credentials},
		{with{"userSig": kind("secret")}, "userSig", "There is more than one credential: " + credentials},
		{with{"proxy": text("https://proxy.example")}, "userSig", "There is more than one credential: " + credentials},
		{with{"secretKey": badSecret("empty")}, "secretKey", "secretKey must be a string that is not empty, without white space around it; got an empty string."},
		{with{"secretKey": kind("number")}, "secretKey", "secretKey must be a string that is not empty, without white space around it; got a number."},
		{with{"secretKey": raw("null")}, "secretKey", "secretKey must be a string that is not empty, without white space around it; got null."},
		{with{"secretKey": nil, "userSig": badSecret("empty")}, "userSig", "userSig must be a string that is not empty, without white space around it, or a function that returns one; got an empty string."},
		{with{"secretKey": nil, "userSig": instance("Promise")}, "userSig", "userSig must be a string that is not empty, without white space around it, or a function that returns one; got a Promise."},
		{with{"secretKey": nil, "userSig": kind("bigint")}, "userSig", "userSig must be a string that is not empty, without white space around it, or a function that returns one; got a bigint."},

		{with{"secretKey": badSecret("UserSig")}, "secretKey", "secretKey is a UserSig: give it as userSig."},
		{with{"secretKey": nil, "userSig": badSecret("secret key")}, "userSig", "userSig is a secret key (64 hexadecimal digits): give it as secretKey."},

		{with{"region": text("Singapore")}, "region", "region must be one of china, singapore, seoul, frankfurt, mumbai, tokyo, silicon-valley, jakarta, riyadh; got the string 'Singapore': did you mean singapore?"},
		{with{"region": text("mars")}, "region", "region must be one of china, singapore, seoul, frankfurt, mumbai, tokyo, silicon-valley, jakarta, riyadh; got the string 'mars'."},
		{with{"endpoint": text("https://a.example"), "region": text("china")}, "endpoint", "endpoint and region are both given: give one of them, or neither for the region of the SDKAppID."},
		{with{"secretKey": nil, "proxy": text("https://a.example"), "region": text("china")}, "proxy", "proxy cannot be combined with region or endpoint: the proxy knows where to call."},
		{with{"endpoint": text("http://console.tim.qq.com")}, "endpoint", loopback + "'http://console.tim.qq.com'."},
		{with{"endpoint": text("http://127.0.0.1.evil.com")}, "endpoint", loopback + "'http://127.0.0.1.evil.com'."},
		{with{"endpoint": text("https://a.example/?x=1")}, "endpoint", "endpoint must not have a query; got the string 'https://a.example/?…'."},
		{with{"endpoint": text("https://a.example/#usersig")}, "endpoint", "endpoint must not have a fragment; got the string 'https://a.example/#…'."},
		{with{"endpoint": text("https://admin:sesame@a.example")}, "endpoint", "endpoint must not hold a user name or password; got the string 'https://…@a.example'."},
		{with{"endpoint": text("https://@a.example")}, "endpoint", "endpoint must not hold a user name or password; got the string 'https://@a.example'."},
		{with{"endpoint": text("://admin:sesame@a.example")}, "endpoint", "endpoint must not hold a user name or password; got the string '://…@a.example'."},
		{with{"endpoint": text("?sesame")}, "endpoint", "endpoint must not have a query; got the string '?…'."},
		{with{"endpoint": instance("URL")}, "endpoint", "endpoint must be a URL, a string of at most 4096 characters; got a URL."},
		{with{"endpoint": num("7")}, "endpoint", "endpoint must be a URL, a string of at most 4096 characters; got 7."},

		{with{"fetch": kind("string")}, "fetch", "fetch must be a function like the global fetch; got a string."},
		{with{"fetch": raw("null")}, "fetch", "fetch must be a function like the global fetch; got null."},
		{with{"headers": described("object", "problem", "that Headers refuses")}, "headers", "headers must be what new Headers() takes: valid names and values; got an object that Headers refuses."},
		{with{"credentials": text("all")}, "credentials", "credentials must be one of omit, same-origin, include; got the string 'all'."},
		{with{"credentials": text("Include")}, "credentials", "credentials must be one of omit, same-origin, include; got the string 'Include': did you mean include?"},
		{with{"signal": instance("AbortController")}, "signal", "signal must be an AbortSignal; got an AbortController."},
		{with{"timeoutMs": num("0")}, "timeoutMs", "timeoutMs must be a whole number from 1 to 3600000; got 0."},
		{with{"timeoutMs": num("3600001")}, "timeoutMs", "timeoutMs must be a whole number from 1 to 3600000; got 3600001."},
		{with{"maxRetries": num("-1")}, "maxRetries", "maxRetries must be a whole number from 0 to 1000; got -1."},
		{with{"maxRetries": notFinite("Infinity")}, "maxRetries", "maxRetries must be a whole number from 0 to 1000; got Infinity."},
		{with{"minIntervalMs": num("-1")}, "minIntervalMs", "minIntervalMs must be a whole number from 0 to 3600000; got -1."},
		{with{"maxPages": num("0")}, "maxPages", "maxPages must be a whole number from 1 to 9007199254740991; got 0."},
		{with{"onProgress": instance("Object")}, "onProgress", "onProgress must be a function; got an Object."},
		{with{"onRetry": raw("false")}, "onRetry", "onRetry must be a function; got false."},
		{with{"resume": kind("string")}, "resume", "resume must be a checkpoint, an object: parse its JSON first; got a string."},
		{with{"resume": raw("null")}, "resume", "resume must be a checkpoint: the object that a page, a listing or an error had as its checkpoint; got null."},
		{with{"resume": checkpoint("{}")}, "resume", "resume is not a checkpoint of this package: it has no version."},

		{with{"lmit": num("5")}, "lmit", "Unknown option 'lmit': did you mean limit?"},
		{with{"SdkAppID": num("5")}, "SdkAppID", "Unknown option 'SdkAppID': did you mean sdkAppId?"},
		{with{"secretKEY": kind("string")}, "secretKEY", "Unknown option 'secretKEY': did you mean secretKey?"},
		{with{"pageSize": num("5")}, "pageSize", "Unknown option 'pageSize'. Valid options: identifier, proxy, region, endpoint, next, groupType, credentials, sdkAppId, limit, timeoutMs, minIntervalMs, maxRetries, maxPages, userSig, secretKey, fetch, headers, signal, onProgress, onRetry, resume."},
		{with{"Limit": num("0"), "limit": num("0")}, "Limit", "Unknown option 'Limit': did you mean limit?"},
	} {
		o, failure := good.and(test.wrong).on("server", "")
		require.Nil(t, o, test.message)
		requireRefused(t, failure)
		assert.Equal(t, test.message, withOptionNames(failure.Message))
		assert.Equal(t, test.option, failure.Option)
	}
}

func TestNoSecretEverStandsInAMessageAboutOptions(t *testing.T) {
	const secret = "b3d1f0c2"
	for _, wrong := range []with{
		{"endpoint": text("https://x.example/?usersig=" + secret)},
		{"endpoint": text("https://admin:" + secret + "@x.example/")},
		{"endpoint": text("https://admin:pass@" + secret + "@x.example/")},
		{"endpoint": text("https://" + secret + "@x.example")},
		{"endpoint": text("admin:" + secret + "@x.example/")},
		{"endpoint": text("https://x.example/#" + secret)},
		{"endpoint": text("https://x.example/?a@" + secret)},
		{"secretKey": nil, "proxy": text("https://x.example/?token=" + secret + "@y")},
		{"endpoint": text("http://admin:" + secret + "@x.example/")},
		{"endpoint": text("https://admin:pass?" + secret + "@x.example/")},
	} {
		_, failure := good.and(wrong).on("server", "")
		requireRefused(t, failure)
		assert.NotContains(t, failure.JSON(), secret)
	}
}

func TestABrowserIsToldToUseASigningProxy(t *testing.T) {
	for _, test := range []struct {
		given  with
		option string
	}{
		{good, "secretKey"},
		{good.and(with{"secretKey": nil, "userSig": kind("secret")}), "userSig"},
		{good.and(with{"secretKey": nil, "userSig": kind("function")}), "userSig"},
	} {
		_, failure := test.given.on("browser", "https://console.example")
		requireRefused(t, failure)
		assert.Equal(t, test.option, failure.Option)
		assert.Equal(t, test.option+" is refused in a browser: anyone who opens the page could read it and act as an admin of the app. Give proxy, the URL of a signing proxy. In Electron, list in the main process.", withOptionNames(failure.Message))
	}
	_, failure := with{"proxy": text("/chat")}.on("browser", "https://console.example")
	assert.Nil(t, failure)
}

func TestNodeIsToldThatItLoadedTheBrowserEntry(t *testing.T) {
	for _, test := range []struct {
		given  with
		option string
	}{
		{good, "secretKey"},
		{good.and(with{"secretKey": nil, "userSig": kind("function")}), "userSig"},
	} {
		_, failure := test.given.on("browser entry", "")
		requireRefused(t, failure)
		assert.Equal(t, test.option, failure.Option)
		assert.Equal(t, test.option+" is refused by the package's entry for browsers, which cannot sign. In Node.js, resolve packages with the condition node (in Jest: testEnvironmentOptions: { customExportConditions: ['node'] }). Elsewhere, give proxy, the URL of a signing proxy.", withOptionNames(failure.Message))
	}
	_, failure := with{"proxy": text("http://127.0.0.1:8080/chat")}.on("browser entry", "")
	assert.Nil(t, failure)
}

func TestAProxyMayStandOnThePagesOwnOrigin(t *testing.T) {
	for _, test := range []struct{ proxy, origin, base string }{
		{"/", "https://console.example", "https://console.example"},
		{"/chat/", "https://console.example", "https://console.example/chat"},
		{"/chat", "http://intra.example:8080", "http://intra.example:8080/chat"},
		{"http://intra.example:8080/chat", "http://intra.example:8080", "http://intra.example:8080/chat"},
		{"http://INTRA.example:8080/chat", "http://intra.example:8080", "http://INTRA.example:8080/chat"},
		{"https://elsewhere.example", "http://intra.example:8080", "https://elsewhere.example"},
		{"http://127.0.0.1:8700", "", "http://127.0.0.1:8700"},
	} {
		o, failure := with{"proxy": text(test.proxy)}.on("browser", test.origin)
		require.Nil(t, failure, test.proxy)
		assert.Equal(t, test.base+restapi.CommandPath, (&listing{options: *o}).url())
		assert.Equal(t, test.base, o.app(), "the proxy stands for the app that only it knows")
	}
	for _, test := range []struct{ proxy, origin, message string }{
		{"http://intra.example/chat", "http://intra.example:8080", "proxy must be https: http is accepted only on a loopback host (localhost, 127.0.0.0/8, [::1]) and on the page's own origin, http://intra.example:8080; got the string 'http://intra.example/chat'."},
		{"http://intra.example:8080.evil.com/", "http://intra.example:8080", "proxy must have a port from 1 to 65535; got the string 'http://intra.example:8080.evil.com/'."},
		{"//elsewhere.example", "https://console.example", "proxy must begin with https:// (or http:// on a loopback host); got the string '//elsewhere.example'."},
		{"/\\elsewhere.example", "https://console.example", "proxy must not hold white space, backslashes or characters outside ASCII (write an international domain name in its xn-- form); got the string '/\\elsewhere.example'."},
		{"/../chat", "https://console.example", "proxy must have a plain path: letters, digits, - . _ ~ and no . or .. segment; got the string '/../chat'."},
		{"/chat", "", "proxy must begin with https:// (or http:// on a loopback host); got the string '/chat'."},
		{"/chat", "null", "proxy must begin with https:// (or http:// on a loopback host); got the string '/chat'."},
		{"chat", "https://console.example", "proxy must begin with https:// (or http:// on a loopback host); got the string 'chat'."},
		{"", "https://console.example", "proxy must begin with https:// (or http:// on a loopback host); got the string ''."},
	} {
		_, failure := with{"proxy": text(test.proxy)}.on("browser", test.origin)
		requireRefused(t, failure)
		assert.Equal(t, test.message, withOptionNames(failure.Message))
	}
	// An endpoint is never taken to be relative to a page.
	_, failure := good.and(with{"endpoint": text("/chat")}).on("server", "https://console.example")
	requireRefused(t, failure)
}

func TestGoodOptionsLeadToACall(t *testing.T) {
	for _, test := range []struct {
		given     with
		host      string
		body      string
		timeoutMs int64
	}{
		{nil, "https://console.tim.qq.com", `{}`, 10000},
		{with{"sdkAppId": num("20000000")}, "https://adminapisgp.im.qcloud.com", `{}`, 10000},
		{with{"sdkAppId": num("20000000"), "region": text("riyadh")}, "https://adminapiksa.im.qcloud.com", `{}`, 10000},
		{with{"sdkAppId": num("4294967295")}, "https://console.tim.qq.com", `{}`, 10000},
		{with{"endpoint": text("http://127.0.0.1:8600/")}, "http://127.0.0.1:8600", `{}`, 10000},
		{with{"limit": num("1"), "timeoutMs": num("1")}, "https://console.tim.qq.com", `{"Limit":1}`, 1},
		{with{"limit": num("10000"), "next": num("0"), "timeoutMs": num("3600000")}, "https://console.tim.qq.com", `{}`, 3600000},
		{with{"next": text("4454685361")}, "https://console.tim.qq.com", `{"Next":4454685361}`, 10000},
		{with{"next": bigint("9223372036854775807")}, "https://console.tim.qq.com", `{"Next":9223372036854775807}`, 10000},
		{with{"next": num("9007199254740991")}, "https://console.tim.qq.com", `{"Next":9007199254740991}`, 10000},
		{with{"identifier": text(strings.Repeat("a", 255))}, "https://console.tim.qq.com", `{}`, 10000},
		{with{"groupType": text("Work")}, "https://console.tim.qq.com", `{"GroupType":"Private"}`, 10000},
		{with{"groupType": text("Meeting")}, "https://console.tim.qq.com", `{"GroupType":"ChatRoom"}`, 10000},
		{with{"groupType": text("Community"), "limit": num("20"), "next": text("7")}, "https://console.tim.qq.com", `{"Limit":20,"Next":7,"GroupType":"Community"}`, 10000},
		{with{
			"fetch": kind("function"), "headers": kind("Headers"), "credentials": text("same-origin"), "signal": kind("AbortSignal"),
			"onProgress": kind("function"), "onRetry": kind("function"), "maxPages": num("9007199254740991"), "minIntervalMs": num("0"), "maxRetries": num("0"),
		}, "https://console.tim.qq.com", `{}`, 10000},
	} {
		o, failure := good.and(test.given).on("server", "")
		require.Nil(t, failure, "%v", failure)
		engine := NewEngine()
		id, action := engine.Open(o, 0)
		require.Equal(t, Sign, action.Do)
		action = engine.Step(id, 0, 7, Event{Report: Signed, Text: "made-up"})
		require.Equal(t, Fetch, action.Do)
		assert.True(t, strings.HasPrefix(action.URL, test.host+restapi.CommandPath+"?"), action.URL)
		assert.Equal(t, test.body, action.Body)
		assert.Equal(t, test.timeoutMs, action.TimeoutMs)
	}
}

func TestEveryGroupTypeOfTheVendorIsAccepted(t *testing.T) {
	for _, name := range []string{"Public", "Private", "ChatRoom", "AVChatRoom", "BChatRoom", "Community"} {
		o, failure := good.and(with{"groupType": text(name)}).on("server", "")
		require.Nil(t, failure)
		assert.Equal(t, name, string(o.GroupType))
	}
}

func TestAHostThatCannotWriteOptionsIsToldSo(t *testing.T) {
	for _, text := range []string{``, `[]`, `{"options":{"limit":nil}}`, `{"options":{"limit":{"kind":1}}}`, `{"options":"limit"}`, `{"call":1}`, `{} x`} {
		_, failure := ReadOptions([]byte(text))
		require.NotNil(t, failure, text)
		assert.Equal(t, InternalFailure, failure.Kind, text)
		requireSentence(t, failure.Message)
	}
}
