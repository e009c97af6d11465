// Package sandbox is a server that behaves like Tencent Cloud Chat's get_appid_group_list and get_group_info endpoints,
// to try out and test programs that list the groups of an app. cmd/sandbox runs it; a Go test can mount a Server on any
// listener.
//
// It is made from the vendor's documentation, and shares no code with the client that it tests, so a mistake in one of
// them shows as a difference.
//
// An App decides the answer to a call, and needs no network. A Server is an App behind HTTP, with latency, faults of
// the connection and a log. Its files are excluded from WebAssembly, of which net/http would be two thirds: there
// wasm/sandbox passes calls to the App.
//
// # What a call goes through
//
// Every answer, even a refusal, is HTTP 200 with ActionStatus, ErrorInfo and ErrorCode. The checks, in this order:
//
//	path        another command of the service is 10003, any other path 60009
//	method      only POST; anything else is 60002
//	sdkappid    missing 60012, not a number from 1 to 4294967295 60006, another app's 70020
//	            ── from here on the call counts as an arrival ──
//	query       contenttype other than json, random that is no unsigned 32-bit number: 60002; no identifier: 60004
//	usersig     empty 70002, unreadable 70003, another SDKAppID's 70014, another identifier's 70013, expired 70001,
//	            made with another key 70009
//	identifier  signed correctly, but not the app's admin: 10007
//	pace        less than the interval after the arrival before it: 10006
//	body        not JSON, or over 64 KiB: 60002; not an object, or a Limit, Next or GroupType of the wrong type or range,
//	            or a Next that the sandbox never gave: 10004. Other fields are ignored
//	answer      over 1 MiB: 10018
//
// # Arrivals
//
// A call arrives when the whole request was read and the first part of its latency has passed. Every call of the
// command with this app's SDKAppID counts, even if it is throttled, wrongly signed, or its client has disconnected.
// Calls with another path, method or SDKAppID do not count.
//
// # Groups and cursors
//
// Groups are made from a seed: the same seed makes the same groups in the same order. The first and the last groups of
// each type have ordinary IDs. Those between them also have IDs with quotes, spaces, other scripts and invisible
// characters.
//
// A cursor is an opaque integer from 2^32 to 2^63-1 for a position between two groups. It is the same on every run,
// works with any Limit and GroupType, and needs no memory in the server.
//
// # Faults
//
// A Script plays faults at selected calls, to show how a client copes with them:
//
//	[{"fault": "lost-answer", "call": 2},
//	 {"fault": "status", "from": 4, "to": 6, "status": 503, "retryAfter": "2"},
//	 {"fault": "delay", "every": 10, "in": "300ms"}]
//
// Every request counts as a call here, from 1, in the order in which requests were read. The first matching entry is
// played. Only a lost request does not arrive: a call with any other fault counts for the pace. Faults of the
// connection and of the message (lost-request to cut-json, in the order of faultKinds) replace or break any answer;
// faults of a page (the rest) change a page, but no refusal. faultKinds, faultFields and wrongAnswers are the complete
// lists, which "go run ./cmd/sandbox --help" prints.
//
// # Profiles
//
// get_group_info goes through the same checks, with its own body and pace: GroupIdList has 1 to 50 strings,
// ResponseFilter has arrays of strings, GroupBaseInfoFilter has known fields, else 10004; more than
// Config.ProfilesPerSecond calls within any second, refused ones included, are 10006. Codes of single groups are 10010
// (unknown, or one of Config.Dismissed) and 10015 (empty or more than 48 bytes). Without a filter everything is sent,
// members included.
//
// Profiles are made from the seed and the group's ID on request. Times are before the start of the app.
//
// Faults of profiles (profileFaultKinds) change answers to get_group_info only, faults of a page only pages. With
// "command" an entry is for the calls of one command, which are then counted separately.
//
// A client may make more calls than its program does: browsers and some HTTP libraries repeat a request when a reused
// connection breaks without a response.
package sandbox
