package restapi

import "slices"

// ProfileField is a field of a group's profile, from the vendor's "Getting Group Profiles" and "Group System".
type ProfileField struct {
	Name    string // in JavaScript and on the command line
	Kind    FieldKind
	Unit    string // "" where the meaning has it
	Meaning string // a noun phrase

	// Endpoint has the endpoint's names of the field, in answers and in GroupBaseInfoFilter. Several are spellings of
	// different editions of the vendor's page.
	Endpoint []string
}

// FieldKind is the type of a field's value.
type FieldKind int

const (
	TextField    FieldKind = iota // a string, of any Unicode characters
	IntegerField                  // an integer of at most 2^53-1
	SwitchField                   // On or Off in answers, a boolean in JavaScript
)

func (k FieldKind) String() string { return [...]string{"text", "integer", "switch"}[k] }

// ProfileFields lists the fields that a call for profiles can ask for, in the order of a profile. All are asked for by
// default. GroupId is always there, and custom fields are asked for by their keys.
var ProfileFields = []ProfileField{
	{"type", TextField, "", "the group's type: Public, Private (Work), ChatRoom (Meeting), AVChatRoom, BChatRoom or " +
		"Community", []string{"Type"}},
	{"name", TextField, "", "the group's name", []string{"Name"}},
	{"introduction", TextField, "", "the group's introduction", []string{"Introduction"}},
	{"notification", TextField, "", "the group's notice, which may have several lines", []string{"Notification"}},
	{"faceUrl", TextField, "", "the URL of the group's picture", []string{"FaceUrl"}},
	{"ownerAccount", TextField, "", "the UserID of the group's owner, empty if there is none",
		[]string{"Owner_Account"}},
	{"createTime", IntegerField, "Unix seconds", "the time when the group was created", []string{"CreateTime"}},
	{"lastInfoTime", IntegerField, "Unix seconds", "the time of the last change of the profile",
		[]string{"LastInfoTime"}},
	{"lastMsgTime", IntegerField, "Unix seconds", "the time of the last message, 0 if there is none",
		[]string{"LastMsgTime"}},
	{"infoSeq", IntegerField, "", "a counter of the changes of the profile", []string{"InfoSeq"}},
	{"nextMsgSeq", IntegerField, "", "the number of the next message: one more than the number of messages sent",
		[]string{"NextMsgSeq"}},
	{"memberNum", IntegerField, "members", "the number of members, missing or 0 for an AVChatRoom",
		[]string{"MemberNum"}},
	{"maxMemberNum", IntegerField, "members", "the largest number of members", []string{"MaxMemberNum"}},
	{"applyJoinOption", TextField, "", "who may join: FreeAccess, NeedPermission or DisableApply",
		[]string{"ApplyJoinOption"}},
	{"inviteJoinOption", TextField, "", "who may invite: FreeAccess, NeedPermission or DisableApply",
		[]string{"InviteJoinOption"}},
	{"muteAllMember", SwitchField, "", "whether all members are muted",
		[]string{"MuteAllMember", "ShutUpAllMember"}},
}

// newerNames are the endpoint's names that not every edition of the vendor's page has. A data center may refuse a
// filter with a name that it does not know (10004).
var newerNames = []string{"InviteJoinOption", "MuteAllMember"}

// ProfileFieldNamed returns the field with a name in JavaScript.
func ProfileFieldNamed(name string) (field ProfileField, ok bool) {
	i := slices.IndexFunc(ProfileFields, func(f ProfileField) bool { return f.Name == name })
	if i < 0 {
		return ProfileField{}, false
	}
	return ProfileFields[i], true
}
