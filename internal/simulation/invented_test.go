package simulation

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tencent-chat-groups/core"
)

// endlessServer is a server whose listings have no end. page returns the answer to the n-th call.
type endlessServer struct {
	name string
	page func(n int) (ids, total int)
}

// Listings of such servers end, however often they are resumed.
func TestNoEndlessListing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, server := range []endlessServer{
		{"full pages", func(int) (int, int) { return 10_000, 5 }},
		{"full pages and TotalCount 0", func(int) (int, int) { return 10_000, 0 }},
		{"small pages", func(int) (int, int) { return 10, 5 }},
		{"pages of any size", func(int) (int, int) { return random.IntN(2000), 70 }},
		{"a falling TotalCount", func(n int) (int, int) { return 5000, max(0, 300_000-n*1000) }},
		{"an oscillating TotalCount", func(n int) (int, int) { return 5000, 1000 * (n % 7) }},
		{"an ID in every sixth page", func(n int) (int, int) { return max(0, n%6-4) * 100, 5 }},
	} {
		for _, call := range []string{"listAllGroups", "paginateGroups"} {
			for _, options := range []string{
				``, `,"groupType":"Public"`, `,"groupType":["Public","Community"]`, `,"maxPages":3`,
			} {
				server.list(t, call, options)
			}
		}
	}
}

func (server endlessServer) list(t *testing.T, call, options string) {
	t.Helper()
	const maxPages = 20_000 // more than 100,000 IDs take, ten in a page
	engine, checkpoint := core.NewEngine(), ""
	for calls := 0; ; {
		read, failure := core.ReadOptions([]byte(`{"call":"` + call +
			`","runtime":"server","origin":"","options":{"sdkAppId":1400000000,` +
			`"proxy":"https://proxy.example","minIntervalMs":0` + options + checkpoint + `}}`))
		if failure != nil {
			t.Fatal(failure)
		}
		id, action := engine.Open(read, 0)
		for action.Do < core.Done {
			event := core.Event{Report: core.Tick}
			switch action.Do {
			case core.Fetch:
				event = core.Event{Report: core.Headers, Status: 200}
			case core.Read:
				if calls++; calls > maxPages {
					t.Fatalf("%s, %s%s: no end after %d pages", server.name, call, options, maxPages)
				}
				ids, total := server.page(calls)
				list := strings.TrimSuffix(strings.Repeat(`{"GroupId":"g"},`, ids), ",")
				event = core.Event{Report: core.Body, Bytes: fmt.Appendf(nil,
					`{"ActionStatus":"OK","ErrorCode":0,"TotalCount":%d,"GroupIdList":[%s],"Next":%d}`, total, list, calls)}
			case core.Page:
				event = core.Event{Report: core.Taken}
				if call == "listAllGroups" {
					event.Duplicates = int64(action.GroupIDs.Count)
				}
			}
			action = engine.Step(id, 0, 0, event)
		}
		if action.Do == core.Fail {
			if action.Failure.Kind != core.ProtocolFailure || !strings.Contains(action.Failure.Message, "TotalCount") {
				t.Fatalf("%s, %s%s: %v", server.name, call, options, action.Failure)
			}
			return
		}
		checkpoint = `,"resume":{"kind":"checkpoint","value":` + action.Checkpoint.JSON() + `}`
	}
}
