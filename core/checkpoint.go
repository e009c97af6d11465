package core

// checkpoint is where a listing stands: what is needed to go on from there, now or in another process. It crosses the
// border, and is kept by users, as a plain JSON object:
//
//	{"version":1,"app":"1400000000","groupType":null,"limit":10000,"next":"4454685361","totalCount":25000,
//	 "groups":10000,"duplicates":0,"pages":1,"requests":1,"retries":0,"elapsedMs":84}
//
// A listing of several group types, one after the other, also has all of them, and what the TotalCounts of those that came
// before groupType add up to: {..., "groupTypes":"Public,Community","earlierTotalCount":12}.
//
// It never holds a secret: no UserSig, no key, no identifier.
type checkpoint struct {
	_ incomparable

	app        string // the SDKAppID, or the proxy's URL where only the proxy knows it
	groupType  string // "" (null in JSON) for every type
	groupTypes string // "" (not in JSON) unless there are several
	limit      int64  // smaller than asked for once an answer was too large
	next       int64  // the cursor of the next page, "0" in JSON for the first; null in JSON when ended
	ended      bool
	totalCount int64 // as the last answer told it; of several group types, the sum
	groups     int64 // IDs handed on so far, duplicates not counted
	duplicates int64
	pages      int64
	requests   int64 // calls made
	retries    int64 // calls made again
	elapsedMs  int64

	earlierTotalCount int64 // of the group types before this one
	maxTotalCount     int64 // the largest totalCount so far, and at least as many as the IDs of earlier group types
}

const checkpointVersion = 1

// JSON writes a checkpoint for users to keep.
func (c *checkpoint) JSON() string {
	groupType, next := "null", "null"
	if c.groupType != "" {
		groupType = quoted(c.groupType)
	}
	if !c.ended {
		next = quoted(itoa(c.next))
	}
	var w jsonWriter
	w.integer("version", checkpointVersion)
	w.str("app", c.app)
	w.raw("groupType", groupType)
	w.integer("limit", c.limit)
	w.raw("next", next)
	for i, count := range c.counts() {
		if i == earlierTotalCount {
			if c.groupTypes == "" {
				break
			}
			w.str("groupTypes", c.groupTypes)
		}
		w.integer(count.name, min(*count.number, maxSafe)) // what is written can be read again
	}
	if c.maxTotalCount > c.totalCount && !c.ended {
		w.integer("maxTotalCount", min(c.maxTotalCount, maxSafe))
	}
	return w.end()
}

// counts lists the checkpoint's plain numbers for its writer and its reader.
func (c *checkpoint) counts() [8]member {
	return [...]member{
		{name: "totalCount", number: &c.totalCount}, {name: "groups", number: &c.groups}, {name: "duplicates", number: &c.duplicates},
		{name: "pages", number: &c.pages}, {name: "requests", number: &c.requests}, {name: "retries", number: &c.retries},
		{name: "elapsedMs", number: &c.elapsedMs}, {name: "earlierTotalCount", number: &c.earlierTotalCount},
	}
}

// received is how many IDs the server sent, duplicates included.
func (c *checkpoint) received() int64 { return c.groups + c.duplicates }

const earlierTotalCount = 7 // its place among the counts

// readCheckpoint reads what JSON wrote. The problem, if not empty, completes the sentence "resume ...".
func readCheckpoint(text []byte) (c *checkpoint, problem string) {
	c = &checkpoint{}
	var version int64
	var next string
	counts := c.counts()
	wanted := append([]member{
		{name: "version", number: &version}, {name: "app", text: &c.app}, {name: "limit", number: &c.limit},
		{name: "groupType", text: &c.groupType}, {name: "next", text: &next}, {name: "groupTypes", text: &c.groupTypes},
		{name: "maxTotalCount", number: &c.maxTotalCount},
	}, counts[:]...)
	const hasNext = 1 << 4
	const mayBeNull, mayBeMissing, ofSeveralTypes = 1<<3 | hasNext, 1 << 6, 1<<5 | 1<<(7+earlierTotalCount)
	s := scanner{data: text}
	seen, found, ok := s.members(wanted)
	if version != 0 && version != checkpointVersion { // whatever else is in it may be of that version, too
		return nil, "has version " + itoa(version) + ", but this release reads version " + itoa(checkpointVersion)
	}
	const not = "is not a checkpoint of this package: "
	if !ok {
		return nil, not + s.describe()
	}
	there := found | seen&mayBeNull | mayBeMissing
	if c.groupTypes == "" {
		there |= ofSeveralTypes
		c.earlierTotalCount = 0
	}
	for i, m := range wanted {
		if there&(1<<i) == 0 {
			return nil, not + "it has no " + m.name
		}
		if m.number != nil && (*m.number < 0 || *m.number > maxSafe) {
			return nil, not + "its " + m.name + " is no count"
		}
	}
	c.maxTotalCount = max(c.maxTotalCount, c.totalCount)
	c.ended = found&hasNext == 0
	if c.next, ok = atoi(next); !ok && !c.ended || c.next < 0 {
		return nil, not + "its next is no cursor"
	}
	if version == 0 || c.limit < 1 || c.limit > maxLimit || c.groupType != "" && !contains(groupTypes[:ofEndpoint], c.groupType) {
		return nil, not + "its version, limit or groupType is none that it writes"
	}
	return c, ""
}

// fits tells whether a checkpoint belongs to the listing that is asked for; the problem completes "resume ...".
func (c *checkpoint) fits(o *Options) (problem string) {
	if c.app != o.app() {
		return "belongs to another app: it is of " + c.app + ", the listing is of " + o.app()
	}
	its := c.groupType
	if c.groupTypes != "" {
		its = c.groupTypes
		if !isAmong(its, c.groupType) {
			return "is not a checkpoint of this package: its groupType is none of its groupTypes"
		}
	}
	if its != o.groupTypes {
		return "belongs to another listing: it is of " + typeNames(its) + ", the listing is of " + typeNames(o.groupTypes)
	}
	return ""
}

func typeNames(groupTypes string) string {
	if groupTypes == "" {
		return "every groupType"
	}
	return "groupType " + groupTypes
}
