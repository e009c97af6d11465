//go:build js && wasm

// Command usersig is usersig.wasm: it signs UserSigs with the vendor's own library. It is a module of its own, loaded
// only by Node.js and Electron's main process and only when a secretKey is used, so that no browser ever loads a module
// that can sign, and nobody pays for its size who does not need it.
package main

import (
	"encoding/json"

	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"

	"tencent-chat-groups/wasm/border"
)

func main() {
	select {} // exports work only while main has not returned
}

// sign makes a UserSig. In:
// {"sdkAppId":1400000000,"secretKey":"...","identifier":"administrator","expireSeconds":1800}. Out: {"userSig":"..."}
// or {"error":"..."}, which never holds the key.
//
//go:wasmexport sign
func sign(n int32) {
	request := border.Input(n)
	var in struct {
		SDKAppID      uint32 `json:"sdkAppId"`
		SecretKey     string `json:"secretKey"`
		Identifier    string `json:"identifier"`
		ExpireSeconds int    `json:"expireSeconds"`
	}
	err := json.Unmarshal(request, &in)
	clear(request)
	var out struct {
		UserSig string `json:"userSig,omitempty"`
		Error   string `json:"error,omitempty"`
	}
	if err != nil {
		out.Error = "the request to sign could not be read" // err may quote the request
	} else if out.UserSig, err = tencentyun.GenUserSig(
		int(in.SDKAppID), in.SecretKey, in.Identifier, in.ExpireSeconds); err != nil {
		out.Error = err.Error()
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err) // two strings always marshal
	}
	border.SetText(string(text))
}
