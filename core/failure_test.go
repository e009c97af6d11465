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
		{inRegion, []int64{0, 301, 302, 303, 307, 308}, "redirect, which is not followed", "the service itself does not redirect", false, false},
		{atEndpoint, []int64{0, 307}, "redirect", "Give the final URL as endpoint.", false, false},
		{viaProxy, []int64{0, 307}, "redirect", "Give the final URL as proxy.", false, false},
		{viaProxy, []int64{401, 403, 407}, "HTTP status 40", "The signing proxy refused the call", false, false},
		{inRegion, []int64{401, 403, 407}, "HTTP status 40", "Something between here and the service refused", false, false},
		{atEndpoint, []int64{404, 405}, "HTTP status 40", "Look at endpoint: /v4/group_open_http_svc/get_appid_group_list is not served there.", false, false},
		{viaProxy, []int64{404}, "HTTP status 404", "Look at proxy: /v4/", false, false},
		{inRegion, []int64{404}, "HTTP status 404", "Look at what lies between here and the service", false, false},
		{viaProxy, []int64{201, 204, 206, 400, 418, -1}, "HTTP status ", "this is not how the service answers", false, false},
	} {
		for _, status := range test.statuses {
			f := httpFailure(status, test.o)
			assert.Equal(t, HTTPFailure, f.Kind)
			assert.Equal(t, status, f.Status)
			assert.Contains(t, f.Message, test.message)
			assert.Contains(t, f.Hint, test.hint)
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
		text, code          string
		begun               bool
		message, partOfHint string
	}{
		{server, "getaddrinfo ENOTFOUND x", "ENOTFOUND", false, "No answer from https://console.tim.qq.com: getaddrinfo ENOTFOUND x.", "could not be resolved"},
		{server, "", "EAI_AGAIN", false, "No answer from https://console.tim.qq.com.", "could not be resolved"},
		{server, "connect ECONNREFUSED", "ECONNREFUSED", false, "No answer from https://console.tim.qq.com: connect ECONNREFUSED.", "Nothing listens there"},
		{server, "self-signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN", false, "No answer from https://console.tim.qq.com: self-signed certificate in certificate chain.", "NODE_EXTRA_CA_CERTS"},
		{server, "It broke.", "", false, "No answer from https://console.tim.qq.com: It broke.", "a firewall"},
		{server, "read", "ECONNRESET", true, "The answer from https://console.tim.qq.com broke off: read.", "a firewall"},
		{server, "fetch did not return a Response with a body", "ERR_NO_RESPONSE", true, "No answer from https://console.tim.qq.com: fetch did not return a Response with a body.", "a promise of a Response"},
		{server, "there is no fetch here", "ERR_NO_FETCH", false, "No answer from https://console.tim.qq.com: there is no fetch here.", "Give fetch"},
		{browser, "Failed to fetch", "", false, "No answer from https://proxy.example: Failed to fetch.", "CORS"},
	} {
		f := networkFailure(test.text, test.code, test.begun, test.o, test.o.base(false))
		assert.Equal(t, test.message, f.Message)
		assert.Contains(t, f.Hint, test.partOfHint)
		assert.Equal(t, test.code, f.Code)
		assert.Equal(t, test.code != "ERR_NO_RESPONSE" && test.code != "ERR_NO_FETCH", f.Retryable, test.code)
		assert.Equal(t, f.Retryable, f.hostDown, test.code)
		requireSentence(t, f.Hint)
	}
}

func TestAnErrorCodeSaysWhatToDoAboutIt(t *testing.T) {
	for _, test := range []struct {
		o             *Options
		code          int64
		info          string
		message, hint string
		retryable     bool
	}{
		{inRegion, 10007, "no permission", "The server answered with error 10007: no permission.", "The identifier is not an admin of this app.", false},
		{inRegion, 10007, "no permission.", "The server answered with error 10007: no permission.", "The identifier is not an admin of this app.", false},
		{inRegion, 10007, "who?", "The server answered with error 10007: who?", "The identifier is not an admin of this app.", false},
		{inRegion, 10002, "", "The server answered with error 10002.", "The server failed internally.", true},
		{inRegion, 70020, "", "The server answered with error 70020.", "The SDKAppID does not exist here: is it the right region? Asked was China (region 'china').", false},
		{atEndpoint, 70020, "", "The server answered with error 70020.", "The SDKAppID does not exist here: is it the right region?", false},
		{viaProxy, 70020, "", "The server answered with error 70020.", "The SDKAppID does not exist here: is it the right region?", false},
		{inRegion, 70001, "", "The server answered with error 70001.", "The UserSig has expired. Give userSig as a function that returns a fresh one: it is called again when one has expired.", true},
		{atEndpoint, 70001, "", "The server answered with error 70001.", "The UserSig has expired.", true},
		{viaProxy, 70052, "", "The server answered with error 70052.", "The UserSig was revoked: make a new one. The proxy signs: look there.", true},
		{inRegion, 123, "?", "The server answered with error 123: ?", "The server answered with a code that is not documented.", true},
	} {
		f := apiFailure(&restapi.Answer{ErrorCode: test.code, ErrorInfo: test.info}, test.o, nil)
		assert.Equal(t, test.message, f.Message)
		assert.Equal(t, test.hint, f.Hint)
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
