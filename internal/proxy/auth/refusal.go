package auth

import "errors"

// A refused caller learns one of these three texts, and nothing else.
var (
	// ErrUnauthenticated means that the token is missing, malformed, unknown, forged, expired, or for another audience.
	ErrUnauthenticated = errors.New("a valid bearer token is needed")
	// ErrForbidden means that the token is genuine, but lacks the required group or claim.
	ErrForbidden = errors.New("the token is valid, but does not allow this")
	// ErrUnavailable means that the issuer's keys cannot be fetched, or that the tokens file cannot be used.
	ErrUnavailable = errors.New("tokens cannot be checked at the moment")
)

// refusal is one of the errors above, with a reason that is not in its text.
type refusal struct {
	kind   error
	reason string
}

func (r refusal) Error() string { return r.kind.Error() }
func (r refusal) Unwrap() error { return r.kind }

// Reason returns the reason for an error of Check, or "". It is for the log only: printable, at most 256 bytes.
func Reason(err error) string {
	r, _ := errors.AsType[refusal](err)
	return r.reason
}

const maxReasonBytes = 256 // bytes

func refuse(kind error, reason string) error {
	return refusal{kind, printable(reason, maxReasonBytes)}
}
