package restapi

import "slices"

// ErrorCode describes an error code of the REST API.
type ErrorCode struct {
	Code         int64
	Class        Class
	Retry        Retry
	PauseSeconds int    // minimum pause before a retry, where the vendor gives one
	Meaning      string // one sentence
	Action       string // what the caller can do, in the imperative; "" in ErrorCodes where the class's action fits
}

// Class groups error codes by what is to blame.
type Class int

const (
	ServerClass     Class = iota // the service failed; it may work again soon
	ThrottleClass                // called too often
	SizeClass                    // the answer would be too large
	ParameterClass               // the request is wrong
	PermissionClass              // the caller may not do this
	SignatureClass               // the UserSig does not fit
	AccountClass                 // the app or account does not exist, or is blocked
	QuotaClass                   // the package is used up or has ended
	ProtocolClass                // the server did not understand the HTTP request
)

func (c Class) String() string {
	return [...]string{
		"server", "throttle", "size", "parameter", "permission", "signature", "account", "quota", "protocol",
	}[c]
}

// Retry is what may be tried after an error code.
type Retry int

const (
	RetryNever   Retry = iota
	RetryAgain         // the same call, after a back-off
	RetrySlower        // the same call, after a longer pause and at a slower pace
	RetryResign        // once, with a fresh UserSig
	RetrySmaller       // with a smaller Limit
)

func (r Retry) String() string { return [...]string{"no", "yes", "slower", "resign", "smaller"}[r] }

// LookUpErrorCode returns the description of a code. A code that the vendor does not document is described by its
// range.
func LookUpErrorCode(code int64) ErrorCode {
	i := slices.IndexFunc(ErrorCodes, func(e ErrorCode) bool { return e.Code == code })
	if i >= 0 {
		known := ErrorCodes[i]
		if known.Action == "" {
			known.Action = classActions[known.Class]
		}
		return known
	}
	unknown := unknownCode
	if e, ok := unknownCodes[code/10000]; ok {
		unknown = e
	}
	unknown.Code, unknown.Action = code, unknownAction
	return unknown
}

const unknownAction = `Read errorInfo, and look up the code in the vendor's "Error Codes".`

// unknownCodes describes the undocumented codes of each range of 10,000: the vendor gives 10000 to 19999 to the group
// service, 60000 to 69999 to the REST API, 70000 to 79999 to accounts and signatures.
var unknownCodes = map[int64]ErrorCode{
	1: {Class: ParameterClass, Meaning: "The group service refused the call."},
	6: {Class: ProtocolClass, Meaning: "The REST API refused the call."},
	7: {Class: AccountClass, Meaning: "The account service refused the call."},
}

// unknownCode describes any other code. Nothing is known of it, so the call is tried again, as after a failure of the
// server.
var unknownCode = ErrorCode{Class: ServerClass, Retry: RetryAgain, Meaning: "This code is not documented."}
