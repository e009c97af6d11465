package restapi

import (
	"slices"
	"strings"

	"tencent-chat-groups/core/internal/strictjson"
)

// ProfilesPath is the path of the call for profiles.
const ProfilesPath = "/v4/group_open_http_svc/get_group_info"

// Limits of the call for profiles, from the vendor's "Getting Group Profiles".
const (
	MaxProfiles           = 50  // groups per call
	ProfileCallsPerSecond = 200 // per app
)

// ProfileQuery is what calls for profiles ask for, beside the groups.
type ProfileQuery struct {
	Fields         []ProfileField // of ProfileFields
	AppDefinedData []string       // different keys of custom fields

	// NoNewerNames leaves out names that a data center may not know, for a retry after error code 10004.
	NoNewerNames bool
}

// ProfilesURL returns the URL of a signed call for profiles. It contains the UserSig: do not show or log it.
func ProfilesURL(base string, sdkAppID int64, identifier, userSig string, random uint32) string {
	return signedURL(base+ProfilesPath, sdkAppID, identifier, userSig, random)
}

// Body returns the JSON body of a call for 1 to MaxProfiles different groups. It always has a GroupBaseInfoFilter:
// without it, the answer would hold all members of the groups. For the same reason a query without fields asks for the
// type.
func (q ProfileQuery) Body(groupIDs []string) string {
	var filter strictjson.Writer
	filter.Raw("GroupBaseInfoFilter", stringArray(q.filter()))
	if len(q.AppDefinedData) > 0 {
		filter.Raw("AppDefinedDataFilter_Group", stringArray(q.AppDefinedData))
	}
	var w strictjson.Writer
	w.Raw("GroupIdList", stringArray(groupIDs))
	w.Raw("ResponseFilter", filter.End())
	return w.End()
}

// HasNewerNames reports whether the query has names that a data center may not know.
func (q ProfileQuery) HasNewerNames() bool {
	return slices.ContainsFunc(q.names(), func(name string) bool { return slices.Contains(newerNames, name) })
}

// filter returns the GroupBaseInfoFilter, which is never empty.
func (q ProfileQuery) filter() []string {
	names := q.names()
	if len(names) == 0 {
		return ProfileFields[0].Endpoint
	}
	return names
}

// names returns the endpoint's names of the fields that the query asks for.
func (q ProfileQuery) names() []string {
	var names []string
	for _, field := range q.Fields {
		for _, name := range field.Endpoint {
			if !q.NoNewerNames || !slices.Contains(newerNames, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func stringArray(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = strictjson.Quote(value)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}
