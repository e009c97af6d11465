package core

import (
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/redact"
	"tencent-chat-groups/core/restapi"
)

// OptionNames lists the options of a JavaScript caller.
var OptionNames = []string{
	"sdkAppId", "identifier", "userSig", "secretKey", "proxy", "region", "endpoint", "limit", "next", "groupType", "fetch", "headers",
	"credentials", "signal", "timeoutMs", "maxRetries", "minIntervalMs", "onProgress", "onRetry", "resume", "maxPages",
}

// each is the groupType that stands for all types, one after another.
const each = "each"

// ReadOptions reads the options of a JavaScript caller, which may be anything. The text is JSON that the host writes:
//
//	{"call":"listAllGroups","runtime":"server","origin":"","options":{"limit":"number:100","secretKey":"string"}}
//
// call is the public function that was called. runtime is "server", "browser", or "browser entry" (the package's entry for browsers, in
// Node.js). origin is that of the page, if there is one.
//
// options has the kind of each option: its JavaScript type, "null", "empty string" where a string must not be empty, "list" (of group
// types, separated by commas), the name of an object's class, or another word of js/describe.js. After a colon follows the value, as
// JavaScript's String() writes it, unless it is secret, not a string, or very long: "string of 5000 characters". If the caller's options are no object, instead has their kind.
func ReadOptions(text []byte) (*Options, *Failure) {
	var call, runtime, origin, instead string
	r := optionReader{given: map[string]string{}}
	json := strictjson.Reader{Data: text}
	options := &strictjson.Member{Name: "options", Read: func() error { return r.read(&json) }}
	if err := json.ReadObject(json.StringMember("call", &call), json.StringMember("runtime", &runtime), json.StringMember("origin", &origin),
		json.StringMember("instead", &instead), options); err != nil {
		return nil, internalFailure("The options could not be read: " + err.Error())
	}
	switch {
	case instead != "":
		return nil, invalid("options", "options must be an object; got "+describe("", instead))
	case r.unknown != "":
		name := redact.Text(r.unknown, nil) // somebody may have mistaken a secret for a name
		message := "There is no option '" + name + "'"
		if near := didYouMean(name, OptionNames); near != "" {
			message += near
		} else {
			message += ". There are " + strings.Join(OptionNames, ", ")
		}
		return nil, invalid(name, message)
	}
	o := DefaultOptions()
	o.Browser = runtime == "browser"
	switch call {
	case "listGroups":
		o.Operation, o.MaxPages = ListGroups, 1
	case "countGroups":
		o.Operation = CountGroups
	}
	r.readCredential(&o, runtime, origin)
	r.readAddress(&o)
	r.readPage(&o)
	r.readConduct(&o)
	r.readResume(&o)
	if r.failure == nil {
		r.failure = o.validate()
	}
	if r.failure != nil {
		return nil, r.failure
	}
	return &o, nil
}

// optionReader reads one option after another and keeps the first failure.
type optionReader struct {
	given   map[string]string // by name, as ReadOptions describes them
	unknown string            // the first name that is not in OptionNames
	failure *Failure
}

func (r *optionReader) read(json *strictjson.Reader) error {
	return json.Object(func(key []byte) error {
		name := string(key)
		known := slices.Contains(OptionNames, name)
		if !known && r.unknown == "" {
			r.unknown = name
		}
		start := *json
		given, err := json.String()
		if err != nil { // a string that UTF-8 cannot hold is the caller's mistake, not the host's
			*json = start
			if given, err = json.AnyString(); err == nil && known {
				r.wrong(name, "holds half of a character (a lone surrogate)")
			}
		}
		if known {
			r.given[name] = string(given)
		}
		return err
	})
}

func (r *optionReader) has(name string) bool { return r.given[name] != "" }

// get splits a description. known reports whether the value crossed the border.
func (r *optionReader) get(name string) (kind, value string, known bool) {
	return strings.Cut(r.given[name], ":")
}

// describe returns a description in words: what the user gave.
func describe(name, given string) string {
	kind, value, known := strings.Cut(given, ":")
	switch {
	case known && kind == "string":
		if len(value) > 80 {
			return "a string of " + strconv.Itoa(len(value)) + " bytes"
		}
		if name == "proxy" || name == "endpoint" {
			value = withoutSecrets(value)
		}
		return "the string '" + redact.Text(value, nil) + "'"
	case known && kind == "bigint":
		return value + "n"
	case known && (kind == "number" || kind == "boolean"):
		return value
	case kind == "null":
		return kind
	case kind != "" && strings.IndexByte("AEIOaeio", kind[0]) >= 0:
		return "an " + kind
	}
	return "a " + kind
}

func (r *optionReader) fail(f *Failure) {
	if r.failure == nil {
		r.failure = f
	}
}

// wrong fails with a sentence that begins with the option's name.
func (r *optionReader) wrong(name, rest string) { r.fail(invalid(name, name+" "+rest)) }

func (r *optionReader) mustBe(name, accepted string) {
	r.fail(mustBe(name, accepted, describe(name, r.given[name])))
}

// is checks the kind of an option.
func (r *optionReader) is(name, kind, accepted string) {
	if r.has(name) && r.given[name] != kind {
		r.mustBe(name, accepted)
	}
}

// oneOf reads a string that must be one of those accepted.
func (r *optionReader) oneOf(name string, accepted []string) string {
	kind, value, _ := r.get(name)
	if kind == "" || kind == "string" && slices.Contains(accepted, value) {
		return value
	}
	got := describe(name, r.given[name])
	if kind == "string" {
		got += didYouMean(value, accepted)
	}
	r.fail(mustBe(name, "one of "+strings.Join(accepted, ", "), got))
	return ""
}

func (r *optionReader) readInt(o *Options, name string) {
	i := intOptionNamed(name)
	if !r.has(name) {
		return
	}
	kind, value, _ := r.get(name)
	n, ok := strictjson.ParseInteger(value)
	if kind != "number" || !ok || n < i.min || n > i.max {
		r.mustBe(name, i.accepted())
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
		r.fail(invalid("userSig", "There is no "+credentialChoices))
		return
	case len(given) > 1:
		r.fail(invalid("userSig", "There is more than one "+credentialChoices))
		return
	}
	name := given[0]
	const accepted = "a string that is not empty, without white space around it"
	switch {
	case name == "proxy":
		o.Credential = SigningProxy
		o.BaseURL = r.readBaseURL(name, origin)
	case runtime == "browser entry":
		r.wrong(name, "is refused by the package's entry for browsers, which cannot sign. In Node.js, resolve packages with the condition node (in Jest: testEnvironmentOptions: { customExportConditions: ['node'] }); elsewhere, give proxy, the URL of a signing proxy")
	case o.Browser:
		r.wrong(name, "is refused in a browser: whoever opens the page could read it and act as an admin of the app. Give proxy, the URL of a signing proxy, instead; in Electron, list in the main process")
	case r.given[name] == "UserSig":
		r.wrong(name, "is a UserSig: give it as userSig")
	case r.given[name] == "secret key":
		r.wrong(name, "is a secret key (64 hexadecimal digits): give it as secretKey")
	case name == "secretKey":
		o.Credential = SecretKey
		r.is(name, "string", accepted)
	case r.given[name] == "function":
		o.Credential = UserSigFunction
	default:
		o.Credential = FixedUserSig
		r.is(name, "string", accepted+", or a function that returns one")
	}
	if o.Credential != SigningProxy && !r.has("sdkAppId") {
		r.fail(invalid("sdkAppId", missingSDKAppID()))
	}
	r.readInt(o, "sdkAppId")
	if o.Credential != SigningProxy && !r.has("identifier") {
		r.wrong("identifier", "is missing: give the UserID of an admin of the app")
	}
	if r.has("identifier") {
		kind, value, _ := r.get("identifier")
		if o.Identifier = value; kind != "string" || value == "" || len(value) > maxIdentifierBytes {
			r.mustBe("identifier", acceptedIdentifier)
		}
	}
}

func (r *optionReader) readBaseURL(name, origin string) string {
	kind, url, _ := r.get(name)
	if kind != "string" {
		r.mustBe(name, "a URL, a string of at most 4096 characters")
		return ""
	}
	if origin != "" && strings.HasPrefix(url, "/") && !strings.HasPrefix(url, "//") {
		url = origin + url
	}
	base, err := restapi.ParseBaseURL(url, origin)
	if err != nil {
		r.wrong(name, err.Error()+"; got "+describe(name, r.given[name]))
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
			r.wrong("proxy", "is given together with region or endpoint: with a proxy, it is the proxy that knows where to call")
		}
	case r.has("endpoint"):
		if r.has("region") {
			r.wrong("endpoint", "and region are both given: give one of them, or neither for the region that the SDKAppID belongs to")
		}
		o.BaseURL = r.readBaseURL("endpoint", "")
	case region != "":
		o.Region = restapi.RegionNamed(region)
	default:
		o.Region = restapi.RegionOf(o.SDKAppID)
	}
}

func (r *optionReader) readPage(o *Options) {
	r.readInt(o, "limit")
	if o.Operation == CountGroups {
		o.Limit = 1
	}
	r.readGroupType(o)
	if !r.has("next") {
		return
	}
	kind, value, known := r.get("next")
	n, ok := strictjson.ParseInteger(value)
	switch {
	case kind == "null":
		r.wrong("next", "is null, which marks the end of a listing: there is no page after it. Leave it out to begin anew")
	case kind == "number" && n > strictjson.MaxSafeInteger:
		r.wrong("next", value+" is larger than a JavaScript number holds exactly (2^53-1): give it as a string or a bigint")
	case !known || !ok || n < 0:
		r.mustBe("next", acceptedCursor)
	case o.byType():
		r.fail(invalid("next", nextOfSeveralTypes))
	case o.Operation != CountGroups: // a count has no pages
		o.Next = n
	}
}

func (r *optionReader) readGroupType(o *Options) {
	names := append(restapi.GroupTypeNames(), each)
	kind, value, _ := r.get("groupType")
	if kind != "list" {
		name := r.oneOf("groupType", names)
		if name == each {
			o.GroupTypes = restapi.GroupTypes
		} else {
			o.GroupType, _ = restapi.ParseGroupType(name)
		}
	}
	if kind == "list" {
		for name := range strings.SplitSeq(value, ",") {
			r.given["groupType"] = "string:" + name
			groupType, _ := restapi.ParseGroupType(r.oneOf("groupType", names[:len(names)-1]))
			if slices.Contains(o.GroupTypes, groupType) {
				r.wrong("groupType", "has "+string(groupType)+" twice")
			}
			if r.failure != nil { // the rest may be long
				return
			}
			o.GroupTypes = append(o.GroupTypes, groupType)
		}
	}
}

func (r *optionReader) readConduct(o *Options) {
	r.readInt(o, "timeoutMs")
	r.readInt(o, "minIntervalMs")
	r.readInt(o, "maxRetries")
	switch r.readInt(o, "maxPages"); o.Operation {
	case ListGroups:
		o.MaxPages = 1
	case CountGroups: // a page of each type, whatever the caller's defaults for listings are
		o.MaxPages = 0
	}
	r.is("fetch", "function", "a function like the global fetch")
	r.is("headers", "headers", "what new Headers() takes: valid names and values")
	r.oneOf("credentials", []string{"omit", "same-origin", "include"})
	r.is("signal", "AbortSignal", "an AbortSignal")
	r.is("onProgress", "function", "a function")
	r.is("onRetry", "function", "a function")
}

func (r *optionReader) readResume(o *Options) {
	if !r.has("resume") || r.failure != nil {
		return
	}
	kind, value, _ := r.get("resume")
	switch {
	case kind == "string":
		r.mustBe("resume", "a checkpoint, an object: parse its JSON first")
	case strings.HasPrefix(kind, "checkpoint of"):
		r.mustBe("resume", "a checkpoint, of at most 65536 characters as JSON")
	case kind != "checkpoint":
		r.mustBe("resume", "a checkpoint: the object that a page, a listing or an error had as its checkpoint")
	case r.has("next"):
		r.fail(invalid("resume", resumeAndNext))
	default:
		c, err := ReadCheckpoint([]byte(value))
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
