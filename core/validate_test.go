package core

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
)

// valid returns options that Validate accepts.
func valid() Options {
	o := DefaultOptions()
	o.Credential, o.SDKAppID, o.Identifier = UserSigFunction, 1400000000, "administrator"
	o.Region = restapi.RegionOf(o.SDKAppID)
	return o
}

func TestValidate(t *testing.T) {
	const hour = 3_600_000
	proxy := func(o *Options) {
		*o = DefaultOptions()
		o.Credential, o.BaseURL = SigningProxy, "https://proxy.example"
	}
	for _, test := range []struct {
		name   string
		change func(o *Options)
		option string // that is wrong; "" if none is
		part   string // of the message
	}{
		{"valid", func(*Options) {}, "", ""},
		{"a proxy knows the rest", proxy, "", ""},
		{"no credential", func(o *Options) { o.Credential = NoCredential }, "userSig", "There is no credential"},
		{"no proxy", func(o *Options) { proxy(o); o.BaseURL = "" }, "proxy", "proxy is missing"},
		{"no sdkAppId", func(o *Options) { o.SDKAppID = 0 }, "sdkAppId", "a whole number from 1 to 4294967295"},
		{"sdkAppId -1", func(o *Options) { o.SDKAppID = -1 }, "sdkAppId", "from 1 to 4294967295; got -1"},
		{"sdkAppId 1", func(o *Options) { o.SDKAppID = 1 }, "", ""},
		{"the largest sdkAppId", func(o *Options) { o.SDKAppID = 1<<32 - 1 }, "", ""},
		{"sdkAppId 2^32", func(o *Options) { o.SDKAppID = 1 << 32 }, "sdkAppId", "got 4294967296"},
		{"no identifier", func(o *Options) { o.Identifier = "" }, "identifier", "identifier is missing"},
		{"255 bytes", func(o *Options) { o.Identifier = strings.Repeat("x", 255) }, "", ""},
		{"256 bytes", func(o *Options) {
			o.Identifier = strings.Repeat("x", 256)
		}, "identifier", "got a string of 256 bytes"},
		{"256 bytes for a proxy", func(o *Options) {
			proxy(o)
			o.Identifier = strings.Repeat("x", 256)
		}, "identifier", "256"},
		{"no region", func(o *Options) { o.Region = nil }, "region", "region is missing"},
		{"an endpoint", func(o *Options) { o.Region, o.BaseURL = nil, "https://chat.example" }, "", ""},
		{"limit 0", func(o *Options) { o.Limit = 0 }, "limit", "a whole number from 1 to 10000; got 0"},
		{"limit 1", func(o *Options) { o.Limit = 1 }, "", ""},
		{"limit 10,001", func(o *Options) { o.Limit = 10_001 }, "limit", "got 10001"},
		{"timeoutMs 0", func(o *Options) { o.TimeoutMs = 0 }, "timeoutMs", "from 1 to 3600000; got 0"},
		{"an hour", func(o *Options) { o.TimeoutMs, o.MinIntervalMs = hour, hour }, "", ""},
		{"more than an hour", func(o *Options) { o.TimeoutMs = hour + 1 }, "timeoutMs", "got 3600001"},
		{"no pace", func(o *Options) { o.MinIntervalMs = 0 }, "", ""},
		{"minIntervalMs -1", func(o *Options) { o.MinIntervalMs = -1 }, "minIntervalMs", "from 0 to 3600000; got -1"},
		{"a pace of more than an hour", func(o *Options) { o.MinIntervalMs = hour + 1 }, "minIntervalMs", "got 3600001"},
		{"no retries", func(o *Options) { o.MaxRetries = 0 }, "", ""},
		{"maxRetries -1", func(o *Options) { o.MaxRetries = -1 }, "maxRetries", "from 0 to 1000; got -1"},
		{"maxRetries 1001", func(o *Options) { o.MaxRetries = 1001 }, "maxRetries", "got 1001"},
		{"maxPages 1", func(o *Options) { o.MaxPages = 1 }, "", ""},
		{"maxPages -1", func(o *Options) { o.MaxPages = -1 }, "maxPages", "from 1 to 9007199254740991; got -1"},
		{"a cursor", func(o *Options) { o.Next = 1 }, "", ""},
		{"a negative cursor", func(o *Options) { o.Next = -1 }, "next", "got -1"},
		{"one type", func(o *Options) { o.GroupType = "Public" }, "", ""},
		{"an unknown type", func(o *Options) { o.GroupType = "Pub" }, "groupType", "got the string 'Pub'"},
		{"two types", func(o *Options) { o.GroupTypes = types("Public", "Community") }, "", ""},
		{"an unknown second type", func(o *Options) {
			o.GroupTypes = types("Public", "x")
		}, "groupType", "got the string 'x'"},
		{"a type twice", func(o *Options) {
			o.GroupTypes = types("Public", "Private", "Public")
		}, "groupType", "has Public twice"},
		{"types for one page", func(o *Options) {
			o.Operation, o.GroupTypes = ListGroups, types("Public")
		}, "groupType", "listGroups"},
		{"a cursor of types", func(o *Options) { o.Next, o.GroupTypes = 1, types("Public") }, "next", "of one group type"},
		{"a checkpoint", func(o *Options) { o.Resume = &Checkpoint{App: "1400000000", Next: 7} }, "", ""},
		{"a checkpoint and a cursor", func(o *Options) {
			o.Next, o.Resume = 1, &Checkpoint{App: "1400000000"}
		}, "resume", "both"},
		{"another app's checkpoint", func(o *Options) { o.Resume = &Checkpoint{App: "1400000001"} }, "resume", "another app"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := valid()
			test.change(&o)
			err := o.Validate()
			if test.option == "" {
				require.NoError(t, err)
				return
			}
			f, ok := errors.AsType[*Failure](err)
			require.True(t, ok, err)
			assert.Equal(t, ValidationFailure, f.Kind)
			assert.Equal(t, test.option, f.Option)
			assert.Contains(t, withOptionNames(f.Message), test.part)
			requireSentence(t, f.Message)
		})
	}
}

func types(names ...restapi.GroupType) []restapi.GroupType { return names }
