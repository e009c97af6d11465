package restapi

import (
	"bytes"
	"errors"

	"tencent-chat-groups/core/internal/strictjson"
)

// ProfilesAnswer is an answer to a call for profiles: the fields of the vendor's "Getting Group Profiles", and the
// RequestId that the vendor's services add to some answers.
type ProfilesAnswer struct {
	ActionStatus string
	ErrorCode    int64 // of the whole call
	ErrorInfo    string
	RequestID    string
	Groups       []GroupAnswer // one for each group that was asked for; nil if the call failed
	Profiles     ProfileList   // of the groups that have one, in the order in which they were asked for
	Unasked      string        // name of a member of an entry that was not asked for, "" if there is none
}

// GroupAnswer is what an answer says of a group. The group has a profile if it has an answer and its error code is 0.
type GroupAnswer struct {
	Answered  bool  // without an answer, nobody knows whether the group exists
	ErrorCode int64 // of this group
	ErrorInfo string
}

// Read reads the body of an answer to a call for some groups, as strictly as ReadAnswer does. GroupInfo may be in any
// order; a group that was not asked for and a group that occurs twice are errors. So is an integer over 2^53-1, which a
// JavaScript number could not hold: real ones are seconds and counters. The profiles are valid until the next Read. The
// error completes the sentence "The answer is not what the endpoint promises: ...".
func (l *ProfileReader) Read(body []byte, groupIDs []string) (ProfilesAnswer, error) {
	switch {
	case len(body) == 0:
		return ProfilesAnswer{}, errors.New("it is empty")
	case bytes.HasPrefix(body, []byte("\ufeff")):
		return ProfilesAnswer{}, errors.New("it begins with a byte order mark")
	}
	l.start(body, groupIDs)
	var a ProfilesAnswer
	var (
		actionStatus = l.StringMember("ActionStatus", &a.ActionStatus)
		errorCode    = l.IntegerMember("ErrorCode", &a.ErrorCode)
		errorInfo    = l.StringMember("ErrorInfo", &a.ErrorInfo)
		requestID    = l.StringMember("RequestId", &a.RequestID)
		groupInfo    = &strictjson.Member{Name: "GroupInfo", Read: l.groupInfo}
	)
	if err := l.ReadObject(actionStatus, errorCode, errorInfo, requestID, groupInfo); err != nil {
		return ProfilesAnswer{}, err
	}
	problem := ""
	switch {
	case !errorCode.Found:
		problem = "it has no ErrorCode"
	case !isSafe(a.ErrorCode):
		problem = "its ErrorCode is larger than any code can be"
	case a.ErrorCode != 0:
		return a, nil
	case actionStatus.Found && a.ActionStatus != "OK":
		problem = "its ErrorCode is 0, but its ActionStatus is not OK"
	case !groupInfo.Found:
		problem = "it has no GroupInfo"
	case l.entries == 0:
		problem = "its GroupInfo is empty"
	default:
		a.Groups, a.Profiles, a.Unasked = l.groups, l.profiles(), l.unasked
		return a, nil
	}
	return ProfilesAnswer{}, errors.New(problem)
}

func isSafe(n int64) bool { return -strictjson.MaxSafeInteger <= n && n <= strictjson.MaxSafeInteger }
