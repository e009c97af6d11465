package core

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/restapi"
)

// Checkpoint is a listing's position: everything that is needed to resume it, also in another process. Users keep it as
// a JSON object:
//
//	{"version":1,"app":"1400000000","groupType":null,"limit":10000,"next":"4454685361","totalCount":25000,
//	 "groups":10000,"duplicates":0,"pages":1,"requests":1,"retries":0,"elapsedMs":84}
//
// The checkpoint of a listing of several group types also has these types, and the sum of the TotalCounts of the types
// before groupType: {..., "groupTypes":["Public","Community"],"earlierTotalCount":12}.
//
// A checkpoint never contains a secret: no UserSig, no key, no identifier.
type Checkpoint struct {
	App        string              // the SDKAppID, or the URL of a proxy that alone knows it
	GroupType  restapi.GroupType   // "" (null in JSON) for every type
	GroupTypes []restapi.GroupType // of a listing by type; not in JSON otherwise
	Limit      int64               // smaller than asked for after an answer was too large
	Next       int64               // cursor of the next page; a string in JSON, null if Ended
	Ended      bool
	TotalCount int64 // of the last answer; of several group types, the sum
	Groups     int64 // IDs passed on, without duplicates
	Duplicates int64
	Pages      int64
	Requests   int64 // calls, retries included
	Retries    int64
	ElapsedMs  int64

	EarlierTotalCount int64 // of the group types before this one
	MaxTotalCount     int64 // the largest TotalCount so far, at least the number of IDs of earlier group types
}

const checkpointVersion = 1

// JSON returns the checkpoint in the form that users keep.
func (c *Checkpoint) JSON() string {
	writable := func(n int64) int64 { return min(n, strictjson.MaxSafeInteger) } // what is written can be read again
	var w strictjson.Writer
	w.Integer("version", checkpointVersion)
	w.String("app", c.App)
	w.NullableString("groupType", string(c.GroupType))
	w.Integer("limit", c.Limit)
	w.NullableString("next", cursorText(c.Next, c.Ended))
	w.Integer("totalCount", writable(c.TotalCount))
	w.Integer("groups", writable(c.Groups))
	w.Integer("duplicates", writable(c.Duplicates))
	w.Integer("pages", writable(c.Pages))
	w.Integer("requests", writable(c.Requests))
	w.Integer("retries", writable(c.Retries))
	w.Integer("elapsedMs", writable(c.ElapsedMs))
	if len(c.GroupTypes) > 0 {
		w.Strings("groupTypes", typeNames(c.GroupTypes))
		w.Integer("earlierTotalCount", writable(c.EarlierTotalCount))
	}
	if c.MaxTotalCount > c.TotalCount && !c.Ended {
		w.Integer("maxTotalCount", writable(c.MaxTotalCount))
	}
	return w.End()
}

// received returns the number of IDs that the server sent.
func (c *Checkpoint) received() int64 { return c.Groups + c.Duplicates }

// ReadCheckpoint reads what JSON returned. The error completes the sentence "resume ...".
func ReadCheckpoint(text []byte) (*Checkpoint, error) {
	refuse := func(problem string) (*Checkpoint, error) {
		return nil, errors.New("is not a checkpoint of this package: " + problem)
	}
	c := &Checkpoint{}
	var version int64
	var groupType, next string
	var groupTypes []string
	r := strictjson.Reader{Data: text}
	counts := []count{
		{"version", &version}, {"limit", &c.Limit}, {"totalCount", &c.TotalCount}, {"groups", &c.Groups},
		{"duplicates", &c.Duplicates}, {"pages", &c.Pages}, {"requests", &c.Requests}, {"retries", &c.Retries},
		{"elapsedMs", &c.ElapsedMs},
	}
	var required []*strictjson.Member
	for _, count := range counts {
		required = append(required, r.IntegerMember(count.name, count.value))
	}
	required = append(required, r.StringMember("app", &c.App))
	nullable := []*strictjson.Member{r.StringMember("groupType", &groupType), r.StringMember("next", &next)}
	earlier := r.IntegerMember("earlierTotalCount", &c.EarlierTotalCount)
	optional := []*strictjson.Member{
		earlier, r.IntegerMember("maxTotalCount", &c.MaxTotalCount), r.StringsMember("groupTypes", &groupTypes),
	}
	counts = append(counts, count{"earlierTotalCount", &c.EarlierTotalCount}, count{"maxTotalCount", &c.MaxTotalCount})

	err := r.ReadObject(slices.Concat(required, nullable, optional)...)
	if version != 0 && version != checkpointVersion { // anything else in it may belong to that version too
		return nil, errors.New("has version " + strconv.FormatInt(version, 10) + ", but this release reads version " +
			strconv.Itoa(checkpointVersion))
	}
	if err != nil {
		return refuse(err.Error())
	}
	for _, m := range required {
		if !m.Found {
			return refuse("it has no " + m.Name)
		}
	}
	for _, m := range nullable {
		if !m.Seen {
			return refuse("it has no " + m.Name)
		}
	}
	if len(groupTypes) > 0 && !earlier.Found {
		return refuse("it has no earlierTotalCount")
	}
	for _, count := range counts {
		if *count.value < 0 || *count.value > strictjson.MaxSafeInteger {
			return refuse("its " + count.name + " is not a count")
		}
	}
	c.Ended = !nullable[1].Found
	var ok bool
	if c.Next, ok = strictjson.ParseInteger(next); !ok && !c.Ended || c.Next < 0 {
		return refuse("its next is not a cursor")
	}
	c.GroupType = restapi.GroupType(groupType)
	validType := c.GroupType == "" || slices.Contains(restapi.GroupTypes, c.GroupType)
	if version == 0 || c.Limit < 1 || c.Limit > restapi.MaxLimit || !validType {
		return refuse("its version, limit or groupType is invalid")
	}
	for _, name := range groupTypes {
		c.GroupTypes = append(c.GroupTypes, restapi.GroupType(name))
	}
	if len(c.GroupTypes) == 0 {
		c.EarlierTotalCount = 0
	}
	c.MaxTotalCount = max(c.MaxTotalCount, c.TotalCount)
	return c, nil
}

// count is a member of a checkpoint that is a count.
type count struct {
	name  string
	value *int64
}

// fits returns why a checkpoint does not belong to the listing of o, or "". The problem completes the sentence "resume
// ...".
func (c *Checkpoint) fits(o *Options) (problem string) {
	if c.App != o.app() {
		return "belongs to another app: it is of " + c.App + ", this listing is of " + o.app()
	}
	own, wanted := c.types(), []restapi.GroupType{o.GroupType}
	if o.byType() {
		wanted = o.GroupTypes
	}
	if !slices.Contains(own, c.GroupType) {
		return "is not a checkpoint of this package: its groupType is not one of its groupTypes"
	}
	if !slices.Equal(own, wanted) {
		return "belongs to another listing: it lists " + describeTypes(own) + ", this listing lists " + describeTypes(wanted)
	}
	return ""
}

// types returns the group types of the listing.
func (c *Checkpoint) types() []restapi.GroupType {
	if len(c.GroupTypes) > 0 {
		return c.GroupTypes
	}
	return []restapi.GroupType{c.GroupType}
}

func describeTypes(types []restapi.GroupType) string {
	if types[0] == "" {
		return "all group types at once"
	}
	return strings.Join(typeNames(types), ", ")
}

func typeNames(types []restapi.GroupType) []string {
	names := make([]string, len(types))
	for i, groupType := range types {
		names[i] = string(groupType)
	}
	return names
}
