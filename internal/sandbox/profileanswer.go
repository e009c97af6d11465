package sandbox

import "slices"

// baseField is a field of a profile that GroupBaseInfoFilter can name.
type baseField struct {
	name  string
	value func(*profile) any // nil for a profile without the field
}

// baseFields are in the order of the vendor's sample.
var baseFields = []baseField{
	{"Type", func(p *profile) any { return p.group.Type }},
	{"Name", func(p *profile) any { return p.name }},
	{"Introduction", func(p *profile) any { return p.introduction }},
	{"Notification", func(p *profile) any { return p.notification }},
	{"FaceUrl", func(p *profile) any { return p.faceURL }},
	{"Owner_Account", func(p *profile) any { return p.owner }},
	{"CreateTime", func(p *profile) any { return p.createTime }},
	{"LastInfoTime", func(p *profile) any { return p.lastInfoTime }},
	{"LastMsgTime", func(p *profile) any { return p.lastMsgTime }},
	{"InfoSeq", func(p *profile) any { return p.infoSeq }},
	{"NextMsgSeq", func(p *profile) any { return p.nextMsgSeq }},
	{"MemberNum", func(p *profile) any {
		if !p.countsMembers {
			return nil
		}
		return p.memberNum
	}},
	{"MaxMemberNum", func(p *profile) any { return p.maxMemberNum }},
	{"ApplyJoinOption", func(p *profile) any { return p.applyJoinOption }},
	{"InviteJoinOption", func(p *profile) any { return p.inviteJoinOption }},
	{"MuteAllMember", func(p *profile) any { return onOrOff(p.muted) }},
	{"ShutUpAllMember", func(p *profile) any { return onOrOff(p.muted) }},
}

func onOrOff(on bool) string {
	if on {
		return "On"
	}
	return "Off"
}

// groupEntry is an entry of GroupInfo: its members in order.
type groupEntry []entryMember

type entryMember struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (e groupEntry) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, member := range e {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(append(text, encode(member.name)...), ':'), encode(member.value)...)
	}
	return append(text, '}'), nil
}

// profiles is the outcome of a call for profiles.
type profiles struct {
	entries []groupEntry
	found   int  // groups that have a profile
	members bool // members were sent
}

// readProfiles reads the profiles that a call asks for, as its fault makes them look.
func (a *App) readProfiles(asked profileParameters, f fault) profiles {
	var outcome profiles
	for _, id := range asked.groupIDs {
		entry, found := a.groupEntry(id, asked)
		outcome.entries = append(outcome.entries, entry)
		if found {
			outcome.found++
		}
	}
	outcome.entries = f.changeProfiles(outcome.entries)
	outcome.members = asked.everything || len(asked.member) > 0
	return outcome
}

func (a *App) groupEntry(id string, asked profileParameters) (entry groupEntry, found bool) {
	if id == "" || len(id) > maxIDBytes {
		return refusedGroup(id, codeInvalidGroup, "the group ID is not valid"), false
	}
	group, found := a.list.find(id)
	if !found || a.dismissed[id] {
		return refusedGroup(id, codeNoSuchGroup, "the group does not exist, or was dismissed"), false
	}
	p := a.profileOf(group)
	entry = groupEntry{{"GroupId", id}, {"ErrorCode", 0}, {"ErrorInfo", ""}}
	if asked.everything {
		entry = append(entry, entryMember{"Appid", a.config.SDKAppID})
	}
	for _, field := range baseFields {
		// Without a filter the field of muted members has the name of the vendor's samples.
		inSamples := field.name != "MuteAllMember" && !(a.config.OldNames && slices.Contains(newerFields, field.name))
		if !slices.Contains(asked.base, field.name) && !(asked.everything && inSamples) {
			continue
		}
		if value := field.value(&p); value != nil {
			entry = append(entry, entryMember{field.name, value})
		}
	}
	if asked.everything || len(asked.custom) > 0 {
		custom := []customField{}
		for _, field := range p.custom {
			if asked.everything || slices.Contains(asked.custom, field.Key) {
				custom = append(custom, field)
			}
		}
		entry = append(entry, entryMember{"AppDefinedData", custom})
	}
	if asked.everything || len(asked.member) > 0 {
		entry = append(entry, entryMember{"MemberList", filterMembers(p.members(), asked)})
	}
	return entry, true
}

// filterMembers leaves what a MemberInfoFilter names, which calls Member_Account just Account.
func filterMembers(members []map[string]any, asked profileParameters) []map[string]any {
	if asked.everything {
		return members
	}
	for _, member := range members {
		for name := range member {
			filterName := name
			if name == "Member_Account" {
				filterName = "Account"
			}
			if !slices.Contains(asked.member, filterName) && !slices.Contains(asked.member, name) {
				delete(member, name)
			}
		}
	}
	return members
}

func refusedGroup(id string, code int, info string) groupEntry {
	return groupEntry{{"GroupId", id}, {"ErrorCode", code}, {"ErrorInfo", info}}
}

func encodeProfiles(entries []groupEntry) []byte {
	if entries == nil {
		entries = []groupEntry{}
	}
	return encode(struct {
		answerStatus
		GroupInfo []groupEntry
	}{answerStatus{ActionStatus: "OK"}, entries})
}
