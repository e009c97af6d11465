package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"sync/atomic"
)

// Tokens knows callers by tokens that [NewToken] made.
type Tokens struct {
	file    string
	entries atomic.Pointer[[]entry]
	compare func(x, y []byte) int // subtle.ConstantTimeCompare
}

// entry is one line of the file.
//
// A single SHA-256 is enough here, and no slow hash for passwords is needed: a token has 256 random bits, so whoever has the hash
// can neither guess the token nor look it up in a table. Salt would not add to that.
type entry struct {
	name string
	hash [sha256.Size]byte
	line int
}

// OpenTokens reads a tokens file: lines of NAME sha256:HEX, where NAME has 1 to 64 letters, digits and . _ - @, and HEX is the
// SHA-256 of the token as 64 hexadecimal digits. Lines that begin with # and blank lines do not count. Names and hashes occur
// once. There must be a line at least, and at most 1 MiB. Group and others must not be able to write the file; they may read it,
// since it has hashes, which are no use without the tokens.
//
// Errors name the file and the line. They do not show what is there, since it may be a token.
func OpenTokens(file string) (*Tokens, error) {
	t := &Tokens{file: file, compare: subtle.ConstantTimeCompare}
	if err := t.Reload(); err != nil {
		return nil, err
	}
	return t, nil
}

// Reload reads the file again. Tokens whose lines have gone are refused from then on. With an error, everything stays as it was.
func (t *Tokens) Reload() error {
	entries, err := readTokens(t.file)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return fmt.Errorf("tokens file %q has no tokens: make one with `proxy token NAME --tokens-file %s`", t.file, t.file)
	}
	t.entries.Store(&entries)
	return nil
}

var errUnknownToken = refuse(ErrUnauthenticated, "no token of the file")

// Check compares what was shown with every token of the file, in a time that does not depend on how much of it is right. A missing
// or malformed token goes the same way, as an empty one.
func (t *Tokens) Check(_ context.Context, authorization []string) (Caller, error) {
	token, shown := bearer(authorization)
	hash := sha256.Sum256([]byte(token))
	entries := *t.entries.Load()
	found := -1
	for i := range entries {
		found = subtle.ConstantTimeSelect(t.compare(hash[:], entries[i].hash[:]), i, found)
	}
	if !shown || found < 0 { // the file may have the hash of nothing
		return Caller{}, errUnknownToken
	}
	return Caller{ID: "token:" + entries[found].name, Name: entries[found].name}, nil
}
