//go:build js && wasm

// Command ordinary reads answers as most Go programs for JavaScript would: with encoding/json, and with syscall/js for
// the input and for an array of strings. The benchmarks compare the package with it.
package main

import (
	"encoding/json"
	"strconv"
	"syscall/js"
)

type answer struct {
	TotalCount  int64
	Next        int64
	GroupIdList []struct{ GroupId string }
}

func main() {
	js.Global().Set("readAnswer", js.FuncOf(readAnswer))
	select {}
}

// readAnswer takes a Uint8Array and returns { groupIds, totalCount, next }, or the text of an error.
func readAnswer(_ js.Value, args []js.Value) any {
	body := make([]byte, args[0].Length())
	js.CopyBytesToGo(body, args[0])
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return err.Error()
	}
	ids := make([]any, len(a.GroupIdList))
	for i, group := range a.GroupIdList {
		ids[i] = group.GroupId
	}
	return map[string]any{"groupIds": ids, "totalCount": a.TotalCount, "next": strconv.FormatInt(a.Next, 10)}
}
