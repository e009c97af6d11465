package core

// Options are a caller's options, checked. ReadOptions makes them.
type Options struct {
	_ incomparable

	single bool // one page, as listGroups asks for
	count  bool // only TotalCount, as countGroups asks for

	credential credential
	sdkAppID   int64 // 0 if not given, which only a proxy allows
	identifier string

	region   *Region // nil for an endpoint or a proxy
	endpoint string  // base URL of the endpoint or the proxy, "" for a region

	limit      int64
	next       int64
	groupTypes string // in the endpoint's words, separated by commas, "" for every type at once
	byType     bool   // groupTypes is a list, even if of one

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

// groupTypes are the endpoint's words, then today's names of two of them, then the word for all of the first, one after the other.
var groupTypes = []string{"Public", "Private", "ChatRoom", "AVChatRoom", "BChatRoom", "Community", "Work", "Meeting", each}

const (
	each       = "each"
	ofEndpoint = 6   // of groupTypes
	separator  = "," // of group types in a text
)

func endpointsGroupType(name string) string {
	switch {
	case same(name, "Work"):
		return "Private"
	case same(name, "Meeting"):
		return "ChatRoom"
	}
	return name
}

// isAmong tells whether a group type is in a text that has several.
func isAmong(groupTypes, groupType string) bool {
	return within(separator+groupTypes+separator, separator+groupType+separator)
}

// option is one of the options that there are.
type option int

const (
	optSDKAppID option = iota
	optIdentifier
	optUserSig
	optSecretKey
	optProxy
	optRegion
	optEndpoint
	optLimit
	optNext
	optGroupType
	optFetch
	optHeaders
	optCredentials
	optSignal
	optTimeoutMs
	optMaxRetries
	optMinIntervalMs
	optOnProgress
	optOnRetry
	optResume
	optMaxPages
	options
)

var optionNames = [options]string{
	optSDKAppID: "sdkAppId", optIdentifier: "identifier", optUserSig: "userSig", optSecretKey: "secretKey", optProxy: "proxy",
	optRegion: "region", optEndpoint: "endpoint", optLimit: "limit", optNext: "next", optGroupType: "groupType", optFetch: "fetch",
	optHeaders: "headers", optCredentials: "credentials", optSignal: "signal", optTimeoutMs: "timeoutMs",
	optMaxRetries: "maxRetries", optMinIntervalMs: "minIntervalMs", optOnProgress: "onProgress", optOnRetry: "onRetry",
	optResume: "resume", optMaxPages: "maxPages",
}

// optionReader checks one option after the other and keeps the first failure.
type optionReader struct {
	given   [options]string // as the host describes them, see ReadOptions; "" where an option was not given
	failure *Failure
}

func (r *optionReader) has(o option) bool { return r.given[o] != "" }

// get takes a description apart. known tells whether the value crossed the border.
func (r *optionReader) get(o option) (kind, value string, known bool) {
	return cut(r.given[o], ':')
}

// got tells users what they gave.
func (r *optionReader) got(o option) string {
	kind, value, known := r.get(o)
	switch {
	case known && same(kind, "string"):
		if len(value) > 80 {
			return "a string of " + itoa(int64(len(value))) + " bytes"
		}
		if o == optProxy || o == optEndpoint {
			value = withoutSecrets(value)
		}
		return "the string '" + redact(value, nil) + "'"
	case known && same(kind, "bigint"):
		return value + "n"
	case known && (same(kind, "number") || same(kind, "boolean")):
		return value
	case same(kind, "null"):
		return kind
	}
	if kind != "" && indexByte("AEIOaeio", kind[0]) >= 0 {
		return "an " + kind
	}
	return "a " + kind
}

// refuse says what is wrong in a sentence of its own.
func (r *optionReader) refuse(o option, message string) {
	if r.failure == nil {
		r.failure = newFailure(ValidationFailure, message, "")
		r.failure.Option = optionNames[o]
	}
}

// wrong says what is wrong in a sentence that begins with the option's name.
func (r *optionReader) wrong(o option, rest string) { r.refuse(o, optionNames[o]+" "+rest) }

// mustBe says what is accepted, and what was given.
func (r *optionReader) mustBe(o option, accepted string) {
	r.wrong(o, "must be "+accepted+"; got "+r.got(o))
}

// whole reads a number that must be whole and in a range.
func (r *optionReader) whole(o option, from, to, otherwise int64) int64 {
	if !r.has(o) {
		return otherwise
	}
	kind, value, _ := r.get(o)
	n, ok := atoi(value)
	if !same(kind, "number") || !ok || n < from || n > to {
		r.mustBe(o, "a whole number from "+itoa(from)+" to "+itoa(to))
	}
	return n
}

// oneOf reads a string that must be one of those accepted.
func (r *optionReader) oneOf(o option, accepted []string) string {
	kind, value, _ := r.get(o)
	if kind == "" || same(kind, "string") && contains(accepted, value) {
		return value
	}
	message := "must be one of " + join(accepted, ", ") + "; got " + r.got(o)
	if same(kind, "string") {
		message += didYouMean(value, accepted)
	}
	r.wrong(o, message)
	return ""
}

// is checks that an option, if given, is of a kind.
func (r *optionReader) is(o option, kind, accepted string) {
	if r.has(o) && r.given[o] != kind {
		r.mustBe(o, accepted)
	}
}

func (r *optionReader) baseURL(o option, origin string) string {
	if !r.has(o) {
		return ""
	}
	kind, url, _ := r.get(o)
	if !same(kind, "string") {
		r.mustBe(o, "a string that holds a URL")
		return ""
	}
	if o == optProxy && origin != "" && hasPrefix(url, "/") && !hasPrefix(url, "//") {
		url = origin + url
	}
	base, problem := readBaseURL(url, origin)
	if problem != "" {
		r.wrong(o, problem+"; got "+r.got(o))
	}
	return base
}

// withoutSecrets cuts from a URL what may be secret: user, password, query and fragment.
func withoutSecrets(url string) string {
	host, user := 0, 0 // where what is behind the scheme begins, and what is behind the user
	for i := 0; i < len(url); i++ {
		switch c := url[i]; {
		case c == '?' || c == '#':
			url = url[:i+1] + "…"
			i = len(url)
		case c == '@':
			user = i
		case host == 0 && hasPrefix(url[i:], "://"):
			host = i + len("://")
		}
	}
	if user > host {
		return url[:host] + "…" + url[user:]
	}
	return url
}

// ReadOptions checks what a caller asked for. The text is JSON that the host writes:
//
//	{"call":"listAllGroups","runtime":"server","origin":"","options":{"limit":"number:100","secretKey":"string"}}
//
// call is the public function that was called; runtime is server, browser, or browser entry
// (of the package, loaded by Node.js); origin is that of the page, if there is one.
// Of each option the host tells the kind: its JavaScript type, null, "empty string" where that is never right, list (of group
// types, separated by commas), the name of an object's class, or what else is below. Behind a colon follows its value, as
// JavaScript's String() writes it, unless it is secret or no text. In place of options there may be instead: the kind of what
// the caller gave that is no object.
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
				o := option(0)
				for o < options && !same(optionNames[o], string(key)) {
					o++
				}
				if o == options && unknown == "" {
					unknown = string(key)
				}
				start := s.pos
				given, ok := s.str(true)
				if !ok { // a string that UTF-8 cannot hold is the caller's mistake, not the host's
					s.pos, s.problem = start, ""
					if given, ok = s.str(false); ok && o < options {
						r.wrong(o, "holds half of a character (a lone surrogate)")
					}
				}
				if o < options {
					r.given[o] = string(given)
				}
				return ok
			})
		}},
	})
	if !ok {
		return nil, internalFailure("The options could not be read: " + s.describe())
	}
	wrong := ""
	switch {
	case instead != "":
		unknown, wrong = "options", "options must be an object; got "+(&optionReader{given: [options]string{instead}}).got(0)
	case unknown != "":
		unknown = redact(unknown, nil) // somebody may have mistaken a secret for a name
		wrong = "There is no option '" + unknown + "'"
		if near := didYouMean(unknown, optionNames[:]); near != "" {
			wrong += near
		} else {
			wrong += ". There are " + join(optionNames[:], ", ")
		}
	}
	if wrong != "" {
		failure := newFailure(ValidationFailure, wrong, "")
		failure.Option = unknown
		return nil, failure
	}
	o := &Options{single: same(call, "listGroups"), count: same(call, "countGroups"), browser: same(runtime, "browser")}
	o.readWho(&r, origin, same(runtime, "browser entry"))
	o.readWhere(&r)
	o.readWhat(&r)
	o.readHow(&r)
	o.readResume(&r)
	if r.failure != nil {
		return nil, r.failure
	}
	return o, nil
}

func (o *Options) readWho(r *optionReader, origin string, browserEntry bool) {
	const choices = "credential: give exactly one of userSig (a string, or a function that returns one), secretKey (signs in this process) and proxy (the URL of a signing proxy)"
	who, count := optUserSig, 0
	for each := optUserSig; each <= optProxy; each++ {
		if r.has(each) {
			who = each
			count++
		}
	}
	kind, _, _ := r.get(who)
	switch {
	case count == 0:
		r.refuse(who, "There is no "+choices)
	case count > 1:
		r.refuse(optUserSig, "There is more than one "+choices)
	case who == optProxy:
		o.credential = proxyCredential
		o.endpoint = r.baseURL(optProxy, origin)
	case browserEntry:
		r.wrong(who, "is refused by the package's entry for browsers, which cannot sign. In Node.js, resolve packages with the condition node (in Jest: testEnvironmentOptions: { customExportConditions: ['node'] }); elsewhere, give proxy, the URL of a signing proxy")
	case o.browser:
		r.wrong(who, "is refused in a browser: whoever opens the page could read it and act as an admin of the app. Give proxy, the URL of a signing proxy, instead; in Electron, list in the main process")
	case who == optSecretKey:
		o.credential = secretKeyCredential
		r.is(who, "string", "a string that is not empty, without white space around it")
	case same(kind, "function"):
		o.credential = userSigFunction
	default:
		o.credential = userSigString
		r.is(who, "string", "a string that is not empty, without white space around it, or a function that returns one")
	}
	needed := o.credential != proxyCredential
	if needed && !r.has(optSDKAppID) {
		r.wrong(optSDKAppID, "is missing: give the app's SDKAppID, a whole number from 1 to "+itoa(maxSDKAppID))
	}
	o.sdkAppID = r.whole(optSDKAppID, 1, maxSDKAppID, 0)
	if needed && !r.has(optIdentifier) {
		r.wrong(optIdentifier, "is missing: give the UserID of an admin of the app")
	}
	if r.has(optIdentifier) {
		if kind, o.identifier, _ = r.get(optIdentifier); !same(kind, "string") || o.identifier == "" || len(o.identifier) > maxIdentifierBytes {
			r.mustBe(optIdentifier, "the UserID of an admin of the app (a string of 1 to "+itoa(maxIdentifierBytes)+" bytes)")
		}
	}
}

func (o *Options) readWhere(r *optionReader) {
	names := make([]string, len(Regions))
	for i := range Regions {
		names[i] = Regions[i].Name
	}
	region := r.oneOf(optRegion, names)
	switch {
	case o.credential == proxyCredential:
		if r.has(optRegion) || r.has(optEndpoint) {
			r.wrong(optProxy, "is given together with region or endpoint: with a proxy, it is the proxy that knows where to call")
		}
	case r.has(optEndpoint):
		if r.has(optRegion) {
			r.refuse(optEndpoint, "endpoint and region are both given: give one of them, or neither for the region that the SDKAppID belongs to")
		}
		o.endpoint = r.baseURL(optEndpoint, "")
	case region != "":
		o.region = RegionNamed(region)
	default:
		o.region = RegionOf(o.sdkAppID)
	}
}

func (o *Options) readWhat(r *optionReader) {
	o.limit = r.whole(optLimit, 1, maxLimit, maxLimit)
	if o.count {
		o.limit = 1
	}
	o.readGroupType(r)
	if !r.has(optNext) {
		return
	}
	kind, value, known := r.get(optNext)
	n, whole := atoi(value)
	switch {
	case same(kind, "null"):
		r.wrong(optNext, "is null, which marks the end of a listing: there is no page after it. Leave it out to begin anew")
	case same(kind, "number") && n > maxSafe:
		r.wrong(optNext, value+" is larger than a JavaScript number holds exactly (2^53-1): give it as a string or a bigint")
	case !known || !whole || n < 0:
		r.mustBe(optNext, "a cursor: a whole number from 0 to 9223372036854775807, as a string, a bigint or a safe integer")
	case o.byType:
		r.wrong(optNext, "is a cursor of one groupType, but several are asked for: go on from a checkpoint, with resume")
	case !o.count: // a count has no pages
		o.next = n
	}
}

func (o *Options) readGroupType(r *optionReader) {
	kind, list, _ := r.get(optGroupType)
	if !same(kind, "list") {
		o.groupTypes = endpointsGroupType(r.oneOf(optGroupType, groupTypes))
		if o.groupTypes == each {
			o.groupTypes, o.byType = join(groupTypes[:ofEndpoint], separator), true
		}
	} else {
		o.byType = true
		all := ""
		for more := true; more; {
			var groupType string
			groupType, list, more = cut(list, separator[0])
			r.given[optGroupType] = "string:" + groupType
			groupType = endpointsGroupType(r.oneOf(optGroupType, groupTypes[:len(groupTypes)-1]))
			if isAmong(all, groupType) {
				r.wrong(optGroupType, "has "+groupType+" twice")
			}
			all += separator + groupType
			if r.failure != nil { // the rest may be long
				return
			}
		}
		o.groupTypes = all[1:]
	}
	if o.byType && o.single {
		r.wrong(optGroupType, "asks for a list of types, but listGroups fetches one page: give one type, or call listAllGroups or paginateGroups")
	}
}

func (o *Options) readHow(r *optionReader) {
	o.timeoutMs = float64(r.whole(optTimeoutMs, 1, hourMs, defaultTimeoutMs))
	o.minIntervalMs = float64(r.whole(optMinIntervalMs, 0, hourMs, defaultMinIntervalMs))
	o.maxRetries = r.whole(optMaxRetries, 0, 1000, defaultMaxRetries)
	o.maxPages = r.whole(optMaxPages, 1, maxSafe, 0)
	if o.single {
		o.maxPages = 1
	}
	if o.count { // a page of each type, whatever the caller's defaults for listings are
		o.maxPages = 0
	}
	r.is(optFetch, "function", "a function like the global fetch")
	r.is(optHeaders, "headers", "what new Headers() takes: valid names and values")
	r.oneOf(optCredentials, []string{"omit", "same-origin", "include"})
	r.is(optSignal, "AbortSignal", "an AbortSignal")
	r.is(optOnProgress, "function", "a function")
	r.is(optOnRetry, "function", "a function")
}

func (o *Options) readResume(r *optionReader) {
	if !r.has(optResume) || r.failure != nil {
		return
	}
	kind, value, _ := r.get(optResume)
	switch {
	case same(kind, "string"):
		r.mustBe(optResume, "a checkpoint, an object: parse its JSON first")
	case !same(kind, "checkpoint"):
		r.mustBe(optResume, "a checkpoint: the object that a page, a listing or an error had as its checkpoint")
	case r.has(optNext):
		r.refuse(optResume, "resume and next are both given: a checkpoint has a cursor of its own")
	default:
		c, problem := readCheckpoint([]byte(value))
		if problem == "" {
			problem = c.fits(o)
		}
		if problem != "" {
			r.wrong(optResume, problem)
		}
		if !o.count { // a count has no place to go on from
			o.resume = c
		}
	}
}

// groupTypeAfter is the group type that is listed after another, the first one after "", and "" after the last. Where all types
// are listed at once, it is always "".
func (o *Options) groupTypeAfter(groupType string) string {
	each, rest, more := cut(o.groupTypes, separator[0])
	for groupType != "" && more {
		if each == groupType {
			groupType = ""
		}
		each, rest, more = cut(rest, separator[0])
	}
	if groupType != "" {
		return ""
	}
	return each
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
func (o *Options) pace() string { return lower(o.app()) }

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
