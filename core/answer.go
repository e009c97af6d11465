package core

import "tencent-chat-groups/core/words"

// MaxAnswerBytes is the most that is read of one answer. The endpoint promises at most 1 MB (it answers 10018 above
// that); twice as much leaves room for it to be wrong about what a megabyte is, and for white space.
const MaxAnswerBytes = 2 << 20

// answer is what the server answered: the fields of the vendor's "Getting All Groups in an App", and RequestId, which the
// vendor's services add to some answers.
type answer struct {
	_ incomparable

	ActionStatus string
	ErrorCode    int64
	ErrorInfo    string
	RequestID    string
	TotalCount   int64
	Next         int64
	GroupIDs     IDRun
}

// IDRun holds the IDs of a page as one run of UTF-8, since one long text crosses into JavaScript in a fraction of the
// time that thousands of short ones take. The IDs are separated by line feeds. In the one case where that would be
// ambiguous, an ID that holds a line feed itself, the run is the list as the server wrote it: [{"GroupId":"..."},...].
type IDRun struct {
	Text  []byte
	Count int
	JSON  bool // Text is the server's list
}

// Strings takes the run apart. It is for hosts written in Go; JavaScript splits the text itself.
func (run IDRun) Strings() []string {
	ids := make([]string, 0, run.Count)
	if run.JSON {
		s := scanner{data: run.Text}
		s.array(func() bool {
			return s.object(func(key []byte) bool {
				if string(key) != "GroupId" {
					return s.skip()
				}
				id, ok := s.str(true)
				ids = append(ids, string(id))
				return ok
			})
		})
		return ids
	}
	start := 0
	for i := 0; len(ids) < run.Count; i++ {
		if i == len(run.Text) || run.Text[i] == words.Separator {
			ids = append(ids, string(run.Text[start:i]))
			start = i + 1
		}
	}
	return ids
}

// The fields of an answer, in the order in which read wants them.
const (
	hasActionStatus = 1 << iota
	hasErrorCode
	hasErrorInfo
	hasRequestID
	hasTotalCount
	hasNext
	hasGroupIDList
)

// read reads the body of an answer strictly: RFC 8259, valid UTF-8, fields in any order, unknown fields skipped,
// none of ours twice, numbers exact. A null field counts as missing. The IDs are written into room, or into new memory where
// that is too small. The problem, if not empty, says what is wrong.
func (a *answer) read(body, room []byte) (problem string) {
	s := scanner{data: body}
	switch {
	case len(body) == 0:
		return "it is empty"
	case hasPrefix(string(body[:min(len(body), 3)]), "\ufeff"):
		return "it begins with a byte order mark"
	}
	_, has, ok := s.members([]member{
		{name: "ActionStatus", text: &a.ActionStatus},
		{name: "ErrorCode", number: &a.ErrorCode},
		{name: "ErrorInfo", text: &a.ErrorInfo},
		{name: "RequestId", text: &a.RequestID},
		{name: "TotalCount", number: &a.TotalCount},
		{name: "Next", number: &a.Next},
		{name: "GroupIdList", read: func() (ok bool) {
			a.GroupIDs, ok = s.groupIDList(room)
			return ok
		}},
	})
	if !ok {
		return s.describe()
	}
	return a.check(has)
}

// check holds an answer against what the endpoint promises. Without Next nobody can tell whether the listing has ended,
// so a missing one is never taken for 0.
func (a *answer) check(has int) (problem string) {
	switch {
	case has&hasErrorCode == 0:
		return "it has no ErrorCode"
	case a.ErrorCode > maxSafe || a.ErrorCode < -maxSafe:
		return "its ErrorCode is larger than any code can be"
	case a.ErrorCode != 0:
		return ""
	case has&hasActionStatus != 0 && !same(a.ActionStatus, "OK"):
		return "its ErrorCode is 0, but its ActionStatus is not OK"
	case has&hasTotalCount == 0:
		return "it has no TotalCount"
	case a.TotalCount < 0:
		return "its TotalCount is negative"
	case a.TotalCount > maxSafe:
		return "its TotalCount is larger than any count can be"
	case has&hasNext == 0:
		return "it has no Next"
	case a.Next < 0:
		return "its Next is negative"
	case has&hasGroupIDList == 0 && a.TotalCount > 0:
		return "it has no GroupIdList"
	}
	return ""
}
