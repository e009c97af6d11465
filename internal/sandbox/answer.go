package sandbox

import (
	"bytes"
	"encoding/json"
)

// maxAnswerBytes is the endpoint's limit. The vendor says 1 MB; the sandbox takes that as 2^20 bytes.
const maxAnswerBytes = 1 << 20

// The fields of an answer, in the order of the vendor's sample.
type (
	answerStatus struct {
		ActionStatus string
		ErrorInfo    string
		ErrorCode    int
	}
	pageAnswer struct {
		answerStatus
		TotalCount  int
		GroupIDList []listedGroup `json:"GroupIdList"`
		Next        uint64
	}
	listedGroup struct {
		GroupID string `json:"GroupId"`
	}
)

func encodeRefusal(r *refusal) []byte {
	return encode(answerStatus{ActionStatus: "FAIL", ErrorInfo: r.info, ErrorCode: r.code})
}

func encodePage(p page, next uint64) []byte {
	answer := pageAnswer{
		answerStatus: answerStatus{ActionStatus: "OK"},
		TotalCount:   p.totalCount,
		GroupIDList:  make([]listedGroup, len(p.groupIDs)),
		Next:         next,
	}
	for i, id := range p.groupIDs {
		answer.GroupIDList[i].GroupID = id
	}
	return encode(answer)
}

// encode returns compact JSON. It does not escape <, > and &, as servers not written in Go.
func encode(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // strings and integers always encode
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}
