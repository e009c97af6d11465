// Package sandbox is a server that behaves as Tencent Cloud Chat's get_appid_group_list and get_group_info endpoints do, for
// trying out and testing whatever lists the groups of an app. cmd/sandbox runs it; a Go test can mount a Server on any listener.
//
// It is an independent view of the endpoint, made from the vendor's documentation, and shares no code with the client that
// it is used to test: a mistake in one of them shows as a disagreement.
//
// An App decides what a call is answered, and needs no network for it. A Server is an App behind HTTP, with latency, faults
// of the connection and a log. Its files are left out of WebAssembly, of which net/http would be two thirds: there
// wasm/sandbox hands calls to the App.
//
// # What a call goes through
//
// Every answer, a refusal too, is HTTP 200 with ActionStatus, ErrorInfo and ErrorCode. The checks, in this order:
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
// A call arrives when the whole request has been read and the way in, the first part of its latency, has passed. Every
// call of the command that names this app counts, whatever becomes of it: the throttled ones, the wrongly signed ones and
// those whose client has gone away too. Calls with another path, method or SDKAppID don't.
//
// # Groups and cursors
//
// Groups are made from a seed, and the same seed makes the same groups, in the same order, on every run. The first and the
// last groups of each type have ordinary IDs; between them are IDs with quotes, spaces, other scripts and invisible
// characters as well.
//
// A cursor is an opaque integer from 2^32 to 2^63-1 that stands for a place between two groups: it is the same on every
// run, fits any Limit and GroupType, and needs no memory in the server.
//
// # Faults
//
// A Script has faults played at calls of one's choice, to see what a client makes of them:
//
//	[{"fault": "lost-answer", "call": 2},
//	 {"fault": "status", "from": 4, "to": 6, "status": 503, "retryAfter": "2"},
//	 {"fault": "delay", "every": 10, "in": "300ms"}]
//
// Every request counts as a call here, whatever it asks for, from 1 and in the order in which requests were read. The
// first entry that is for a call is played. Only a lost request does not arrive: a call with any other fault counts, and
// keeps the next one an interval away. Faults of the connection and of the message (lost-request to cut-json, in the
// order of faultKinds) replace or break whatever the answer is; faults of a page (the rest) change a page, and leave a
// refusal as it is. faultKinds, faultFields and wrongAnswers are the lists of all there is, and what
// "go run ./cmd/sandbox --help" prints.
//
// # Profiles
//
// get_group_info goes through the same checks, with a body and a pace of its own: GroupIdList has 1 to 50 strings,
// ResponseFilter arrays of strings, GroupBaseInfoFilter known fields, else 10004; more than Config.ProfilesPerSecond calls
// within any second, let through or not, are 10006. Codes of single groups are 10010 (unknown, or one of
// Config.Dismissed) and 10015 (empty or over 48 bytes). Without a filter everything is sent, members included.
//
// Profiles are made from the seed and the group's ID when they are asked for. Times lie before the start of the app.
//
// Faults of profiles (profileFaultKinds) change answers to get_group_info only, faults of a page only pages. With
// "command" an entry is for the calls of one command, which are then counted by themselves.
//
// A client may make more calls than its script does: browsers and some HTTP libraries send a request once more by
// themselves when a connection that was used before breaks without an answer.
package sandbox
