//go:build js && wasm

// Command sandbox is sandbox.wasm: the sandbox inside the process that tries it, for the command line's --sandbox.
// There is no socket and no Go on the user's machine: JavaScript hands each call over when it arrives and gets the
// answer's body. Only js/cli/sandbox.js loads it.
package main

import (
	"encoding/json"
	"time"

	"tencent-chat-groups/internal/sandbox"
	"tencent-chat-groups/wasm/border"
)

// The app is the one that cmd/sandbox has by default.
const (
	sdkAppID   = 1_400_000_000
	identifier = "administrator"
	seed       = 1
	groups     = 25_000
)

var app *sandbox.App

func main() {
	select {} // exports work only while main has not returned
}

// open makes the app, and leaves what a listing of it needs: {"sdkAppId":...,"identifier":"...","secretKey":"...",
// "groups":...}.
//
//go:wasmexport open
func open() {
	config := sandbox.Config{
		SDKAppID: sdkAppID, Identifier: identifier, SecretKey: sandbox.DerivedKey(seed), Seed: seed, Interval: time.Second,
		Groups: sandbox.NewGenerator(seed, false).Generate(groups), ProfilesPerSecond: 200,
	}
	app = sandbox.NewApp(config)
	leave(struct {
		SDKAppID   uint32 `json:"sdkAppId"`
		Identifier string `json:"identifier"`
		SecretKey  string `json:"secretKey"`
		Groups     int    `json:"groups"`
	}{config.SDKAppID, config.Identifier, config.SecretKey, groups})
}

// answer answers a call that arrives now. In: {"method":"POST","path":"/v4/...","query":"sdkappid=...","body":"{}"}.
// Out: the answer's body, which is JSON.
//
//go:wasmexport answer
func answer(n int32) {
	var call struct{ Method, Path, Query, Body string }
	if err := json.Unmarshal(border.Input(n), &call); err != nil {
		panic(err) // JavaScript wrote four strings
	}
	border.SetText(string(app.Answer(sandbox.Request{
		Method: call.Method, Path: call.Path, Query: call.Query, Body: []byte(call.Body),
	})))
}

func leave(value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	border.SetText(string(text))
}
