package core

// Options are a caller's options, checked. ReadOptions makes them.
type Options struct {
	single bool // one page, as listGroups asks for
	count  bool // only TotalCount, as countGroups asks for

	credential credential
	sdkAppID   int64 // 0 if not given, which only a proxy allows
	identifier string

	region   Region // zero for an endpoint or a proxy
	endpoint string // base URL of the endpoint or the proxy, "" for a region

	limit     int64
	next      int64
	groupType string // in the endpoint's words, "" for every type

	timeoutMs     float64
	minIntervalMs float64
	maxRetries    int64
	maxPages      int64 // 0 for all
	resume        *checkpoint

	browser bool
}

// A credential is what proves who asks. The core knows which one is used, but never the secret key.
type credential int

const (
	noCredential credential = iota
	userSigString
	userSigFunction
	secretKeyCredential
	proxyCredential
)

// renewable tells whether a fresh UserSig can be had when one has expired.
func (o *Options) renewable() bool {
	return o.credential == userSigFunction || o.credential == secretKeyCredential
}

const (
	maxIdentifierBytes = 255       // far more than the vendor allows
	maxLimit           = 10000     // the most IDs that the endpoint gives in one page
	maxSDKAppID        = 1<<32 - 1 // SDKAppIDs have 32 bits
	maxSafe            = 1<<53 - 1 // the largest whole number that a JavaScript number holds for sure
	hourMs             = 3600 * 1000

	defaultTimeoutMs     = 10000
	defaultMaxRetries    = 5
	defaultMinIntervalMs = 1000 // the vendor allows one call a second
)

// groupTypes are the endpoint's words; the aliases are today's names of the first two.
var groupTypes = []string{"Public", "Private", "ChatRoom", "AVChatRoom", "BChatRoom", "Community", "Work", "Meeting"}

func endpointsGroupType(name string) string {
	switch name {
	case "Work":
		return "Private"
	case "Meeting":
		return "ChatRoom"
	}
	return name
}

func isEndpointsGroupType(name string) bool {
	return contains(groupTypes, name) && endpointsGroupType(name) == name
}

var optionNames = []string{
	"sdkAppId", "identifier", "userSig", "secretKey", "proxy", "region", "endpoint", "limit", "next", "groupType", "fetch",
	"headers", "credentials", "signal", "timeoutMs", "maxRetries", "minIntervalMs", "onProgress", "onRetry", "resume", "maxPages",
}

// given is an option as the host describes it: its JavaScript type, and its value where the core may know it. Of secrets,
// functions and other objects only the type crosses the border.
type given struct {
	kind  string // number, bigint, string, boolean, null, function, or the name of an object's class
	text  string
	known bool // the value crossed the border
}

// String tells users what they gave.
func (g given) String() string {
	switch {
	case g.kind == "null":
		return "null"
	case g.known && g.kind == "string" && len(g.text) > 80:
		return "a string of " + itoa(int64(len(g.text))) + " bytes"
	case g.known && g.kind == "string":
		return "the string '" + redact(g.text, nil) + "'"
	case g.known && g.kind == "bigint":
		return g.text + "n"
	case g.known && g.kind != "checkpoint":
		return g.text
	case g.kind != "" && indexByte("AEIOaeio", g.kind[0]) >= 0:
		return "an " + g.kind
	}
	return "a " + g.kind
}

type namedOption struct {
	name string
	given
}

// optionReader checks one option after the other and keeps the first failure.
type optionReader struct {
	options []namedOption
	failure *Failure
}

func (r *optionReader) refuse(option, message string) {
	if r.failure != nil {
		return
	}
	r.failure = &Failure{Kind: ValidationFailure, Option: option, Message: sentence(message)}
}

func (r *optionReader) wrong(option, accepted string) {
	r.refuse(option, option+" must be "+accepted+"; got "+r.get(option).String())
}

// find returns an option, if it was given: the last one of that name, as in any JSON object.
func (r *optionReader) find(option string) (g given, ok bool) {
	for _, o := range r.options {
		if o.name == option {
			g, ok = o.given, true
		}
	}
	return g, ok
}

func (r *optionReader) get(option string) given {
	g, _ := r.find(option)
	return g
}

func (r *optionReader) has(option string) bool {
	_, ok := r.find(option)
	return ok
}

// whole reads a number that must be whole and in a range.
func (r *optionReader) whole(option string, from, to, otherwise int64) int64 {
	g, ok := r.find(option)
	if !ok {
		return otherwise
	}
	n, ok := atoi(g.text)
	if g.kind != "number" || !ok || n < from || n > to {
		r.wrong(option, "a whole number from "+itoa(from)+" to "+itoa(to))
		return otherwise
	}
	return n
}

// oneOf reads a string that must be one of those accepted.
func (r *optionReader) oneOf(option string, accepted []string) string {
	g, ok := r.find(option)
	if !ok {
		return ""
	}
	if g.kind == "string" && contains(accepted, g.text) {
		return g.text
	}
	message := option + " must be one of " + join(accepted) + "; got " + g.String()
	if g.kind == "string" {
		if near := closest(g.text, accepted); near != "" {
			message += ": did you mean " + near + "?"
		}
	}
	r.refuse(option, message)
	return ""
}

// is checks that an option, if given, is of one of the kinds.
func (r *optionReader) is(option, accepted string, kinds ...string) {
	g, ok := r.find(option)
	if !ok {
		return
	}
	for _, kind := range kinds {
		if g.kind == kind {
			return
		}
	}
	r.wrong(option, accepted)
}

func (r *optionReader) baseURL(option, origin string) string {
	g, ok := r.find(option)
	if !ok {
		return ""
	}
	if g.kind != "string" {
		r.wrong(option, "a string that holds a URL")
		return ""
	}
	url := g.text
	if option == "proxy" && origin != "" && hasPrefix(url, "/") && !hasPrefix(url, "//") {
		url = origin + url
	}
	base, problem := readBaseURL(url, origin)
	if problem != "" {
		r.refuse(option, option+" "+problem+"; got "+given{"string", withoutSecrets(g.text), true}.String())
	}
	return base
}

// withoutSecrets cuts from a URL what may be secret: user, password, query and fragment.
func withoutSecrets(url string) string {
	for i := range len(url) {
		if url[i] == '?' || url[i] == '#' {
			url = url[:i+1] + "…"
			break
		}
	}
	for i := len(url) - 1; i >= 0; i-- {
		if url[i] == '@' {
			scheme := ""
			for j := 0; j+3 <= i; j++ {
				if url[j:j+3] == "://" {
					scheme = url[:j+3]
					break
				}
			}
			return scheme + "…" + url[i:]
		}
	}
	return url
}

// ReadOptions checks what a caller asked for. The text is JSON that the host writes:
//
//	{"call": "listAllGroups", "runtime": "server", "origin": "", "options": {"limit": ["number", "100"], "secretKey": ["string"]}}
//
// call is the public function that was called; instead, if there, is the type of what the caller gave in place of options; runtime is server or browser; origin is that of the page, if there is one.
// Each option is its type and, unless it is secret or has no text, its value as JavaScript's String() writes it.
func ReadOptions(text []byte) (*Options, *Failure) {
	var r optionReader
	var call, runtime, origin, instead, unknown string
	s := scanner{data: text}
	_, _, ok := s.members([]member{
		{name: "call", text: &call},
		{name: "runtime", text: &runtime},
		{name: "origin", text: &origin},
		{name: "instead", text: &instead},
		{name: "options", read: func() bool {
			return s.object(func(key []byte) bool {
				name := string(key)
				g, lossless, ok := s.given()
				if !ok {
					return false
				}
				if !contains(optionNames, name) {
					if unknown == "" {
						unknown = name
					}
				} else if !lossless {
					r.refuse(name, name+" holds half of a character (a lone surrogate)")
				}
				r.options = append(r.options, namedOption{name, g})
				return true
			})
		}},
	})
	if !ok {
		return nil, internalFailure("The options could not be read: " + s.describe())
	}
	if instead != "" {
		r.failure = nil
		r.refuse("options", "options must be an object; got "+given{kind: instead}.String())
		return nil, r.failure
	}
	if unknown != "" {
		r.failure = nil
		if near := closest(unknown, optionNames); near != "" {
			r.refuse(unknown, "There is no option '"+unknown+"': did you mean "+near+"?")
		} else {
			r.refuse(unknown, "There is no option '"+unknown+"'. There are "+join(optionNames))
		}
		return nil, r.failure
	}

	o := &Options{single: call == "listGroups", count: call == "countGroups", browser: runtime == "browser"}
	o.readWho(&r, origin)
	o.readWhere(&r)
	o.readWhat(&r)
	o.readHow(&r)
	if r.failure == nil {
		o.readResume(&r)
	}
	if r.failure != nil {
		return nil, r.failure
	}
	return o, nil
}

func (s *scanner) given() (g given, lossless, ok bool) {
	lossless = true
	n := 0
	ok = s.array(func() bool {
		start := s.pos
		text, ok := s.str(nil, true)
		if !ok { // a string that UTF-8 cannot hold is the caller's mistake, not the host's
			lossless = false
			s.pos, s.problem = start, ""
			text, ok = s.str(nil, false)
		}
		if n == 0 {
			g.kind = string(text)
		} else {
			g.text, g.known = string(text), true
		}
		n++
		return ok
	})
	return g, lossless, ok && (n == 1 || n == 2 || s.fail("an option of more than type and value"))
}

func (o *Options) readWho(r *optionReader, origin string) {
	count := 0
	for _, name := range [...]string{"userSig", "secretKey", "proxy"} {
		if r.has(name) {
			count++
		}
	}
	const choices = "give exactly one of userSig (a string, or a function that returns one), secretKey (signs in this process) and proxy (the URL of a signing proxy)"
	switch {
	case count == 0:
		r.refuse("userSig", "There is no credential: "+choices)
	case count > 1:
		r.refuse("userSig", "There is more than one credential: "+choices)
	}
	switch {
	case r.has("proxy"):
		o.credential = proxyCredential
		o.endpoint = r.baseURL("proxy", origin)
	case r.has("userSig"):
		g := r.get("userSig")
		switch g.kind {
		case "string":
			o.credential = userSigString
		case "function":
			o.credential = userSigFunction
		case "empty string":
			r.refuse("userSig", "userSig must be a UserSig, or a function that returns one; got an empty string")
		default:
			r.refuse("userSig", "userSig must be a string, or a function that returns one; got "+given{kind: g.kind}.String())
		}
	case r.has("secretKey"):
		o.credential = secretKeyCredential
		if g := r.get("secretKey"); g.kind != "string" {
			r.refuse("secretKey", "secretKey must be a string that is not empty; got "+given{kind: g.kind}.String())
		}
	}
	if o.browser && (o.credential == secretKeyCredential || o.credential == userSigString || o.credential == userSigFunction) {
		name := "userSig"
		if o.credential == secretKeyCredential {
			name = "secretKey"
		}
		r.refuse(name, name+" is refused in a browser: whoever opens the page could read it and act as an admin of the app. Give proxy, the URL of a signing proxy, instead; in Electron, list in the main process")
	}
	if r.has("sdkAppId") || o.credential != proxyCredential {
		if !r.has("sdkAppId") {
			r.refuse("sdkAppId", "sdkAppId is missing: give the app's SDKAppID, a whole number from 1 to "+itoa(maxSDKAppID))
		}
		o.sdkAppID = r.whole("sdkAppId", 1, maxSDKAppID, 0)
	}
	if r.has("identifier") || o.credential != proxyCredential {
		if !r.has("identifier") {
			r.refuse("identifier", "identifier is missing: give the UserID of an admin of the app")
		}
		g := r.get("identifier")
		if g.kind != "string" || g.text == "" {
			r.wrong("identifier", "the UserID of an admin of the app (a string that is not empty)")
		}
		if len(g.text) > maxIdentifierBytes {
			r.wrong("identifier", "the UserID of an admin of the app, which has no more than "+itoa(maxIdentifierBytes)+" bytes")
		}
		o.identifier = g.text
	}
}

func (o *Options) readWhere(r *optionReader) {
	names := make([]string, len(Regions))
	for i, region := range Regions {
		names[i] = region.Name
	}
	region := r.oneOf("region", names)
	switch {
	case o.credential == proxyCredential && (r.has("region") || r.has("endpoint")):
		r.refuse("proxy", "proxy is given together with region or endpoint: with a proxy, it is the proxy that knows where to call")
	case o.credential == proxyCredential:
	case r.has("region") && r.has("endpoint"):
		r.refuse("endpoint", "endpoint and region are both given: give one of them, or neither for the region that the SDKAppID belongs to")
	case r.has("endpoint"):
		o.endpoint = r.baseURL("endpoint", "")
	case region != "":
		o.region, _ = regionNamed(region)
	default:
		o.region = RegionOf(o.sdkAppID)
	}
}

func (o *Options) readWhat(r *optionReader) {
	o.limit = r.whole("limit", 1, maxLimit, maxLimit)
	if o.count {
		o.limit = 1
	}
	o.groupType = endpointsGroupType(r.oneOf("groupType", groupTypes))
	g, ok := r.find("next")
	if !ok {
		return
	}
	n, whole := atoi(g.text)
	switch g.kind {
	case "string", "bigint", "number":
		if g.kind == "number" && n > maxSafe {
			r.refuse("next", "next "+g.text+" is larger than a JavaScript number holds exactly (2^53-1): give it as a string or a bigint")
		} else if !whole || n < 0 {
			r.wrong("next", "a cursor: a whole number from 0 to 9223372036854775807, as a string, a bigint or a safe integer")
		}
		if !o.count { // a count has no pages
			o.next = n
		}
	case "null":
		r.refuse("next", "next is null, which marks the end of a listing: there is no page after it. Leave it out to begin anew")
	default:
		r.wrong("next", "a cursor: a string, a bigint or a safe integer")
	}
}

func (o *Options) readHow(r *optionReader) {
	o.timeoutMs = float64(r.whole("timeoutMs", 1, hourMs, defaultTimeoutMs))
	o.minIntervalMs = float64(r.whole("minIntervalMs", 0, hourMs, defaultMinIntervalMs))
	o.maxRetries = r.whole("maxRetries", 0, 1000, defaultMaxRetries)
	o.maxPages = r.whole("maxPages", 1, maxSafe, 0)
	if o.single || o.count {
		o.maxPages = 1
	}
	r.is("fetch", "a function like the global fetch", "function")
	r.is("headers", "what new Headers() takes: valid names and values", "headers")
	r.oneOf("credentials", []string{"omit", "same-origin", "include"})
	r.is("signal", "an AbortSignal", "AbortSignal")
	r.is("onProgress", "a function", "function")
	r.is("onRetry", "a function", "function")
}

func (o *Options) readResume(r *optionReader) {
	g, ok := r.find("resume")
	if !ok {
		return
	}
	if g.kind == "string" {
		r.wrong("resume", "a checkpoint, an object: parse its JSON first")
		return
	}
	if g.kind != "checkpoint" {
		r.wrong("resume", "a checkpoint: the object that a page, a listing or an error had as its checkpoint")
		return
	}
	if r.has("next") {
		r.refuse("resume", "resume and next are both given: a checkpoint has a cursor of its own")
		return
	}
	c, problem := readCheckpoint([]byte(g.text))
	if problem == "" {
		problem = c.fits(o)
	}
	if problem != "" {
		r.refuse("resume", "resume "+problem)
		return
	}
	if !o.count { // a count has no place to go on from
		o.resume = c
	}
}

// app names the app in checkpoints: its SDKAppID or, where only the proxy knows it, the proxy.
func (o *Options) app() string {
	if o.sdkAppID != 0 {
		return itoa(o.sdkAppID)
	}
	return o.endpoint
}

// pace names what shares one call a second: the app, whatever host it is called at. What only a proxy knows is told apart by
// the proxy.
func (o *Options) pace() string {
	return lower(o.app())
}

// base is the URL before the command's path.
func (o *Options) base(atBackup bool) string {
	switch {
	case o.endpoint != "":
		return o.endpoint
	case atBackup:
		return "https://" + o.region.Backup
	}
	return "https://" + o.region.Host
}
