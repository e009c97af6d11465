package restapi

import (
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
	l.start(body, groupIDs)
	var a ProfilesAnswer
	groupInfo := &strictjson.Member{Name: "GroupInfo", Read: l.groupInfo}
	status := status{&a.ActionStatus, &a.ErrorCode, &a.ErrorInfo, &a.RequestID}
	err := status.read(&l.json, groupInfo)
	switch {
	case err != nil:
		return ProfilesAnswer{}, err
	case a.ErrorCode != 0:
		return a, nil
	case !groupInfo.Found:
		return ProfilesAnswer{}, errors.New("it has no GroupInfo")
	case l.entries == 0:
		return ProfilesAnswer{}, errors.New("its GroupInfo is empty")
	}
	a.Groups, a.Profiles, a.Unasked = l.groups, l.profiles(), l.unasked
	return a, nil
}
