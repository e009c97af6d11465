package restapi

import "slices"

// GroupType is a type of groups, in the endpoint's words. The empty GroupType stands for every type.
type GroupType string

// GroupTypes lists the types, from the vendor's "Getting All Groups in an App".
var GroupTypes = []GroupType{"Public", "Private", "ChatRoom", "AVChatRoom", "BChatRoom", "Community"}

// newNames are the names that the vendor's current documentation uses for two types.
var newNames = map[string]GroupType{"Work": "Private", "Meeting": "ChatRoom"}

// GroupTypeNames lists the names that ParseGroupType accepts.
func GroupTypeNames() []string {
	var names []string
	for _, groupType := range GroupTypes {
		names = append(names, string(groupType))
	}
	return append(names, "Work", "Meeting")
}

// ParseGroupType returns the type with a name in the endpoint's words, or one of the vendor's newer names: Work for
// Private and Meeting for ChatRoom.
func ParseGroupType(name string) (groupType GroupType, ok bool) {
	if groupType, ok = newNames[name]; ok {
		return groupType, true
	}
	return GroupType(name), slices.Contains(GroupTypes, GroupType(name))
}
