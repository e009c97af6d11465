package core

import (
	"slices"
	"strings"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/redact"
	"tencent-chat-groups/core/restapi"
)

// valueOptions lists the options whose values the core reads, but for the integers, which are in intOptions.
var valueOptions = []string{"identifier", "proxy", "region", "endpoint", "next", "groupType", "credentials"}

// kindOptions lists the options of which the core reads only the kind: secrets, and what only the host uses.
var kindOptions = []string{
	"userSig", "secretKey", "fetch", "headers", "signal", "onProgress", "onRetry", "resume",
}

// ValueOptionNames returns the names of the options whose values cross the border.
func ValueOptionNames() []string {
	names := slices.Clone(valueOptions)
	for _, i := range intOptions {
		names = append(names, i.name)
	}
	return names
}

// OptionNames returns the names of a JavaScript caller's options.
func OptionNames() []string { return append(ValueOptionNames(), kindOptions...) }

// each is the groupType that stands for all types, one after another.
const each = "each"

// ReadOptions reads the options of a JavaScript caller, which may be anything. The text is JSON that the host writes:
//
//	{"call":"listAllGroups","runtime":"server","origin":"","options":{"limit":100,"secretKey":{"kind":"secret"}}}
//
// call is the public function that was called. runtime is "server", "browser", or "browser entry" (the package's entry
// for browsers, in Node.js). origin is that of the page, if there is one. Type given describes the options. If the
// caller's options are no object, instead is what was given.
func ReadOptions(text []byte) (*Options, *Failure) {
	var call, runtime, origin string
	instead := given{kind: "null"}
	r := optionReader{given: map[string]given{}}
	json := strictjson.Reader{Data: text}
	options := &strictjson.Member{Name: "options", Read: func() error { return r.read(&json) }}
	other := &strictjson.Member{Name: "instead", Read: func() (err error) {
		instead, err = readGiven(&json)
		return err
	}}
	if err := json.ReadObject(json.StringMember("call", &call), json.StringMember("runtime", &runtime),
		json.StringMember("origin", &origin), options, other); err != nil {
		return nil, internalFailure("The options could not be read: " + err.Error())
	}
	switch {
	case other.Seen:
		return nil, invalid("options", "options must be an object; got "+instead.describe())
	case r.unknown != "":
		return nil, unknownOption(r.unknown)
	}
	o := DefaultOptions()
	o.Browser = runtime == "browser"
	switch call {
	case "listGroups":
		o.Operation = ListGroups
	case "countGroups":
		o.Operation = CountGroups
	}
	r.readCredential(&o, runtime, origin)
	r.readAddress(&o)
	r.readIntegers(&o)
	r.readGroupType(&o)
	r.readNext(&o)
	r.readWhatTheHostUses()
	r.readResume(&o)
	if r.failure == nil {
		r.failure = o.validate()
	}
	if r.failure != nil {
		return nil, r.failure
	}
	return &o, nil
}

func unknownOption(name string) *Failure {
	shown := redact.Text(name, nil) // somebody may have mistaken a secret for a name
	message := "Unknown option '" + shown + "'"
	if near := didYouMean(shown, OptionNames()); near != "" {
		message += near
	} else {
		message += ". Valid options: " + strings.Join(OptionNames(), ", ")
	}
	return invalid(shown, message)
}

// optionReader reads one option after another and keeps the first failure.
type optionReader struct {
	given   map[string]given
	unknown string // the first unknown name
	failure *Failure
}

func (r *optionReader) read(json *strictjson.Reader) error {
	names := OptionNames()
	return json.Object(func(key []byte) error {
		name := string(key)
		value, err := readGiven(json)
		switch {
		case err != nil:
			return err
		case !slices.Contains(names, name):
			if r.unknown == "" {
				r.unknown = name
			}
		case value.loneSurrogate:
			r.wrong(name, "holds half of a character (a lone surrogate)")
		}
		r.given[name] = value
		return nil
	})
}

func (r *optionReader) has(name string) bool {
	_, ok := r.given[name]
	return ok
}

// describe returns what was given for an option, in the words of a message.
func (r *optionReader) describe(name string) string {
	g := r.given[name]
	if name == "proxy" || name == "endpoint" {
		g.text = withoutSecrets(g.text)
	}
	return g.describe()
}

func (r *optionReader) fail(f *Failure) {
	if r.failure == nil {
		r.failure = f
	}
}

// wrong fails with a sentence that begins with the option's name.
func (r *optionReader) wrong(name, rest string) { r.fail(invalid(name, optionText(name)+" "+rest)) }

func (r *optionReader) mustBe(name, accepted string) {
	r.fail(mustBe(name, accepted, r.describe(name)))
}

// is checks the kind of an option.
func (r *optionReader) is(name, kind, accepted string) {
	if g := r.given[name]; r.has(name) && !g.is(kind) {
		r.mustBe(name, accepted)
	}
}

// oneOf reads a string that must be one of those accepted, "" if the option was not given.
func (r *optionReader) oneOf(name string, accepted []string) string {
	if !r.has(name) {
		return ""
	}
	return r.choice(name, r.given[name], accepted)
}

func (r *optionReader) choice(name string, g given, accepted []string) string {
	if g.isText() && slices.Contains(accepted, g.text) {
		return g.text
	}
	got := g.describe()
	if g.isText() {
		got += didYouMean(g.text, accepted)
	}
	r.fail(mustBe(name, "one of "+strings.Join(accepted, ", "), got))
	return ""
}

func (r *optionReader) readIntegers(o *Options) {
	for _, i := range intOptions {
		if r.has(i.name) {
			r.readInteger(o, i)
		}
	}
	switch o.Operation {
	case ListGroups:
		o.MaxPages = 1
	case CountGroups: // one small page per type, whatever the caller's defaults for listings are
		o.Limit, o.MaxPages = 1, 0
	}
}

func (r *optionReader) readInteger(o *Options, i intOption) {
	g := r.given[i.name]
	n, ok := strictjson.ParseInteger(g.text)
	if !g.is("number") || !ok || n < i.min || n > i.max {
		r.mustBe(i.name, i.accepted())
		return
	}
	*i.field(o) = n
}

func (r *optionReader) readCredential(o *Options, runtime, origin string) {
	var given []string
	for _, name := range []string{"userSig", "secretKey", "proxy"} {
		if r.has(name) {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0:
		r.fail(invalid("userSig", missingCredential))
		return
	case len(given) > 1:
		r.fail(invalid("userSig", severalCredentials))
		return
	}
	name := given[0]
	credential := r.given[name]
	const accepted = "a string that is not empty, without white space around it"
	switch {
	case name == "proxy":
		o.Credential = SigningProxy
		o.BaseURL = r.readBaseURL(name, origin)
	case runtime == "browser entry":
		r.wrong(name, "is refused by the package's entry for browsers, which cannot sign. In Node.js, resolve packages "+
			"with the condition node (in Jest: testEnvironmentOptions: { customExportConditions: ['node'] }). "+
			"Elsewhere, give {option:proxy}, the URL of a signing proxy")
	case o.Browser:
		r.wrong(name, "is refused in a browser: anyone who opens the page could read it and act as an admin of the app. "+
			"Give {option:proxy}, the URL of a signing proxy. In Electron, list in the main process")
	case credential.problem == isUserSig:
		r.wrong(name, "is a UserSig: give it as {option:userSig}")
	case credential.problem == isSecretKey:
		r.wrong(name, "is a secret key (64 hexadecimal digits): give it as {option:secretKey}")
	case name == "userSig" && credential.is("function"):
		o.Credential = UserSigFunction
	case name == "userSig":
		o.Credential = FixedUserSig
		r.isSecret(name, accepted+", or a function that returns one")
	default:
		o.Credential = SecretKey
		r.isSecret(name, accepted)
	}
	r.readAccount(o)
}

// isSecret checks a secret, of which the core knows only what is wrong with it.
func (r *optionReader) isSecret(name, accepted string) {
	if g := r.given[name]; !g.is("secret") || g.problem != "" {
		r.mustBe(name, accepted)
	}
}

// readAccount reads who signs.
func (r *optionReader) readAccount(o *Options) {
	signs := o.Credential != SigningProxy
	if signs && !r.has("sdkAppId") {
		r.fail(invalid("sdkAppId", missingSDKAppID()))
	}
	if i := intOptionNamed("sdkAppId"); r.has(i.name) {
		r.readInteger(o, i) // before the others: the region and resume depend on it
	}
	if !r.has("identifier") {
		if signs {
			r.fail(invalid("identifier", missingIdentifier))
		}
		return
	}
	g := r.given["identifier"]
	if o.Identifier = g.text; !g.isText() || g.text == "" || len(g.text) > maxIdentifierBytes {
		r.mustBe("identifier", acceptedIdentifier)
	}
}

func (r *optionReader) readBaseURL(name, origin string) string {
	g := r.given[name]
	url := g.text
	if !g.isText() {
		r.mustBe(name, "a URL, a string of at most 4096 characters")
		return ""
	}
	if origin != "" && strings.HasPrefix(url, "/") && !strings.HasPrefix(url, "//") {
		url = origin + url
	}
	base, err := restapi.ParseBaseURL(url, origin)
	if err != nil {
		r.wrong(name, err.Error()+"; got "+r.describe(name))
	}
	return base
}

// withoutSecrets removes from a URL whatever may be secret: user, password, query and fragment.
func withoutSecrets(url string) string {
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end+1] + "…"
	}
	host := 0 // where the authority begins
	if i := strings.Index(url, "://"); i >= 0 {
		host = i + len("://")
	}
	if user := strings.LastIndexByte(url, '@'); user > host {
		return url[:host] + "…" + url[user:]
	}
	return url
}

func (r *optionReader) readAddress(o *Options) {
	regions := make([]string, len(restapi.Regions))
	for i, region := range restapi.Regions {
		regions[i] = region.Name
	}
	region := r.oneOf("region", regions)
	switch {
	case o.Credential == SigningProxy:
		if r.has("region") || r.has("endpoint") {
			r.wrong("proxy", "cannot be combined with {option:region} or {option:endpoint}: the proxy knows where to call")
		}
	case r.has("endpoint"):
		if r.has("region") {
			r.wrong("endpoint", "and {option:region} are both given: "+
				"give one of them, or neither for the region of the SDKAppID")
		}
		o.BaseURL = r.readBaseURL("endpoint", "")
	case region != "":
		o.Region = restapi.RegionNamed(region)
	default:
		o.Region = restapi.RegionOf(o.SDKAppID)
	}
}

func (r *optionReader) readGroupType(o *Options) {
	names := restapi.GroupTypeNames()
	g := r.given["groupType"]
	if !g.is("array") || len(g.values) == 0 {
		name := r.oneOf("groupType", append(names, each))
		if name == each {
			o.GroupTypes = restapi.GroupTypes
		} else {
			o.GroupType, _ = restapi.ParseGroupType(name)
		}
		return
	}
	for _, element := range g.values {
		groupType, _ := restapi.ParseGroupType(r.choice("groupType", element, names))
		if slices.Contains(o.GroupTypes, groupType) {
			r.fail(invalid("groupType", duplicateGroupType(groupType)))
		}
		if r.failure != nil { // the rest may be long
			return
		}
		o.GroupTypes = append(o.GroupTypes, groupType)
	}
}

func (r *optionReader) readNext(o *Options) {
	if !r.has("next") {
		return
	}
	g := r.given["next"]
	n, ok := strictjson.ParseInteger(g.text)
	switch {
	case g.is("null"):
		r.wrong("next", "is null, which marks the end of a listing: no page follows. "+
			"Leave it out to start from the first page")
	case g.is("number") && n > strictjson.MaxSafeInteger:
		r.wrong("next", g.text+" is larger than a JavaScript number holds exactly (2^53-1): give it as a string or a bigint")
	case !g.is("string") && !g.is("number") && !g.is("bigint") || !ok || n < 0:
		r.mustBe("next", acceptedCursor)
	case o.byType():
		r.fail(invalid("next", nextOfSeveralTypes))
	case o.Operation != CountGroups: // a count has no pages
		o.Next = n
	}
}

// readWhatTheHostUses checks the options that only the host uses.
func (r *optionReader) readWhatTheHostUses() {
	r.is("fetch", "function", "a function like the global fetch")
	r.is("headers", "Headers", "what new Headers() takes: valid names and values")
	r.oneOf("credentials", []string{"omit", "same-origin", "include"})
	r.is("signal", "AbortSignal", "an AbortSignal")
	r.is("onProgress", "function", "a function")
	r.is("onRetry", "function", "a function")
}

func (r *optionReader) readResume(o *Options) {
	if !r.has("resume") || r.failure != nil {
		return
	}
	g := r.given["resume"]
	switch {
	case g.is("string"):
		r.mustBe("resume", "a checkpoint, an object: parse its JSON first")
	case g.is("checkpoint") && g.value == nil:
		r.mustBe("resume", "a checkpoint, of at most 65536 characters as JSON")
	case !g.is("checkpoint"):
		r.mustBe("resume", "a checkpoint: the object that a page, a listing or an error had as its checkpoint")
	case r.has("next"):
		r.fail(invalid("resume", resumeAndNext))
	default:
		c, err := ReadCheckpoint(g.value)
		if err != nil {
			r.wrong("resume", err.Error())
			return
		}
		if problem := c.fits(o); problem != "" {
			r.wrong("resume", problem)
		}
		if o.Operation != CountGroups { // a count has no position
			o.Resume = c
		}
	}
}
