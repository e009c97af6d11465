//go:build js && wasm

package main

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"tencent-chat-groups/wasm/border/bordertest"
)

func TestProfilesAreWhereReadSays(t *testing.T) {
	ask(bordertest.Write(`["a","群"]`))
	at := read(bordertest.Write(`{"ErrorCode":0,"GroupInfo":[{"GroupId":"群","ErrorCode":0,"Name":"n"},` +
		`{"GroupId":"a","ErrorCode":0,"MemberNum":7}]}`))
	got := (*[6]uint32)(at)
	assert.Equal(t, uint32(2*2*17), got[1], "two rows of the group ID and 16 fields")
	assert.Equal(t, "na", text(got[2], got[3]))
	assert.Equal(t, "群", text(got[4], got[5]))
}

func text(address, length uint32) string {
	at := uintptr(address)
	return unsafe.String(*(**byte)(unsafe.Pointer(&at)), length)
}
