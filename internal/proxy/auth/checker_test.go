package auth

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFirst(t *testing.T) {
	issuer := startIssuer(t)
	file, made := makeTokens(t, "alice")
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	checker := First(tokens, issuer.checker(t, nil))
	assert.Equal(t, "alice", admitted(t, checker, made[0]))
	discoveries, _ := issuer.fetches()
	assert.Zero(t, discoveries, "alice has nothing to do with the issuer")
	assert.Equal(t, "oidc:u-1", admitted(t, checker, issuer.token(t, nil)))
	refused(t, checker, issuer.token(t, map[string]any{"groups": nil}), ErrForbidden, "lacks")
	refused(t, checker, made[0]+"x", ErrUnauthenticated, "not a JWT")
	refused(t, First(tokens), made[0]+"x", ErrUnauthenticated, "not a token of the tokens file")
	refused(t, First(), made[0], ErrUnauthenticated, "")

	issuer.set(func() { issuer.instead = gone })
	down := First(tokens, issuer.checker(t, nil))
	assert.Equal(t, "alice", admitted(t, down, made[0]), "whether the issuer is there or not")
	refused(t, down, made[0]+"x", ErrUnauthenticated, "not a JWT")
	refused(t, down, issuer.token(t, nil), ErrUnavailable, "503")
}

type answer struct {
	name string
	err  error
}

func (a answer) Check(context.Context, []string) (Caller, error) { return Caller{Name: a.name}, a.err }

func TestFirstRefusal(t *testing.T) {
	forbidden, away, unknown := answer{"bob", ErrForbidden}, answer{"", ErrUnavailable}, answer{"", ErrUnauthenticated}
	for _, c := range []struct {
		checkers []Checker
		want     answer
	}{
		{[]Checker{forbidden, away, unknown}, forbidden},
		{[]Checker{unknown, away, forbidden}, forbidden},
		{[]Checker{away, unknown}, away},
		{[]Checker{unknown, away}, away},
		{[]Checker{unknown, unknown}, unknown},
		{[]Checker{forbidden, answer{"carol", nil}}, answer{"carol", nil}},
		{[]Checker{Anybody{}, forbidden}, answer{"anybody", nil}},
	} {
		caller, err := First(c.checkers...).Check(t.Context(), nil)
		assert.Equal(t, c.want, answer{caller.Name, err})
	}
	assert.Empty(t, Reason(nil))
	assert.Empty(t, Reason(errors.New("x")))
}
