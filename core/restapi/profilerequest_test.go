package restapi

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProfilesURL(t *testing.T) {
	got := ProfilesURL("https://console.tim.qq.com", 1400000000, "管理员", "eJ*-_", 7)
	assert.Equal(t, "https://console.tim.qq.com/v4/group_open_http_svc/get_group_info?sdkappid=1400000000"+
		"&identifier=%E7%AE%A1%E7%90%86%E5%91%98&usersig=eJ%2A-_&random=7&contenttype=json", got)
	parsed, err := url.Parse(got)
	require.NoError(t, err)
	assert.Equal(t, ProfilesPath, parsed.Path)
}

func TestProfilesBody(t *testing.T) {
	mute, _ := ProfileFieldNamed("muteAllMember")
	invite, _ := ProfileFieldNamed("inviteJoinOption")
	for _, test := range []struct {
		query ProfileQuery
		ids   []string
		body  string
	}{
		{ProfileQuery{Fields: ProfileFields[:2]}, []string{"@TGS#1"},
			`{"GroupIdList":["@TGS#1"],"ResponseFilter":{"GroupBaseInfoFilter":["Type","Name"]}}`},
		{ProfileQuery{}, []string{"a"}, `{"GroupIdList":["a"],"ResponseFilter":{"GroupBaseInfoFilter":["Type"]}}`},
		{ProfileQuery{AppDefinedData: []string{`k"`, "群"}}, []string{`a"\`, "群\n"},
			`{"GroupIdList":["a\"\\","群\u000a"],"ResponseFilter":{"GroupBaseInfoFilter":["Type"],` +
				`"AppDefinedDataFilter_Group":["k\"","群"]}}`},
		{ProfileQuery{Fields: []ProfileField{mute}}, []string{"a"},
			`{"GroupIdList":["a"],"ResponseFilter":{"GroupBaseInfoFilter":["MuteAllMember","ShutUpAllMember"]}}`},
		{ProfileQuery{Fields: []ProfileField{mute}, NoNewerNames: true}, []string{"a"},
			`{"GroupIdList":["a"],"ResponseFilter":{"GroupBaseInfoFilter":["ShutUpAllMember"]}}`},
		{ProfileQuery{Fields: []ProfileField{invite}, NoNewerNames: true}, []string{"a"},
			`{"GroupIdList":["a"],"ResponseFilter":{"GroupBaseInfoFilter":["Type"]}}`},
	} {
		assert.Equal(t, test.body, test.query.Body(test.ids))
	}
}

// No choice of fields may ask for members: an answer without GroupBaseInfoFilter has all of them.
func TestMembersAreNeverAskedFor(t *testing.T) {
	for _, fields := range [][]ProfileField{nil, {}, ProfileFields, ProfileFields[14:15], ProfileFields[15:]} {
		for _, keys := range [][]string{nil, {}, {"a", "b"}} {
			for _, noNewerNames := range []bool{false, true} {
				query := ProfileQuery{fields, keys, noNewerNames}
				var body struct {
					GroupIdList    []string
					ResponseFilter map[string][]string
				}
				decoder := json.NewDecoder(strings.NewReader(query.Body([]string{"a", "b"})))
				decoder.DisallowUnknownFields()
				require.NoError(t, decoder.Decode(&body))
				assert.Equal(t, []string{"a", "b"}, body.GroupIdList)
				assert.NotEmpty(t, body.ResponseFilter["GroupBaseInfoFilter"])
				for name := range body.ResponseFilter {
					assert.Contains(t, []string{"GroupBaseInfoFilter", "AppDefinedDataFilter_Group"}, name)
				}
				assert.Equal(t, len(keys), len(body.ResponseFilter["AppDefinedDataFilter_Group"]))
				newer := slices.ContainsFunc(body.ResponseFilter["GroupBaseInfoFilter"], func(name string) bool {
					return name == "InviteJoinOption" || name == "MuteAllMember"
				})
				assert.Equal(t, newer, query.HasNewerNames())
				assert.False(t, noNewerNames && newer)
			}
		}
	}
}

func TestProfileFieldTable(t *testing.T) {
	table := rows(t, "profile-fields.tsv")
	require.Len(t, ProfileFields, len(table))
	kinds := map[FieldKind]string{TextField: "string", IntegerField: "integer", SwitchField: "On/Off"}
	for i, row := range table {
		field, ok := ProfileFieldNamed(row[0])
		require.True(t, ok, row[0])
		assert.Equal(t, ProfileFields[i], field)
		assert.Equal(t, row[1], strings.Join(field.Endpoint, ","), row[0])
		assert.Equal(t, row[2], kinds[field.Kind], row[0])
		assert.Equal(t, row[3], field.Unit, row[0])
		assert.Regexp(t, `^(a|the|who|whether) .*[^.]$`, field.Meaning)
	}
	_, ok := ProfileFieldNamed("Name")
	assert.False(t, ok)
}
