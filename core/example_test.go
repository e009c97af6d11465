package core_test

import (
	"fmt"

	"tencent-chat-groups/core"
	"tencent-chat-groups/core/restapi"
)

// Example lists all groups with a toy host: its clock moves only when the engine waits, and its service answers from a
// list.
func Example() {
	answers := []string{
		`{"ActionStatus":"OK","ErrorCode":0,"TotalCount":3,"GroupIdList":[{"GroupId":"@TGS#1"},{"GroupId":"@TGS#2"}],"Next":4454685361}`,
		`{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":"server error"}`,
		`{"ActionStatus":"OK","ErrorCode":0,"TotalCount":3,"GroupIdList":[{"GroupId":"@TGS#3"}],"Next":0}`,
	}

	options := core.DefaultOptions()
	options.Credential = core.UserSigFunction
	options.SDKAppID = 1400000000
	options.Identifier = "administrator"
	options.Region = restapi.RegionOf(options.SDKAppID)
	if err := options.Validate(); err != nil {
		fmt.Println(err)
		return
	}

	nowMs, random := 0.0, uint32(1<<31)
	engine := core.NewEngine()
	id, action := engine.Open(&options, nowMs)
	for range 100 { // more than this listing takes
		var event core.Event
		switch action.Do {
		case core.Sign:
			event = core.Event{Report: core.Signed, Text: "a-made-up-UserSig"}
		case core.Wait:
			if action.Retry != nil {
				fmt.Println("retry:", action.Retry.Message)
			}
			fmt.Printf("wait %.0f ms\n", action.WaitMs)
			nowMs += action.WaitMs
			event = core.Event{Report: core.Tick}
		case core.Fetch:
			fmt.Println("POST", action.Body)
			nowMs += 50
			event = core.Event{Report: core.Headers, Status: 200}
		case core.Read:
			event = core.Event{Report: core.Body, Bytes: []byte(answers[0])}
			answers = answers[1:]
		case core.Page:
			fmt.Println("page", action.GroupIDs.Strings())
			event = core.Event{Report: core.Taken}
		case core.Done:
			fmt.Println("done:", action.TotalCount, "groups, complete:", action.Complete)
			return
		case core.Fail:
			fmt.Println(action.Failure)
			return
		}
		action = engine.Step(id, nowMs, random, event)
	}
	// Output:
	// POST {}
	// page [@TGS#1 @TGS#2]
	// wait 1000 ms
	// POST {"Next":4454685361}
	// retry: The server answered with error 10002: server error. The server failed internally.
	// wait 250 ms
	// wait 750 ms
	// POST {"Next":4454685361}
	// page [@TGS#3]
	// done: 3 groups, complete: true
}
