package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// makeTokens makes a file with tokens of these names, and returns it with the tokens.
func makeTokens(t testing.TB, names ...string) (file string, made []string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "tokens")
	for _, name := range names {
		token, err := NewToken(file, name)
		require.NoError(t, err)
		made = append(made, token)
	}
	return file, made
}

func check(t testing.TB, checker Checker, token string) (Caller, error) {
	t.Helper()
	return checker.Check(t.Context(), []string{"Bearer " + token})
}

func TestTokenName(t *testing.T) {
	file, made := makeTokens(t, "alice", "bob@example.com", "build_server-2.1")
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	for i, name := range []string{"alice", "bob@example.com", "build_server-2.1"} {
		caller, err := check(t, tokens, made[i])
		require.NoError(t, err)
		assert.Equal(t, Caller{ID: "token:" + name, Name: name}, caller)
	}
}

// TestWrongTokens: the error and the number of comparisons do not depend on the token.
func TestWrongTokens(t *testing.T) {
	file, made := makeTokens(t, "alice", "bob", "carol")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	nothing := fmt.Appendf(text, "nobody sha256:%x\n", sha256.Sum256(nil)) // a line that a missing token must not fit
	require.NoError(t, os.WriteFile(file, nothing, 0o600))
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	comparisons := 0
	tokens.compare = func(x, y []byte) int {
		comparisons++
		assert.Len(t, x, sha256.Size)
		return subtle.ConstantTimeCompare(x, y)
	}
	right := made[0]
	wrong := append([][]string{
		{"Bearer " + right + "x"}, {"Bearer " + right[:len(right)-1]}, {"Bearer " + strings.ToUpper(right)}, {"Bearer alice"},
		{"Bearer " + right, "Bearer " + right}, {right}, {"Bearer " + tokenPrefix + strings.Repeat("x", 43)},
		{"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."},
	}, malformed...)
	for _, authorization := range wrong {
		comparisons = 0
		caller, err := tokens.Check(t.Context(), authorization)
		assert.ErrorIs(t, err, ErrUnauthenticated)
		assert.Equal(t, ErrUnauthenticated.Error(), err.Error())
		assert.Equal(t, "not a token of the tokens file", Reason(err))
		assert.Empty(t, caller)
		assert.Equal(t, 4, comparisons, "%.40q", authorization)
	}
	for _, token := range made { // the first and the last alike
		comparisons = 0
		_, err := check(t, tokens, token)
		require.NoError(t, err)
		assert.Equal(t, 4, comparisons)
	}
}

func TestReloadAddsAndRevokes(t *testing.T) {
	file, made := makeTokens(t, "alice", "bob")
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	carol, err := NewToken(file, "carol")
	require.NoError(t, err)
	_, err = check(t, tokens, carol)
	assert.ErrorIs(t, err, ErrUnauthenticated, "not read yet")

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(text), "\n")
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines[1:], "")), 0o600))
	require.NoError(t, tokens.Reload())
	_, err = check(t, tokens, made[0])
	assert.ErrorIs(t, err, ErrUnauthenticated, "revoked")
	for _, token := range []string{made[1], carol} {
		_, err = check(t, tokens, token)
		assert.NoError(t, err)
	}
}

// TestRevokingTheLastToken: with an empty file no token is accepted.
func TestRevokingTheLastToken(t *testing.T) {
	file, made := makeTokens(t, "alice")
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, nobody := range []string{"", "\n", "# alice has left\n", "#" + string(before)} {
		require.NoError(t, os.WriteFile(file, before, 0o600))
		require.NoError(t, tokens.Reload())
		admitted(t, tokens, made[0])
		require.NoError(t, os.WriteFile(file, []byte(nobody), 0o600))
		require.NoError(t, tokens.Reload(), "%q", nobody)
		refused(t, tokens, made[0], ErrUnauthenticated, "not a token of the tokens file")

		tokens, err = OpenTokens(file)
		require.NoError(t, err, "nor is it an error at the start")
		refused(t, tokens, made[0], ErrUnauthenticated, "not a token of the tokens file")
	}
}

// spoiled are ways to make a tokens file unusable.
var spoiled = map[string]func(file string) error{
	"missing":            os.Remove,
	"a folder":           func(file string) error { return errors.Join(os.Remove(file), os.Mkdir(file, 0o700)) },
	"malformed":          func(file string) error { return appendTo(file, "bob\n") },
	"the last line cut":  func(file string) error { return os.Truncate(file, 40) },
	"a name twice":       func(file string) error { return appendTo(file, "alice "+hash("a")+"\n") },
	"too long":           func(file string) error { return os.Truncate(file, maxTokensFileBytes+1) },
	"writable by others": func(file string) error { return os.Chmod(file, 0o606) },
	"in an open folder":  func(file string) error { return os.Chmod(filepath.Dir(file), 0o777) },
	"a dangling link":    func(file string) error { return errors.Join(os.Remove(file), os.Symlink("nowhere", file)) },
}

func appendTo(file, text string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// restore replaces whatever is there by a usable file.
func restore(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.Chmod(filepath.Dir(file), 0o700))
	require.NoError(t, os.RemoveAll(file))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// TestReloadFailsClosed: with an unusable file no token is accepted.
func TestReloadFailsClosed(t *testing.T) {
	for name, spoil := range spoiled {
		t.Run(name, func(t *testing.T) {
			file, made := makeTokens(t, "alice")
			tokens, err := OpenTokens(file)
			require.NoError(t, err)
			before, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, spoil(file))
			require.ErrorContains(t, tokens.Reload(), file)
			refused(t, tokens, made[0], ErrUnavailable, "the tokens file cannot be used")
			refused(t, tokens, tokenPrefix+"x", ErrUnavailable, "the tokens file cannot be used")
			_, err = tokens.Check(t.Context(), nil)
			assert.ErrorIs(t, err, ErrUnauthenticated, "no token was shown")
			assert.ErrorContains(t, tokens.Ready(), file)
			assert.Zero(t, tokens.Count())
			restore(t, file, string(before))
			require.NoError(t, tokens.Reload())
			admitted(t, tokens, made[0])
			assert.NoError(t, tokens.Ready())
			assert.Equal(t, 1, tokens.Count())
		})
	}
}

func TestCheckDuringReload(t *testing.T) {
	file, made := makeTokens(t, "alice", "bob")
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for range 100 {
				caller, err := tokens.Check(context.Background(), []string{"Bearer " + made[i%2]})
				assert.NoError(t, err)
				assert.Equal(t, []string{"alice", "bob"}[i%2], caller.Name)
			}
		})
	}
	for i := range 4 {
		all.Go(func() {
			if i == 0 {
				_, err := NewToken(file, "carol")
				assert.NoError(t, err)
			}
			for range 20 {
				assert.NoError(t, tokens.Reload())
			}
		})
	}
	all.Wait()
}

// BenchmarkTokens shows that a right, a wrong and a missing token take the same time: compare the ns/op as ratios.
func BenchmarkTokens(b *testing.B) {
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprint("caller", i))
	}
	file, made := makeTokens(b, names...)
	tokens, err := OpenTokens(file)
	require.NoError(b, err)
	for _, c := range []struct {
		name          string
		authorization []string
	}{
		{"first", []string{"Bearer " + made[0]}},
		{"last", []string{"Bearer " + made[99]}},
		{"longer", []string{"Bearer " + made[0] + "x"}},
		{"unknown", []string{"Bearer " + tokenPrefix + strings.Repeat("x", 43)}},
		{"missing", nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				_, _ = tokens.Check(b.Context(), c.authorization) // the tests check the result
			}
		})
	}
}
