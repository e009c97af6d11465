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
	maxNameLength       = 64      // characters
	maxTokensFileBytes = 1 << 20 // bytes
	hashPrefix    = "sha256:"
)

// snapshot is the result of snapshot a tokens file once.
type snapshot struct {
	entries []entry           // there may be none
	err     error             // why there are none
	digest    [sha256.Size]byte // equal for equal content, and for equal errors
}

// readTokens reads a tokens file. It returns known if the file has not changed since: the lines of 1 MiB take a while.
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
	return 0 < len(name) && len(name) <= maxNameLength && !strings.HasPrefix(name, tokenPrefix)
}
