//go:build js && wasm

// Command profiles is the reader of profiles alone behind the border, for a row of the benchmark.
package main

//lint:file-ignore U1000 JavaScript calls the exports

import (
	"encoding/json"
	"unsafe"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/wasm/border"
)

var (
	groupIDs []string
	reader   = restapi.ProfileQuery{Fields: restapi.ProfileFields}.Reader()
	places   [6]uint32 // address and length of the Rows, ASCII and Wide of a ProfileList
)

func main() {
	select {} // exports work only while main has not returned
}

// ask sets the groups. In: the group IDs, as a JSON array.
//
//go:wasmexport ask
func ask(n int32) {
	if err := json.Unmarshal(border.Input(n), &groupIDs); err != nil {
		panic(err)
	}
}

// read reads an answer and returns where the profiles are. In: the answer's body.
//
//go:wasmexport read
func read(n int32) unsafe.Pointer {
	answer, err := reader.Read(border.Input(n), groupIDs)
	if err != nil {
		panic(err)
	}
	list := answer.Profiles
	places = [...]uint32{
		address(unsafe.SliceData(list.Rows)), uint32(len(list.Rows)),
		address(unsafe.SliceData(list.ASCII)), uint32(len(list.ASCII)),
		address(unsafe.SliceData(list.Wide)), uint32(len(list.Wide)),
	}
	return unsafe.Pointer(&places)
}

func address[T any](p *T) uint32 { return uint32(uintptr(unsafe.Pointer(p))) }
