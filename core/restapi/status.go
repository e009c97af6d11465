package restapi

import (
	"bytes"
	"errors"

	"tencent-chat-groups/core/internal/strictjson"
)

// status is the part of an answer that all calls have.
type status struct {
	actionStatus *string
	errorCode    *int64
	errorInfo    *string
	requestID    *string
}

// read reads an answer with other members. If the call was successful, ActionStatus is OK.
func (s status) read(r *strictjson.Reader, others ...*strictjson.Member) error {
	if len(r.Data) == 0 {
		return errors.New("it is empty")
	}
	if bytes.HasPrefix(r.Data, []byte("\ufeff")) {
		return errors.New("it begins with a byte order mark")
	}
	actionStatus, errorCode := r.StringMember("ActionStatus", s.actionStatus), r.IntegerMember("ErrorCode", s.errorCode)
	members := append(others, actionStatus, errorCode, r.StringMember("ErrorInfo", s.errorInfo),
		r.StringMember("RequestId", s.requestID))
	if err := r.ReadObject(members...); err != nil {
		return err
	}
	switch {
	case !errorCode.Found:
		return errors.New("it has no ErrorCode")
	case !isSafe(*s.errorCode):
		return errors.New("its ErrorCode is larger than any code can be")
	case *s.errorCode == 0 && actionStatus.Found && *s.actionStatus != "OK":
		return errors.New("its ErrorCode is 0, but its ActionStatus is not OK")
	}
	return nil
}

// isSafe reports whether a JavaScript number can hold n.
func isSafe(n int64) bool { return -strictjson.MaxSafeInteger <= n && n <= strictjson.MaxSafeInteger }
