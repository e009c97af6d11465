package auth

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

const (
	maxName       = 64      // characters
	maxTokensFile = 1 << 20 // bytes
	hashPrefix    = "sha256:"
)

// readTokens reads a file of tokens, which may have none.
func readTokens(file string) ([]entry, error) {
	wrong := func(format string, a ...any) error {
		return fmt.Errorf("tokens file %q "+format, append([]any{file}, a...)...)
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("tokens file: %w: `proxy token NAME --tokens-file %s` makes it", err, file)
	case err != nil:
		return nil, fmt.Errorf("tokens file: %w", err)
	case !info.Mode().IsRegular():
		return nil, wrong("is no regular file, and could not be read again")
	case info.Mode().Perm()&0o022 != 0:
		return nil, wrong("can be written by its group or by others (mode %04o), who could let themselves in: chmod go-w",
			info.Mode().Perm())
	case info.Size() > maxTokensFile:
		return nil, wrong("has %d bytes: at most %d are read", info.Size(), maxTokensFile)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("tokens file: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	entries, err := parseTokens(io.LimitReader(f, maxTokensFile))
	if err != nil {
		return nil, fmt.Errorf("tokens file %q, %w", file, err)
	}
	return entries, nil
}

// parseTokens reads the lines of a tokens file. Errors name the line, and show nothing of it: somebody may have put the token
// there.
func parseTokens(r io.Reader) ([]entry, error) {
	var entries []entry
	names := map[string]int{} // the lines where they were first seen
	hashes := map[[sha256.Size]byte]int{}
	lines := bufio.NewScanner(r)
	number := 0
	for lines.Scan() {
		number++
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		e, err := parseEntry(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		e.line = number
		if before := names[e.name]; before != 0 {
			return nil, fmt.Errorf("line %d: the name is the same as in line %d: each name is taken once", number, before)
		}
		if before := hashes[e.hash]; before != 0 {
			return nil, fmt.Errorf("line %d: the hash is the same as in line %d: each token has one name", number, before)
		}
		names[e.name], hashes[e.hash] = number, number
		entries = append(entries, e)
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, fmt.Errorf("line %d: too long: %w", number+1, errLine)
		}
		return nil, fmt.Errorf("after line %d: %w", number, err)
	}
	return entries, nil
}

var (
	errLine = errors.New("it must be NAME sha256:HEX, as `proxy token NAME` writes it, with 64 hexadecimal digits; " +
		"the token itself does not belong here, and if it is there, make another one")
	errName = errors.New("a name has 1 to 64 letters, digits and . _ - @, and does not begin with " + tokenPrefix + " as tokens do")
)

func parseEntry(line string) (entry, error) {
	fields := strings.Fields(line)
	if len(fields) != 2 {
		return entry{}, errLine
	}
	digits, ok := strings.CutPrefix(fields[1], hashPrefix)
	if !ok || len(digits) != hex.EncodedLen(sha256.Size) {
		return entry{}, errLine
	}
	e := entry{name: fields[0]}
	if _, err := hex.Decode(e.hash[:], []byte(digits)); err != nil {
		return entry{}, errLine
	}
	if !isName(e.name) {
		return entry{}, errName
	}
	return e, nil
}

// isName tells whether a token may be called so. What begins as tokens do would be taken for one in a log, or is one that somebody
// put in the wrong place.
func isName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isAlphanumeric(c) && strings.IndexByte("._-@", c) < 0 {
			return false
		}
	}
	return 0 < len(name) && len(name) <= maxName && !strings.HasPrefix(name, tokenPrefix)
}
