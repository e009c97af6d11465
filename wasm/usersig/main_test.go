//go:build js && wasm

package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"

	"tencent-chat-groups/wasm/border"
	"tencent-chat-groups/wasm/border/bordertest"
)

func signed(t *testing.T, request string) (userSig, problem string) {
	n := bordertest.Write(request)
	sign(n)
	assert.NotContains(t, string(border.Input(n)), "key", "the key stays where JavaScript wrote it")
	var out struct{ UserSig, Error string }
	require.NoError(t, json.Unmarshal([]byte(bordertest.Text()), &out))
	return out.UserSig, out.Error
}

func TestAUserSigIsWhatTheVendorsLibraryAccepts(t *testing.T) {
	userSig, problem := signed(t, `{"sdkAppId":4294967295,"secretKey":"a made-up key","identifier":"administrator","expireSeconds":60}`)
	require.Empty(t, problem)
	now := time.Now()
	verify := func(app uint64, key, identifier string, at time.Time) error {
		return tencentyun.VerifyUserSig(app, key, identifier, userSig, at)
	}
	assert.NoError(t, verify(4294967295, "a made-up key", "administrator", now))
	assert.ErrorIs(t, verify(4294967295, "a made-up key", "administrator", now.Add(2*time.Minute)), tencentyun.ErrExpired)
	assert.ErrorIs(t, verify(4294967295, "another key", "administrator", now), tencentyun.ErrSigNotMatch)
	assert.ErrorIs(t, verify(4294967294, "a made-up key", "administrator", now), tencentyun.ErrSdkAppIDNotMatch)
	assert.ErrorIs(t, verify(4294967295, "a made-up key", "somebody", now), tencentyun.ErrIdentifierNotMatch)
}

func TestARequestThatCannotBeReadIsNotRepeated(t *testing.T) {
	userSig, problem := signed(t, `{"sdkAppId":"the key"}`)
	assert.Empty(t, userSig)
	assert.Equal(t, "the request to sign could not be read", problem)
}
