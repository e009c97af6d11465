package auth

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"tencent-chat-groups/internal/proxy/privatefile"
)

const (
	maxNameLength      = 64      // characters
	maxTokensFileBytes = 1 << 20 // bytes
	hashPrefix         = "sha256:"
)

// snapshot is the result of one read of a tokens file.
type snapshot struct {
	entries []entry           // may be empty
	err     error             // why there are no entries
	digest  [sha256.Size]byte // of the content, or of the error
}

// readTokens reads a tokens file. If the file has not changed, it returns known, since parsing 1 MiB takes a while.
func readTokens(file string, known *snapshot) *snapshot {
	read, err := privatefile.Read(file, maxTokensFileBytes)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: `proxy token NAME --tokens-file %s` makes it", err, file)
	}
	if err != nil {
		err = fmt.Errorf("tokens file: %w", err)
		return &snapshot{err: err, digest: sha256.Sum256([]byte(err.Error()))}
	}
	r := &snapshot{digest: sha256.Sum256(read.Text)}
	if known != nil && r.digest == known.digest {
		return known
	}
	if r.entries, err = parseTokens(bytes.NewReader(read.Text)); err != nil {
		r.err = fmt.Errorf("tokens file %q, %w", file, err)
	}
	return r
}

// parseTokens parses a tokens file. Its errors name the line, without its content, which may be a misplaced token.
func parseTokens(r io.Reader) ([]entry, error) {
	var entries []entry
	names := map[string]int{} // line numbers by name and by hash
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
		if earlier := names[e.name]; earlier != 0 {
			return nil, fmt.Errorf("line %d: the name is the same as in line %d: use each name once", number, earlier)
		}
		if earlier := hashes[e.hash]; earlier != 0 {
			return nil, fmt.Errorf("line %d: the hash is the same as in line %d: give each token one name", number, earlier)
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
		"if the line holds the token itself, make another token")
	errName = errors.New("a name has 1 to 64 letters, digits and . _ - @, and does not begin with " + tokenPrefix +
		" as tokens do")
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

// isName reports whether name is a valid name of a token. One with the prefix of tokens may be a misplaced token.
func isName(name string) bool {
	return 0 < len(name) && len(name) <= maxNameLength && strings.Trim(name, alphanumeric+"._-@") == "" &&
		!strings.HasPrefix(name, tokenPrefix)
}
