package auth

import (
	"context"
	"errors"
)

// Caller is the owner of a token.
type Caller struct {
	// ID is unique per caller, and the same for all tokens of a caller: "token:" and a name of the tokens file, or "oidc:"
	// and the issuer's sub, which may have any characters. It has at most 260 bytes of UTF-8. It is never shown or logged.
	ID string
	// Name is for the log: the name of a token, or "oidc:" and the issuer's name of the user. It is printable, has at most
	// 128 bytes, and is not unique among an issuer's users.
	Name string
}

// Checker identifies callers.
type Checker interface {
	// Check takes the values of a request's Authorization headers. Its error is ErrUnauthenticated, ErrForbidden or
	// ErrUnavailable. With ErrForbidden it also returns the Caller.
	Check(ctx context.Context, authorization []string) (Caller, error)
}

// Anybody accepts every caller, with or without a token.
type Anybody struct{}

// Check returns a Caller called "anybody".
func (Anybody) Check(context.Context, []string) (Caller, error) {
	return Caller{ID: "anybody", Name: "anybody"}, nil
}

// First returns a Checker that asks the checkers in turn and accepts the first caller that one of them accepts. If none
// does, it returns the error with the highest rank, the last one of equal rank.
func First(checkers ...Checker) Checker {
	return first(checkers)
}

type first []Checker

func (f first) Check(ctx context.Context, authorization []string) (caller Caller, err error) {
	err = ErrUnauthenticated
	for _, checker := range f {
		candidate, refusal := checker.Check(ctx, authorization)
		if refusal == nil {
			return candidate, nil
		}
		if rank(refusal) >= rank(err) {
			caller, err = candidate, refusal
		}
	}
	return caller, err
}

// rank orders refusals by how much their checker knows of the caller.
func rank(err error) int {
	switch {
	case errors.Is(err, ErrForbidden):
		return 2
	case errors.Is(err, ErrUnavailable):
		return 1
	}
	return 0
}
