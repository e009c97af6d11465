package auth

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hash returns a hash that consists of one digit.
func hash(digit string) string { return hashPrefix + strings.Repeat(digit, 64) }

func TestTokensFileFormat(t *testing.T) {
	entries, err := parseTokens(strings.NewReader(
		"# who may call\r\n\n  \t\nalice " + hash("a") + "\r\n\t bob\t\t" + hash("B") + "  \n  # carol " + hash("c") +
			"\ndave " + hash("d")))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, fmt.Sprintf("%d %s %x", e.line, e.name, e.hash[:1]))
	}
	assert.Equal(t, []string{"4 alice aa", "5 bob bb", "7 dave dd"}, names)
}

// TestWrongLine: errors name a line without its content, which may be a token.
func TestWrongLine(t *testing.T) {
	token := tokenPrefix + "aHiddenTokenThatSomebodyPastedIntoTheFile0_"
	for text, says := range map[string]string{
		token:                                                           `line 1: it must be NAME sha256:HEX`,
		"\nalice " + token:                                              `line 2: it must be NAME sha256:HEX`,
		"alice sha256:" + token:                                         `line 1: it must be`,
		"alice:" + token:                                                `line 1: it must be`,
		"alice " + hash("a") + " " + token:                              `line 1: it must be`,
		token + " " + hash("a"):                                         `line 1: a name has 1 to 64`,
		"hidden/x " + hash("a"):                                         `line 1: a name has 1 to 64`,
		"hiddén " + hash("a"):                                           `line 1: a name has 1 to 64`,
		"oidc:hidden " + hash("a"):                                      `line 1: a name has 1 to 64`,
		strings.Repeat("x", 65) + hash("a"):                             `line 1: it must be`,
		strings.Repeat("x", 65) + " " + hash("a"):                       `line 1: a name has 1 to 64`,
		"alice " + hash("a")[:70]:                                       `line 1: it must be`,
		"alice " + hash("a")[:69]:                                       `line 1: it must be`,
		"alice " + hash("a") + "a":                                      `line 1: it must be`,
		"alice " + hash("g"):                                            `line 1: it must be`,
		"alice SHA256:" + strings.Repeat("a", 64):                       `line 1: it must be`,
		"alice md5:" + strings.Repeat("a", 64):                          `line 1: it must be`,
		"hidden " + hash("a") + "\n\nhidden " + hash("b"):               `line 3: the name is the same as in line 1`,
		"alice " + hash("a") + "\nhidden " + hash("A"):                  `line 2: the hash is the same as in line 1`,
		"alice " + hash("a") + "\n" + strings.Repeat(token+" ", 10_000): `line 2: too long: it must be`,
		"\ufeffalice " + hash("a"):                                      `line 1: a name has 1 to 64`,
		"alice " + hash("a") + " # hidden":                              `line 1: it must be`,
		"{\"hidden\": \"" + token + "\"}":                               `line 1: it must be`,
	} {
		file := filepath.Join(t.TempDir(), "tokens")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := OpenTokens(file)
		require.Error(t, err, "%.60s", text)
		assert.Contains(t, err.Error(), fmt.Sprintf("tokens file %q, %s", file, says))
		assert.NotContains(t, strings.ToLower(err.Error()), "hidden")
		assert.NotContains(t, err.Error(), "xxxx")
		assert.NotContains(t, err.Error(), "aaaa")
		_, err = NewToken(file, "zoe")
		assert.ErrorContains(t, err, says, "nor is it added to")
	}
}

func TestUnusableTokensFile(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.NoError(t, os.Chmod(file, mode))
		return file
	}
	line := "alice " + hash("a") + "\n"
	for file, says := range map[string]string{
		filepath.Join(folder, "none"): "`proxy token NAME --tokens-file",
		folder:                        "is a directory",
		"/dev/null":                   "not a regular file",
		write("group", line, 0o620):   "its group or others can write it (mode 0620): chmod go-w",
		write("others", line, 0o602):  "its group or others can write it (mode 0602): chmod go-w",
		write("huge", line+strings.Repeat("#\n", maxTokensFileBytes), 0o600): "it has more than 1048576 bytes",
	} {
		_, err := OpenTokens(file)
		require.ErrorContains(t, err, says)
		assert.Contains(t, err.Error(), file)
	}
	for _, mode := range []os.FileMode{0o400, 0o444, 0o600, 0o644} { // hashes may be read
		_, err := OpenTokens(write("read", line, mode))
		assert.NoError(t, err)
		require.NoError(t, os.Remove(filepath.Join(folder, "read")))
	}
}

func FuzzTokensFile(f *testing.F) {
	f.Add([]byte("# a\nalice " + hash("a") + "\nbob " + hash("b")))
	f.Add([]byte("alice " + hash("a") + "\nalice " + hash("b")))
	f.Add([]byte("tcg_aHiddenTokenThatSomebodyPastedIntoTheFile0 " + hash("a")))
	f.Add([]byte("\x00\xff \r\n\n="))
	f.Fuzz(func(t *testing.T, text []byte) {
		entries, err := parseTokens(bytes.NewReader(text))
		if err != nil {
			assert.Empty(t, entries)
			for _, word := range bytes.Fields(text) {
				if len(word) >= 16 { // the errors' own words are shorter
					assert.NotContains(t, err.Error(), string(word))
				}
			}
			return
		}
		var written strings.Builder
		names, hashes := map[string]bool{}, map[string]bool{}
		for _, e := range entries {
			assert.True(t, isName(e.name))
			names[e.name], hashes[string(e.hash[:])] = true, true
			fmt.Fprintf(&written, "%s %s%x\n", e.name, hashPrefix, e.hash)
		}
		assert.Len(t, names, len(entries))
		assert.Len(t, hashes, len(entries))
		again, err := parseTokens(strings.NewReader(written.String()))
		assert.NoError(t, err)
		assert.Len(t, again, len(entries))
	})
}
