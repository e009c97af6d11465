//go:build js && wasm

// Package bordertest plays JavaScript's part at the border, for tests of the modules.
package bordertest

import (
	"unsafe"

	"tencent-chat-groups/wasm/border"
)

// Write leaves a text where the module finds it and returns its length.
func Write(text string) int32 {
	n := int32(len(text))
	copy(unsafe.Slice((*byte)(border.Room(n)), n), text)
	return n
}

// Text is the text that the module left.
func Text() string { return read(0) }

// IDs is the run of group IDs that the module left.
func IDs() string { return read(2) }

// ListingID is the listing that the module opened.
func ListingID() int32 { return int32(mailbox()[4]) }

// WokenID is the listing that the module allows to go on.
func WokenID() int32 { return int32(mailbox()[5]) }

func mailbox() *[6]uint32 { return (*[6]uint32)(border.Mailbox()) }

func read(place int) string {
	box := mailbox()
	if box[place+1] == 0 {
		return ""
	}
	address := uintptr(box[place])
	return string(unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), box[place+1]))
}
