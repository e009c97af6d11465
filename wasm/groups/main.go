//go:build js && wasm

// Command groups is groups.wasm: the engine of package core with a border to JavaScript. It is loaded by every runtime,
// browsers included, and so it cannot sign: no key ever enters it.
//
// Each export below is called synchronously while main sleeps. Texts cross as package border says.
package main

import (
	"unsafe"

	"tencent-chat-groups/core"
	"tencent-chat-groups/wasm/border"
)

var (
	engine     = core.NewEngine()
	answerBody []byte // used again for one answer after the other: JavaScript hands over each as a whole
)

func main() {
	select {} // exports work only while main has not returned
}

// open begins a listing. In: the options as core.ReadOptions takes them. Out: the listing's ID, the first action.
//
//go:wasmexport open
func open(n int32, nowMs float64) {
	options, failure := core.ReadOptions(border.Input(n))
	if failure != nil {
		border.SetListing(0)
		answer(&core.Action{Do: core.Fail, Failure: failure})
		return
	}
	id, action := engine.Open(options, nowMs)
	border.SetListing(id)
	answer(action)
}

// step tells a listing what happened. In: an event as core.ReadEvent takes it. Out: the next action and, with a page,
// its IDs.
//
//go:wasmexport step
func step(id int32, nowMs float64, random uint32, n int32) {
	event, failure := core.ReadEvent(border.Input(n))
	if failure != nil {
		engine.Close(int(id), nowMs)
		answer(&core.Action{Do: core.Fail, Failure: failure})
		return
	}
	if event.Report == core.Body {
		event.Bytes = answerBody
	}
	answer(engine.Step(int(id), nowMs, random, event))
}

// body makes room for the n bytes of an answer, which the next step reports, and says where.
//
//go:wasmexport body
func body(n int32) unsafe.Pointer {
	if cap(answerBody) <= int(n) {
		// Never empty, so that it has an address. A quarter more, because answers differ a little in size.
		answerBody = make([]byte, n+n/4+1)
	}
	answerBody = answerBody[:n]
	return unsafe.Pointer(unsafe.SliceData(answerBody))
}

// closeListing forgets a listing whose caller gave up. Out: its checkpoint, or nothing if there is no such listing.
//
//go:wasmexport close
func closeListing(id int32, nowMs float64) {
	text := ""
	if checkpoint := engine.Close(int(id), nowMs); checkpoint != nil {
		text = checkpoint.JSON()
	}
	border.SetText(text)
	border.SetWoken(engine.Woken())
}

// redact takes signatures out of a text. In and out: the text.
//
//go:wasmexport redact
func redact(id, n int32) {
	border.SetText(engine.Redact(int(id), string(border.Input(n))))
}

func answer(action *core.Action) {
	border.SetIDs(action.GroupIDs.Text)
	border.SetWoken(engine.Woken())
	border.SetText(action.JSON())
}
