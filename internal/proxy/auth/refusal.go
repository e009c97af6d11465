package auth

import "errors"

// What a caller may be told. The text of an error that Check returns is one of these three texts and nothing more.
var (
	// ErrUnauthenticated is for a token that is missing, malformed, unknown, forged, expired, or meant for somebody else: all alike.
	ErrUnauthenticated = errors.New("a valid bearer token is needed")
	// ErrForbidden is for a genuine token of the issuer that lacks the required group or claim.
	ErrForbidden = errors.New("the token is valid, but does not allow this")
	// ErrUnavailable is for a token that cannot be checked for now: the issuer's keys cannot be fetched, or the tokens file cannot be used.
	ErrUnavailable = errors.New("tokens cannot be checked for now")
)

// refusal is one of the errors above, with a reason that its text leaves out.
type refusal struct {
	kind   error
	reason string
}

func (r refusal) Error() string { return r.kind.Error() }
func (r refusal) Unwrap() error { return r.kind }

// Reason says for the log, and not for the caller, why Check returned the error: printable, at most 256 bytes, and no part of a
// token. It is empty where there is nothing to add.
func Reason(err error) string {
	var r refusal
	if errors.As(err, &r) {
		return r.reason
	}
	return ""
}

const maxReasonBytes = 256 // bytes

func refuse(kind error, reason string) error {
	return refusal{kind, printable(reason, maxReasonBytes)}
}
