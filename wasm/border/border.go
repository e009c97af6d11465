//go:build js && wasm

// Package border is how a Go module and JavaScript hand texts to each other without syscall/js.
//
// JavaScript sees Go's whole memory as one array of bytes. For a text into Go it asks for room, writes UTF-8 there and
// calls an export with the text's length. For a text out of Go, the export leaves address and length in the mailbox, a
// few numbers at an address that never changes, and JavaScript copies the text before its next call. Addresses are
// those of Go's heap, which does not move what it holds; but the memory may grow during any call, so JavaScript looks
// at its buffer again after each.
package border

import "unsafe"

// The mailbox's places. js/border.js knows them by the same names.
const (
	textAddress = iota
	textLength
	idsAddress
	idsLength
	listingID
	wokenID
	places
)

var (
	mailbox [places]uint32
	input   []byte
	text    []byte // keeps what the mailbox points at from the garbage collector
	ids     []byte
)

// Mailbox is where the mailbox is.
//
//go:wasmexport mailbox
func Mailbox() unsafe.Pointer { return unsafe.Pointer(&mailbox) }

// Room makes room for a text of n bytes and says where.
//
//go:wasmexport input
func Room(n int32) unsafe.Pointer {
	if cap(input) < int(n) {
		input = make([]byte, n)
	}
	return unsafe.Pointer(unsafe.SliceData(input[:n]))
}

// Input is the text of n bytes that JavaScript wrote.
func Input(n int32) []byte { return input[:n] }

// SetText leaves a text for JavaScript.
func SetText(s string) {
	text = append(text[:0], s...)
	mailbox[textAddress], mailbox[textLength] = address(text), uint32(len(text))
}

// SetIDs leaves a run of group IDs for JavaScript, without copying it.
func SetIDs(run []byte) {
	ids = run
	mailbox[idsAddress], mailbox[idsLength] = address(ids), uint32(len(ids))
}

// SetListing leaves the ID of a listing that was opened, or 0.
func SetListing(id int) { mailbox[listingID] = uint32(id) }

// SetWoken leaves the ID of a listing that may go on, or 0.
func SetWoken(id int) { mailbox[wokenID] = uint32(id) }

func address(b []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b))))
}
