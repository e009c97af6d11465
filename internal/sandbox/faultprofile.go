package sandbox

import (
	"encoding/json"
	"slices"
)

// Kinds of faults of profiles. They change an answer to get_group_info, and leave pages and refusals as they are.
const (
	noEntries      = "no-entries"
	groupCode      = "group-code"
	groupLeftOut   = "group-left-out"
	groupDoubled   = "group-doubled"
	groupStranger  = "group-stranger"
	groupsReversed = "groups-reversed"
	wrongProfile   = "wrong-profile"
)

// profileFaultKinds are the kinds beside faultKinds.
var profileFaultKinds = []faultKind{
	{noEntries, nil, nil, "answer a call for profiles with an empty GroupInfo"},
	{groupCode, []string{"code"}, []string{"info", "groups", "groupId"},
		"give groups an ErrorCode of their own in place of a profile"},
	{groupLeftOut, nil, []string{"groups", "groupId"}, "leave groups out of the answer"},
	{groupDoubled, nil, []string{"groups", "groupId"}, "answer with a second entry of groups"},
	{groupStranger, nil, nil, "answer with an entry of a group that was not asked for as well"},
	{groupsReversed, nil, nil, "answer with the groups in the opposite order"},
	{wrongProfile, []string{"wrong"}, []string{"groups", "groupId"}, "answer with an invalid profile"},
}

// profileFaultFields are the fields beside faultFields.
var profileFaultFields = []faultField{
	{"groups", "an integer from 1 to 50: the first groups of the call (default: 1)",
		func(f *fault, raw json.RawMessage) bool { return integer(raw, 1, maxProfiles, &f.groups) }},
	{"groupId", "a string: this group, in calls that ask for it, in place of the first ones",
		func(f *fault, raw json.RawMessage) bool { return text(raw, &f.groupID) && f.groupID != "" }},
	{"wrong", "a string, one of those listed by --help", func(f *fault, raw json.RawMessage) bool {
		return text(raw, &f.wrong) && slices.ContainsFunc(wrongProfiles, func(w wrongEntry) bool {
			return w.name == f.wrong
		})
	}},
}

func allFaultKinds() []faultKind   { return slices.Concat(faultKinds, profileFaultKinds) }
func allFaultFields() []faultField { return slices.Concat(faultFields, profileFaultFields) }

// wrongEntry is a way in which a profile can be not what the endpoint promises.
type wrongEntry struct {
	name, does string
	member     string
	value      json.RawMessage // nil to leave the member out
}

var wrongProfiles = []wrongEntry{
	{"no-group-id", "GroupId is missing", "GroupId", nil},
	{"group-id-number", "GroupId is a number", "GroupId", json.RawMessage(`5`)},
	{"no-error-code", "ErrorCode of the group is missing", "ErrorCode", nil},
	{"error-code-string", "ErrorCode of the group is a string", "ErrorCode", json.RawMessage(`"0"`)},
	{"name-number", "Name is a number", "Name", json.RawMessage(`5`)},
	{"name-half", "Name ends in half a surrogate pair", "Name", json.RawMessage(`"a\ud83d"`)},
	{"time-string", "LastMsgTime is a string", "LastMsgTime", json.RawMessage(`"1700000000"`)},
	{"time-fraction", "LastMsgTime is no integer", "LastMsgTime", json.RawMessage(`1700000000.5`)},
	{"seq-too-big", "NextMsgSeq is over 2^53", "NextMsgSeq", json.RawMessage(`9007199254740993`)},
	{"mute-other", "ShutUpAllMember is neither On nor Off", "ShutUpAllMember", json.RawMessage(`"Maybe"`)},
	{"custom-object", "AppDefinedData is an object", "AppDefinedData", json.RawMessage(`{"team":"red"}`)},
}

// changeProfiles changes the entries of an answer as a fault says.
func (f fault) changeProfiles(entries []groupEntry) []groupEntry {
	switch f.kind {
	case noEntries:
		return nil
	case groupsReversed:
		slices.Reverse(entries)
		return entries
	case groupStranger:
		return append(entries, groupEntry{{"GroupId", "@TGS#9STRANGER"}, {"ErrorCode", 0}, {"ErrorInfo", ""}})
	}
	changed := []groupEntry{}
	for i, entry := range entries {
		id := entry[0].value.(string)
		if f.groupID != "" && f.groupID != id || f.groupID == "" && i >= max(1, f.groups) {
			changed = append(changed, entry)
			continue
		}
		switch f.kind {
		case groupCode:
			changed = append(changed, refusedGroup(id, f.code, scripted(f, Request{}).info))
		case groupLeftOut:
		case groupDoubled:
			changed = append(changed, entry, entry)
		case wrongProfile:
			changed = append(changed, f.wrongEntry(entry))
		default:
			changed = append(changed, entry)
		}
	}
	return changed
}

// wrongEntry changes a member of an entry, and adds it where it is missing.
func (f fault) wrongEntry(entry groupEntry) groupEntry {
	wrong := wrongProfiles[slices.IndexFunc(wrongProfiles, func(w wrongEntry) bool { return w.name == f.wrong })]
	entry = slices.DeleteFunc(entry, func(m entryMember) bool { return m.name == wrong.member })
	if wrong.value != nil {
		entry = append(entry, entryMember{wrong.member, wrong.value})
	}
	return entry
}
