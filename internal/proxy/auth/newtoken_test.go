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

func TestNewTokenHash(t *testing.T) {
	file, made := makeTokens(t, "alice", "bob")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf("alice sha256:%x\nbob sha256:%x\n", sha256.Sum256([]byte(made[0])),
		sha256.Sum256([]byte(made[1]))), string(text))
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	assert.NotEqual(t, made[0], made[1])
	for _, token := range made {
		assert.Regexp(t, `^tcg_[A-Za-z0-9_-]{43}$`, token) // 43 characters of base64 are 256 bits
	}
}

func TestNewTokenIsAppended(t *testing.T) {
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

func TestInvalidName(t *testing.T) {
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

func TestConcurrentNewTokens(t *testing.T) {
	file, _ := makeTokens(t)
	made := map[string]string{} // by name
	for round := range 20 {
		start := make(chan struct{})
		var all sync.WaitGroup
		var mu sync.Mutex
		for _, name := range []string{"a", "a", "a", "b", "b", "c"} {
			all.Go(func() {
				<-start
				name := fmt.Sprint(name, round)
				token, err := NewToken(file, name)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					assert.ErrorContains(t, err, "has a token called "+name)
				} else {
					assert.NotContains(t, made, name, "made twice")
					made[name] = token
				}
			})
		}
		close(start)
		all.Wait()
	}
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	assert.Len(t, made, 60)
	for name, token := range made {
		assert.Equal(t, Caller{ID: "token:" + name, Name: name}, must(check(t, tokens, token)))
	}
}
