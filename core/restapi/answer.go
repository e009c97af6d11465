package restapi

import (
	"errors"

	"tencent-chat-groups/core/internal/strictjson"
)

// MaxAnswerBytes bounds an answer. The endpoint promises at most 1 MB (and answers 10018 above). Twice as much leaves
// room for white space and for another idea of a megabyte.
const MaxAnswerBytes = 2 << 20

// Answer is an answer of the endpoint: the fields of the vendor's "Getting All Groups in an App", and the RequestId
// that the vendor's services add to some answers.
type Answer struct {
	ActionStatus string
	ErrorCode    int64
	ErrorInfo    string
	RequestID    string
	TotalCount   int64
	Next         int64
	GroupIDs     IDList
}

// ReadAnswer reads the body of an answer strictly: RFC 8259, valid UTF-8, members in any order, unknown members
// skipped, no known member twice, exact integers. A null counts as missing. The IDs are written into buffer, or into
// new memory if that is too small. The error completes the sentence "The answer is not what the endpoint promises:
// ...".
func ReadAnswer(body, buffer []byte) (Answer, error) {
	var a Answer
	r := strictjson.Reader{Data: body}
	var (
		totalCount  = r.IntegerMember("TotalCount", &a.TotalCount)
		next        = r.IntegerMember("Next", &a.Next)
		groupIDList = &strictjson.Member{Name: "GroupIdList", Read: func() (err error) {
			a.GroupIDs, err = readIDList(&r, buffer)
			return err
		}}
	)
	status := status{&a.ActionStatus, &a.ErrorCode, &a.ErrorInfo, &a.RequestID}
	if err := status.read(&r, totalCount, next, groupIDList); err != nil {
		return Answer{}, err
	}
	if a.ErrorCode != 0 {
		return a, nil
	}
	// Without Next nobody can know whether the listing has ended, so a missing one is never taken for 0.
	problem := ""
	switch {
	case !totalCount.Found:
		problem = "it has no TotalCount"
	case a.TotalCount < 0:
		problem = "its TotalCount is negative"
	case a.TotalCount > strictjson.MaxSafeInteger:
		problem = "its TotalCount is larger than any count can be"
	case !next.Found:
		problem = "it has no Next"
	case a.Next < 0:
		problem = "its Next is negative"
	case !groupIDList.Found && a.TotalCount > 0:
		problem = "it has no GroupIdList"
	default:
		return a, nil
	}
	return Answer{}, errors.New(problem)
}
