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
	engine = core.NewEngine()
	bodies []answerBody // the answers that are being read
	spare  []byte       // a body's memory, kept for the next one
)

type answerBody struct {
	listing int32
	bytes   []byte
}

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
	answer(&action)
}

// step tells a listing what happened. In: an event as core.ReadEvent takes it. Out: the next action and, with a page, its IDs.
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
		if b := bodyOf(id); b != nil {
			event.Bytes = b.bytes
		}
	}
	action := engine.Step(int(id), nowMs, random, event)
	if action.Do != core.Read {
		forgetBody(id)
	}
	answer(&action)
}

// body makes room for n more bytes of a listing's answer and says where, or 0 if that would be more than an answer may have.
//
//go:wasmexport body
func body(id, n int32) unsafe.Pointer {
	b := bodyOf(id)
	if b == nil {
		bodies = append(bodies, answerBody{id, spare[:0]})
		spare = nil
		b = &bodies[len(bodies)-1]
	}
	from := len(b.bytes)
	if n < 0 || from+int(n) > core.MaxAnswerBytes {
		return nil
	}
	for cap(b.bytes) < from+int(n) {
		b.bytes = append(b.bytes[:cap(b.bytes)], 0)
	}
	b.bytes = b.bytes[:from+int(n)]
	return unsafe.Pointer(unsafe.SliceData(b.bytes[from:]))
}

// closeListing forgets a listing whose caller gave up. Out: its checkpoint, or nothing if there is no such listing.
//
//go:wasmexport close
func closeListing(id int32, nowMs float64) {
	border.SetText(engine.Close(int(id), nowMs))
	border.SetWoken(engine.Woken())
	forgetBody(id)
}

// redact takes signatures out of a text. In and out: the text.
//
//go:wasmexport redact
func redact(id, n int32) {
	border.SetText(engine.Redact(int(id), string(border.Input(n))))
}

func bodyOf(id int32) *answerBody {
	for i := range bodies {
		if bodies[i].listing == id {
			return &bodies[i]
		}
	}
	return nil
}

func forgetBody(id int32) {
	for i := range bodies {
		if bodies[i].listing == id {
			spare = bodies[i].bytes
			bodies = append(bodies[:i], bodies[i+1:]...)
			return
		}
	}
}

func answer(action *core.Action) {
	border.SetIDs(action.GroupIDs.Text)
	border.SetWoken(engine.Woken())
	border.SetText(action.JSON())
}
