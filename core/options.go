package core

import (
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core/internal/ascii"
	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/restapi"
)

// Options configure a listing. DefaultOptions returns usable defaults; a Credential is required. ReadOptions reads the
// options of a JavaScript caller.
type Options struct {
	Operation Operation

	// Credential is what proves the caller's identity. The engine never holds a secret key: the host signs.
	Credential Credential

	// SDKAppID of the app, 1 to 2^32-1. Optional with a SigningProxy, which knows it (0).
	SDKAppID int64

	// Identifier is the UserID of an admin of the app, at most 255 bytes. Optional with a SigningProxy.
	Identifier string

	// Region is the app's data center. It is ignored if BaseURL is set.
	Region *restapi.Region

	// BaseURL replaces the hosts of the region: a URL in the form that restapi.ParseBaseURL returns. Required with a
	// SigningProxy.
	BaseURL string

	// Limit is the maximum number of IDs per page, 1 to 10,000.
	Limit int64

	// Next is the cursor to begin at, 0 for the first page.
	Next int64

	// GroupType restricts the listing to groups of one type. Empty: groups of every type.
	GroupType restapi.GroupType

	// GroupTypes lists the groups of these types, one type after another. It replaces GroupType.
	GroupTypes []restapi.GroupType

	// TimeoutMs bounds each call, from its sending to the end of the answer, 1 ms to 1 hour.
	TimeoutMs int64

	// MinIntervalMs is the minimum time between the arrivals of two calls of the app at the service, 0 to 1 hour.
	MinIntervalMs int64

	// MaxRetries bounds the retries of one page, 0 to 1000.
	MaxRetries int64

	// MaxPages ends the listing after so many pages. 0: no limit.
	MaxPages int64

	// Resume continues the listing of a checkpoint. Next must be 0.
	Resume *Checkpoint

	// Browser reports whether the host is a browser. Hints then name causes such as CORS.
	Browser bool
}

// Operation is the kind of a listing.
type Operation int

const (
	ListAllGroups Operation = iota // every page
	ListGroups                     // one page
	CountGroups                    // only the number of groups
)

// Credential is what proves the caller's identity.
type Credential int

const (
	NoCredential    Credential = iota
	FixedUserSig               // the host has one UserSig
	UserSigFunction            // the host can get a fresh UserSig
	SecretKey                  // the host can make a fresh UserSig
	SigningProxy               // a proxy adds identity and UserSig
)

const (
	maxIdentifierBytes = 255 // far more than the vendor allows
	hourMs             = 3600 * 1000
)

// DefaultOptions returns the defaults.
func DefaultOptions() Options {
	return Options{
		Limit:         restapi.MaxLimit,
		TimeoutMs:     10_000,
		MinIntervalMs: 1000, // the vendor allows one call per second
		MaxRetries:    5,
	}
}

// intOption is the range of an option that is an integer.
type intOption struct {
	name     string
	min, max int64
	field    func(o *Options) *int64
	optional bool // 0 means that it was not given
}

var intOptions = []intOption{
	{"sdkAppId", 1, restapi.MaxSDKAppID, func(o *Options) *int64 { return &o.SDKAppID }, true},
	{"limit", 1, restapi.MaxLimit, func(o *Options) *int64 { return &o.Limit }, false},
	{"timeoutMs", 1, hourMs, func(o *Options) *int64 { return &o.TimeoutMs }, false},
	{"minIntervalMs", 0, hourMs, func(o *Options) *int64 { return &o.MinIntervalMs }, false},
	{"maxRetries", 0, 1000, func(o *Options) *int64 { return &o.MaxRetries }, false},
	{"maxPages", 1, strictjson.MaxSafeInteger, func(o *Options) *int64 { return &o.MaxPages }, true},
}

func intOptionNamed(name string) intOption {
	return intOptions[slices.IndexFunc(intOptions, func(i intOption) bool { return i.name == name })]
}

func (i intOption) accepted() string {
	return "a whole number from " + strconv.FormatInt(i.min, 10) + " to " + strconv.FormatInt(i.max, 10)
}

// Validate returns a *Failure that names the first wrong option and what is accepted, or nil.
func (o *Options) Validate() error {
	if f := o.validate(); f != nil {
		return f
	}
	return nil
}

func (o *Options) validate() *Failure {
	for _, i := range intOptions {
		if n := *i.field(o); (n < i.min || n > i.max) && (n != 0 || !i.optional) {
			return mustBe(i.name, i.accepted(), strconv.FormatInt(n, 10))
		}
	}
	signs := o.Credential != SigningProxy
	switch {
	case o.Credential == NoCredential:
		return invalid("userSig", missingCredential)
	case !signs && o.BaseURL == "":
		return invalid("proxy", "{option:proxy} is missing: give the URL of a signing proxy")
	case signs && o.SDKAppID == 0:
		return invalid("sdkAppId", missingSDKAppID())
	case signs && o.Identifier == "":
		return invalid("identifier", missingIdentifier)
	case len(o.Identifier) > maxIdentifierBytes:
		return mustBe("identifier", acceptedIdentifier, "a string of "+strconv.Itoa(len(o.Identifier))+" bytes")
	case signs && o.BaseURL == "" && o.Region == nil:
		return invalid("region", "{option:region} is missing: give a region or an endpoint")
	case o.Next < 0:
		return mustBe("next", acceptedCursor, strconv.FormatInt(o.Next, 10))
	}
	if f := o.validateGroupTypes(); f != nil {
		return f
	}
	if o.Resume == nil {
		return nil
	}
	if o.Next != 0 {
		return invalid("resume", resumeAndNext)
	}
	if problem := o.Resume.fits(o); problem != "" {
		return invalid("resume", "{option:resume} "+problem)
	}
	return nil
}

func (o *Options) validateGroupTypes() *Failure {
	if len(o.GroupTypes) == 0 {
		if _, ok := restapi.ParseGroupType(string(o.GroupType)); !ok && o.GroupType != "" {
			return mustBe("groupType", acceptedGroupTypes, "the string '"+string(o.GroupType)+"'")
		}
		return nil
	}
	for i, groupType := range o.GroupTypes {
		if !slices.Contains(restapi.GroupTypes, groupType) {
			return mustBe("groupType", acceptedGroupTypes, "the string '"+string(groupType)+"'")
		}
		if slices.Contains(o.GroupTypes[:i], groupType) {
			return invalid("groupType", duplicateGroupType(groupType))
		}
	}
	switch {
	case o.Operation == ListGroups:
		return invalid("groupType", "{option:groupType} asks for several types, but listGroups fetches one page: "+
			"give one type, or call listAllGroups or paginateGroups")
	case o.Next != 0:
		return invalid("next", nextOfSeveralTypes)
	}
	return nil
}

const (
	credentialChoices = "give exactly one of {option:userSig} (a string, or a function that returns one), " +
		"{option:secretKey} (signs in this process) and {option:proxy} (the URL of a signing proxy)"
	missingCredential  = "There is no credential: " + credentialChoices
	severalCredentials = "There is more than one credential: " + credentialChoices
	missingIdentifier  = "{option:identifier} is missing: give the UserID of an admin of the app"
	acceptedIdentifier = "the UserID of an admin of the app (a string of 1 to 255 bytes)"
	resumeAndNext      = "{option:resume} and {option:next} are both given: a checkpoint has a cursor of its own"
	nextOfSeveralTypes = "{option:next} is a cursor of one group type, but several are asked for: " +
		"resume from a checkpoint instead"
	acceptedCursor = "a cursor: a whole number from 0 to 9223372036854775807, as a string, a bigint or a safe integer"
)

var acceptedGroupTypes = "one of " + strings.Join(restapi.GroupTypeNames(), ", ")

func missingSDKAppID() string {
	return "{option:sdkAppId} is missing: give the app's SDKAppID, " + intOptionNamed("sdkAppId").accepted()
}

func duplicateGroupType(groupType restapi.GroupType) string {
	return "{option:groupType} has " + string(groupType) + " twice"
}

// invalid returns a ValidationFailure.
func invalid(option, message string) *Failure {
	f := newFailure(ValidationFailure, message, "")
	f.Option = option
	return f
}

func mustBe(option, accepted, got string) *Failure {
	return invalid(option, optionText(option)+" must be "+accepted+"; got "+got)
}

// renewable reports whether the host can get a fresh UserSig.
func (o *Options) renewable() bool {
	return o.Credential == UserSigFunction || o.Credential == SecretKey
}

// byType reports whether types are listed one after another.
func (o *Options) byType() bool { return len(o.GroupTypes) > 0 }

// firstGroupType returns the type that is listed first, "" for every type at once.
func (o *Options) firstGroupType() restapi.GroupType {
	if o.byType() {
		return o.GroupTypes[0]
	}
	return o.GroupType
}

// groupTypeAfter returns the type that is listed after another.
func (o *Options) groupTypeAfter(groupType restapi.GroupType) (next restapi.GroupType, ok bool) {
	i := slices.Index(o.GroupTypes, groupType) + 1
	if i == 0 || i == len(o.GroupTypes) {
		return "", false
	}
	return o.GroupTypes[i], true
}

// app identifies the app in checkpoints: its SDKAppID or, if only the proxy knows that, the proxy.
func (o *Options) app() string {
	if o.SDKAppID != 0 {
		return strconv.FormatInt(o.SDKAppID, 10)
	}
	return o.BaseURL
}

// paceName identifies what shares one call per second: the app, whatever host it is called at.
func (o *Options) paceName() string { return ascii.Lower(o.app()) }

// base returns the URL before the command's path.
func (o *Options) base(backup bool) string {
	switch {
	case o.BaseURL != "":
		return o.BaseURL
	case backup:
		return "https://" + o.Region.Backup
	}
	return "https://" + o.Region.Host
}
