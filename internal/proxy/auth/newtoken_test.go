package auth

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestANewTokenIsInTheFileByItsHashAlone(t *testing.T) {
	file, made := makeTokens(t, "alice", "bob")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf("alice sha256:%x\nbob sha256:%x\n", sha256.Sum256([]byte(made[0])), sha256.Sum256([]byte(made[1]))), string(text))
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	assert.NotEqual(t, made[0], made[1])
	for _, token := range made {
		assert.Regexp(t, `^tcg_[A-Za-z0-9_-]{43}$`, token) // 43 characters of base64 are 256 bits
	}
}

func TestANewTokenIsAddedToWhatIsThere(t *testing.T) {
	for _, before := range []string{"", "# who may call\n", "alice " + hash("a") + "\n", "alice " + hash("a")} {
		file := filepath.Join(t.TempDir(), "tokens")
		require.NoError(t, os.WriteFile(file, []byte(before), 0o640))
		token, err := NewToken(file, "bob")
		require.NoError(t, err)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if before != "" && !strings.HasSuffix(before, "\n") {
			before += "\n"
		}
		assert.Equal(t, fmt.Sprintf("%sbob sha256:%x\n", before, sha256.Sum256([]byte(token))), string(text))
	}
}

func TestANameIsRefused(t *testing.T) {
	file, _ := makeTokens(t, "alice")
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	for name, says := range map[string]string{
		"alice":                 "has a token called alice, in line 1",
		"":                      "1 to 64 letters",
		"a b":                   "1 to 64 letters",
		"a\nb":                  "1 to 64 letters",
		"#a":                    "1 to 64 letters",
		"é":                     "1 to 64 letters",
		"oidc:a":                "1 to 64 letters",
		"tcg_a":                 "does not begin with tcg_",
		strings.Repeat("a", 65): "1 to 64 letters",
	} {
		token, err := NewToken(file, name)
		assert.ErrorContains(t, err, says, name)
		assert.Empty(t, token)
	}
	_, err = NewToken(filepath.Join(file, "below"), "bob")
	assert.Error(t, err)
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	_, err = NewToken(file, strings.Repeat("a", 64))
	assert.NoError(t, err)
}

func TestOfTokensMadeAtTheSameTimeNoneIsLostOrDoubled(t *testing.T) {
	file, _ := makeTokens(t)
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			_, _ = NewToken(file, "same") // one succeeds
		})
	}
	made := make([]string, 50)
	for i := range made {
		all.Go(func() {
			token, err := NewToken(file, fmt.Sprint("caller", i))
			assert.NoError(t, err)
			made[i] = token
		})
	}
	all.Wait()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(text), "same "))
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	for i, token := range made {
		caller, err := check(t, tokens, token)
		assert.NoError(t, err)
		assert.Equal(t, fmt.Sprint("caller", i), caller.Name)
	}
}
