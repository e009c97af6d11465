package core

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tencent-chat-groups/core/restapi"
)

// Where a call goes decides what its failures say to do.
var (
	inRegion   = &Options{Credential: FixedUserSig, Region: &restapi.Regions[0]}
	atEndpoint = &Options{Credential: UserSigFunction, BaseURL: "https://chat.example"}
	viaProxy   = &Options{Credential: SigningProxy, BaseURL: "https://proxy.example"}
)

func TestAnHTTPStatusSaysWhatToDoAboutIt(t *testing.T) {
	for _, test := range []struct {
		o         *Options
		statuses  []int64
		message   string // a part of it
		hint      string
		retryable bool
		host      bool // it is a sign that the host is down
	}{
		{inRegion, []int64{500, 502, 503, 504, 599}, "HTTP status 5", "try again later", true, true},
		{inRegion, []int64{408, 425}, "HTTP status 4", "try again later", true, false},
		{inRegion, []int64{429}, "HTTP status 429", "Too many calls", true, false},
		{inRegion, []int64{0, 300, 301, 302, 303, 307, 308, 399}, "redirect, which is not followed", "the service itself does not redirect", false, false},
		{atEndpoint, []int64{0, 307}, "redirect", "Give the final URL as endpoint.", false, false},
		{viaProxy, []int64{0, 307}, "redirect", "Give the final URL as proxy.", false, false},
		{viaProxy, []int64{401, 403}, "HTTP status 40", "The signing proxy refused the call", false, false},
		{inRegion, []int64{401, 403}, "HTTP status 40", "something between here and the service refused", false, false},
		{inRegion, []int64{407}, "HTTP status 407", "requires a user and a password", false, false},
		{viaProxy, []int64{407}, "HTTP status 407", "requires a user and a password", false, false},
		{atEndpoint, []int64{404, 405}, "HTTP status 40", "Check endpoint: /v4/group_open_http_svc/get_appid_group_list is not served there.", false, false},
		{viaProxy, []int64{404}, "HTTP status 404", "Check proxy: /v4/", false, false},
		{inRegion, []int64{404}, "HTTP status 404", "Check what lies between here and the service", false, false},
		{viaProxy, []int64{201, 204, 206, 299, 400, 418, -1}, "HTTP status ", "this is not how the service answers", false, false},
	} {
		for _, status := range test.statuses {
			f := httpFailure(status, test.o)
			assert.Equal(t, HTTPFailure, f.Kind)
			assert.Equal(t, status, f.Status)
			assert.Contains(t, f.Message, test.message)
			assert.Contains(t, withOptionNames(f.Hint), test.hint)
			assert.Equal(t, test.retryable, f.Retryable, status)
			assert.Equal(t, test.host, f.hostDown, status)
			requireSentence(t, f.Message)
			requireSentence(t, f.Hint)
		}
	}
}

func TestANetworkFailureSaysWhatToDoAboutIt(t *testing.T) {
	server := &Options{Credential: FixedUserSig, Region: &restapi.Regions[0]}
	browser := &Options{Credential: SigningProxy, BaseURL: "https://proxy.example", Browser: true}
	for _, test := range []struct {
		o                   *Options
		event               Event
		begun               bool
		message, partOfHint string
		lasting             bool
	}{
		{server, Event{Text: "getaddrinfo ENOTFOUND x", Code: "ENOTFOUND"}, false, "No answer from https://console.tim.qq.com: getaddrinfo ENOTFOUND x.", "could not be resolved", false},
		{server, Event{Code: "EAI_AGAIN"}, false, "No answer from https://console.tim.qq.com.", "could not be resolved", false},
		{server, Event{Text: "connect ECONNREFUSED", Code: "ECONNREFUSED"}, false, "No answer from https://console.tim.qq.com: connect ECONNREFUSED.", "Nothing listens there", false},
		{server, Event{Text: "It broke."}, false, "No answer from https://console.tim.qq.com: It broke.", "a firewall", false},
		{server, Event{Text: "read", Code: "ECONNRESET"}, true, "The answer from https://console.tim.qq.com broke off: read.", "a firewall", false},
		{server, Event{Text: "fetch did not return a Response with a body", Code: "ERR_NO_RESPONSE"}, true, "No answer from https://console.tim.qq.com: fetch did not return a Response with a body.", "a promise of a Response", true},
		{server, Event{Text: "there is no fetch here", Code: "ERR_NO_FETCH"}, false, "No answer from https://console.tim.qq.com: there is no fetch here.", "{option:fetch}", true},
		{browser, Event{Text: "Failed to fetch"}, false, "No answer from https://proxy.example: Failed to fetch.", "CORS", false},
		{server, Event{Text: "read", Code: "ECONNRESET", UnusedProxy: "https_proxy"}, false, "No answer from https://console.tim.qq.com: read.", "https_proxy is set, but fetch does not use it", false},
		{server, Event{Text: "unable to verify the first certificate", Code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE"}, false, "No answer from https://console.tim.qq.com: unable to verify the first certificate.", "NODE_EXTRA_CA_CERTS, or run Node.js with --use-system-ca", true},
		{server, Event{Code: "SELF_SIGNED_CERT_IN_CHAIN", UnusedProxy: "HTTPS_PROXY"}, false, "No answer from https://console.tim.qq.com.", "NODE_EXTRA_CA_CERTS", true},
		{server, Event{Code: "DEPTH_ZERO_SELF_SIGNED_CERT"}, false, "No answer from https://console.tim.qq.com.", "--use-system-ca", true},
		{server, Event{Code: "CERT_UNTRUSTED"}, false, "No answer from https://console.tim.qq.com.", "--use-system-ca", true},
		{server, Event{Code: "CERT_HAS_EXPIRED"}, false, "No answer from https://console.tim.qq.com.", "clock", true},
		{server, Event{Code: "ERR_TLS_CERT_ALTNAME_INVALID"}, false, "No answer from https://console.tim.qq.com.", "for another host", true},
		{server, Event{Code: "CERTAINLY"}, false, "No answer from https://console.tim.qq.com.", "a firewall", false},
		{server, Event{Text: "Proxy response (407) !== 200 when HTTP Tunneling"}, false, "No answer from https://console.tim.qq.com: Proxy response (407) !== 200 when HTTP Tunneling.", "a user and a password", true},
		{server, Event{Text: "Proxy response (403) !== 200 when HTTP Tunneling"}, false, "No answer from https://console.tim.qq.com: Proxy response (403) !== 200 when HTTP Tunneling.", "refuses to connect", true},
		{server, Event{Text: "Proxy response (502) !== 200 when HTTP Tunneling"}, false, "No answer from https://console.tim.qq.com: Proxy response (502) !== 200 when HTTP Tunneling.", "a firewall or a proxy", false},
	} {
		want := test.event
		f := networkFailure(&test.event, test.begun, test.o, test.o.base(false))
		assert.Equal(t, test.message, f.Message)
		assert.Contains(t, f.Hint, test.partOfHint)
		assert.Equal(t, want.Code, f.Code)
		assert.Equal(t, !test.lasting, f.Retryable, want)
		assert.Equal(t, f.Retryable, f.hostDown, want)
		requireSentence(t, f.Hint)
	}
}

func TestAnErrorCodeSaysWhatToDoAboutIt(t *testing.T) {
	signsHere := &Options{Credential: SecretKey, Region: &restapi.Regions[0]}
	const wrongAdmin = "The identifier is not an admin of this app."
	const makeAdmin = "Make the account an admin in the console, or ask whoever manages the app."
	for _, test := range []struct {
		o             *Options
		code          int64
		info          string
		message, hint string
		retryable     bool
	}{
		{inRegion, 10007, "no permission", "The server answered with error 10007: no permission. " + wrongAdmin, makeAdmin, false},
		{inRegion, 10007, "no permission.", "The server answered with error 10007: no permission. " + wrongAdmin, makeAdmin, false},
		{inRegion, 10007, "who?", "The server answered with error 10007: who? " + wrongAdmin, makeAdmin, false},
		{inRegion, 10002, "", "The server answered with error 10002. The server failed internally.", "Resume later. If it stays, report the request ID to the vendor.", true},
		{inRegion, 70020, "", "The server answered with error 70020. The SDKAppID does not exist in this region.", "Give the correct region, and compare sdkAppId with the console. The call went to China (region 'china').", false},
		{atEndpoint, 70020, "", "The server answered with error 70020. The SDKAppID does not exist in this region.", "Give the correct region, and compare sdkAppId with the console.", false},
		{viaProxy, 70020, "", "The server answered with error 70020. The SDKAppID does not exist in this region.", "Give the correct region, and compare sdkAppId with the console.", false},
		{inRegion, 70001, "", "The server answered with error 70001. The UserSig has expired.", "Give a fresh UserSig, or secretKey, which signs a new one when needed. If a fresh one fails too, check this machine's clock.", true},
		{signsHere, 70001, "", "The server answered with error 70001. The UserSig has expired.", "Check how UserSigs are made, and the clock of the machine that makes them.", true},
		{signsHere, 70009, "", "The server answered with error 70009. The UserSig was made with another key than this app's.", "Compare sdkAppId and secretKey with the console.", false},
		{viaProxy, 70052, "", "The server answered with error 70052. The UserSig was revoked.", "The proxy signs: check its SDKAppID, identifier, key and clock.", true},
		{viaProxy, 70013, "", "The server answered with error 70013. The UserSig was made for another identifier.", "The proxy signs: check its SDKAppID, identifier, key and clock.", false},
		{inRegion, 123, "?", "The server answered with error 123: ? This code is not documented.", "Read errorInfo, and look up the code in the vendor's \"Error Codes\".", true},
	} {
		f := apiFailure(&restapi.Answer{ErrorCode: test.code, ErrorInfo: test.info}, test.o, nil)
		assert.Equal(t, test.message, f.Message)
		assert.Equal(t, test.hint, withOptionNames(f.Hint))
		assert.Equal(t, test.retryable, f.Retryable, test.code)
		assert.Equal(t, test.code, f.ErrorCode)
		assert.Equal(t, test.info, f.ErrorInfo)
	}
}

func TestASentenceEndsOnce(t *testing.T) {
	for text, want := range map[string]string{
		"a": "a.", "a.": "a.", "a?": "a?", "a!": "a!", "a\u2026": "a\u2026", "a. ": "a.", "a  ": "a.", "'a.'": "'a.'.", "": ".",
	} {
		assert.Equal(t, want, sentence(text))
	}
}

func TestAWrongKeyIsSuspectedWhereOneWasGiven(t *testing.T) {
	const compare = "Compare {option:sdkAppId} and {option:secretKey} with the console."
	signsHere := &Options{Credential: SecretKey, Region: &restapi.Regions[0]}
	for code, suspected := range map[int64]bool{70003: true, 70005: true, 70009: true, 70002: false, 70013: false, 70014: false} {
		answer := &restapi.Answer{ErrorCode: code}
		assert.Equal(t, suspected, apiFailure(answer, signsHere, nil).Hint == compare, code)
		assert.NotEqual(t, compare, apiFailure(answer, inRegion, nil).Hint, code)
	}
}
