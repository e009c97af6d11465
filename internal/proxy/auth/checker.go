package auth

import (
	"context"
	"errors"
)

// Caller is who calls.
type Caller struct {
	// ID is unique among callers, and the same for every token of a caller: "token:" and the name of a token of the file, or "oidc:" and
	// the issuer's sub. It has at most 260 bytes of UTF-8, and of a sub any characters. Callers take turns by it; it is never shown or
	// logged.
	ID string
	// Name is fit for a log: printable, at most 128 bytes, and never a token. It is the name of a token, or "oidc:" and what the
	// issuer calls the user. It is not unique among an issuer's users.
	Name string
}

// Checker finds out who calls.
type Checker interface {
	// Check takes the values of a request's Authorization headers. An error is ErrUnauthenticated, ErrForbidden or ErrUnavailable.
	// Beside ErrForbidden there is a Caller: it is known who may not call.
	Check(ctx context.Context, authorization []string) (Caller, error)
}

// Anybody lets everybody call, whatever they show.
type Anybody struct{}

// Check returns a Caller called "anybody".
func (Anybody) Check(context.Context, []string) (Caller, error) {
	return Caller{ID: "anybody", Name: "anybody"}, nil
}

// First asks the checkers in turn, and takes the first caller that one of them lets in. If none does, ErrForbidden counts before
// ErrUnavailable, and that before ErrUnauthenticated: the one who knows the caller, or may, has the say. Of equal ones the last
// counts.
func First(checkers ...Checker) Checker {
	return first(checkers)
}

type first []Checker

func (f first) Check(ctx context.Context, authorization []string) (caller Caller, err error) {
	err = ErrUnauthenticated
	for _, checker := range f {
		named, refused := checker.Check(ctx, authorization)
		if refused == nil {
			return named, nil
		}
		if rank(refused) >= rank(err) {
			caller, err = named, refused
		}
	}
	return caller, err
}

// rank tells which refusal says most about a caller.
func rank(err error) int {
	switch {
	case errors.Is(err, ErrForbidden):
		return 2
	case errors.Is(err, ErrUnavailable):
		return 1
	}
	return 0
}
