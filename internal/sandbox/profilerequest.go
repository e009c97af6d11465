package sandbox

import (
	"encoding/json"
	"slices"
)

const (
	profilesPath = servicePath + "get_group_info"
	// maxProfiles is the vendor's: the most groups that a call for profiles may name.
	maxProfiles = 50
)

// profileParameters are what the body of a call for profiles asks for.
type profileParameters struct {
	groupIDs   []string
	everything bool // no ResponseFilter: all fields, custom fields and members
	base       []string
	member     []string
	custom     []string
}

// newerFields are fields of profiles that not every edition of the vendor's page has.
var newerFields = []string{"InviteJoinOption", "MuteAllMember"}

// readProfileParameters reads the body. Names are matched exactly, and unknown names in a filter of fields are refused.
func (a *App) readProfileParameters(body []byte) (profileParameters, *refusal) {
	var p profileParameters
	if !json.Valid(body) {
		return p, &refusal{codeUnreadable, "the request body is not valid JSON"}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return p, &refusal{codeWrongParameter, "the request body must be a JSON object"}
	}
	if !stringArray(fields["GroupIdList"], &p.groupIDs) || len(p.groupIDs) < 1 || len(p.groupIDs) > maxProfiles {
		p.groupIDs = nil
		return p, &refusal{codeWrongParameter, "GroupIdList must be an array of 1 to 50 strings"}
	}
	var filters map[string]json.RawMessage
	if raw, given := fields["ResponseFilter"]; given {
		if err := json.Unmarshal(raw, &filters); err != nil || filters == nil {
			return p, &refusal{codeWrongParameter, "ResponseFilter must be an object"}
		}
	}
	p.everything = len(filters) == 0
	for name, values := range map[string]*[]string{
		"GroupBaseInfoFilter": &p.base, "MemberInfoFilter": &p.member, "AppDefinedDataFilter_Group": &p.custom,
		"AppDefinedDataFilter_GroupMember": new([]string),
	} {
		if raw, given := filters[name]; given && !stringArray(raw, values) {
			return p, &refusal{codeWrongParameter, name + " must be an array of strings"}
		}
	}
	for _, name := range p.base {
		known := slices.ContainsFunc(baseFields, func(f baseField) bool { return f.name == name })
		if !known || a.config.OldNames && slices.Contains(newerFields, name) {
			return p, &refusal{codeWrongParameter, "GroupBaseInfoFilter has an unknown field: " + name}
		}
	}
	return p, nil
}

// stringArray reads an array of strings. A null in it is none.
func stringArray(raw json.RawMessage, values *[]string) bool {
	var read []*string
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &read) != nil || slices.Contains(read, nil) {
		return false
	}
	for _, value := range read {
		*values = append(*values, *value)
	}
	return true
}
