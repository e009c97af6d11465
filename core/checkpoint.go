package core

// checkpoint is where a listing stands: what is needed to go on from there, now or in another process. It crosses the
// border, and is kept by users, as a plain JSON object:
//
//	{"version":1,"app":"1400000000","groupType":null,"limit":10000,"next":"4454685361","totalCount":25000,
//	 "groups":10000,"duplicates":0,"pages":1,"requests":1,"retries":0,"elapsedMs":84}
//
// It never holds a secret: no UserSig, no key, no identifier.
type checkpoint struct {
	app        string // the SDKAppID, or the proxy's URL where only the proxy knows it
	groupType  string // "" (null in JSON) for every type
	limit      int64  // smaller than asked for once an answer was too large
	next       int64  // the cursor of the next page, "0" in JSON for the first; null in JSON when ended
	ended      bool
	totalCount int64 // as the last answer told it
	groups     int64 // IDs handed on so far, duplicates not counted
	duplicates int64
	pages      int64
	requests   int64 // calls made
	retries    int64 // calls made again
	elapsedMs  int64
}

const checkpointVersion = 1

// JSON writes a checkpoint for users to keep.
func (c *checkpoint) JSON() string {
	var w jsonWriter
	w.integer("version", checkpointVersion)
	w.str("app", c.app)
	if c.groupType == "" {
		w.raw("groupType", "null")
	} else {
		w.str("groupType", c.groupType)
	}
	w.integer("limit", c.limit)
	if c.ended {
		w.raw("next", "null")
	} else {
		w.str("next", itoa(c.next))
	}
	for _, count := range c.counts() {
		w.integer(count.name, min(*count.value, maxSafe)) // what is written can be read again
	}
	return w.end()
}

type count struct {
	name  string
	value *int64
}

// counts lists the checkpoint's plain numbers for its writer and its reader.
func (c *checkpoint) counts() [7]count {
	return [...]count{
		{"totalCount", &c.totalCount}, {"groups", &c.groups}, {"duplicates", &c.duplicates}, {"pages", &c.pages},
		{"requests", &c.requests}, {"retries", &c.retries}, {"elapsedMs", &c.elapsedMs},
	}
}

// readCheckpoint reads what JSON wrote. The problem, if not empty, completes the sentence "resume ...".
func readCheckpoint(text []byte) (c *checkpoint, problem string) {
	c = &checkpoint{}
	var version int64
	s := scanner{data: text}
	wanted := []member{
		{name: "version", number: &version},
		{name: "app", text: &c.app},
		{name: "limit", number: &c.limit},
		{name: "groupType", text: &c.groupType},
		{name: "next", read: func() bool {
			text, ok := s.text()
			if ok {
				c.next, ok = atoi(text)
				ok = ok && c.next >= 0 || s.fail("no cursor")
			}
			return ok
		}},
	}
	const hasGroupType, hasNext = 1 << 3, 1 << 4 // these two may be null
	for _, count := range c.counts() {
		wanted = append(wanted, member{name: count.name, read: func() bool {
			n, ok := s.integer()
			*count.value = n
			return ok && (n >= 0 && n <= maxSafe || s.fail("no count"))
		}})
	}
	seen, found, ok := s.members(wanted)
	c.ended = found&hasNext == 0
	if version != 0 && version != checkpointVersion { // whatever else is in it may be of that version, too
		return nil, "has version " + itoa(version) + ", but this release reads version " + itoa(checkpointVersion)
	}
	if !ok {
		return nil, "is not a checkpoint of this package: " + s.describe()
	}
	for i, m := range wanted {
		if (seen&(hasGroupType|hasNext)|found)&(1<<i) == 0 {
			return nil, "is not a checkpoint of this package: it has no " + m.name
		}
	}
	if version == 0 || c.limit < 1 || c.limit > maxLimit || c.groupType != "" && !isEndpointsGroupType(c.groupType) {
		return nil, "is not a checkpoint of this package: its version, limit or groupType is none that it writes"
	}
	return c, ""
}

// fits tells whether a checkpoint belongs to the listing that is asked for; the problem completes "resume ...".
func (c *checkpoint) fits(o *Options) (problem string) {
	if c.app != o.app() {
		return "belongs to another app: it is of " + c.app + ", the listing is of " + o.app()
	}
	if c.groupType != o.groupType {
		return "belongs to another listing: it is of " + typeName(c.groupType) + ", the listing is of " + typeName(o.groupType)
	}
	return ""
}

func typeName(groupType string) string {
	if groupType == "" {
		return "every groupType"
	}
	return "groupType " + groupType
}
