package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// watchInterval is the time between two reads of Watch. A change takes effect when two reads agree.
	watchInterval = time.Second
	// settleDelay is the time between two reads of Reload. An editor that truncates and rewrites a file takes less.
	settleDelay = 20 * time.Millisecond
	// maxSettleReads is how many reads Reload makes until two agree. Then it takes the last one, which Watch may correct.
	maxSettleReads = 10
)

// Tokens identifies callers by tokens that [NewToken] made.
type Tokens struct {
	file    string
	compare func(x, y []byte) int // subtle.ConstantTimeCompare

	reloading sync.Mutex // held while a snapshot is taken, so that no older one replaces a newer one
	current   atomic.Pointer[snapshot]
}

// entry is one line of the file.
//
// A single SHA-256 without salt is enough: a token has 256 random bits, so nobody can guess it from its hash.
type entry struct {
	name string
	hash [sha256.Size]byte
	line int
}

// OpenTokens reads a tokens file. Its lines are NAME sha256:HEX, where HEX is the SHA-256 of the token. Blank lines and
// lines that begin with # are ignored. Names and hashes are unique. With an empty file no token is accepted. A file has
// at most 1 MiB. Other users may read it, but must not be able to change it: see [privatefile.Read].
//
// Errors name the file and the line, without its content.
func OpenTokens(file string) (*Tokens, error) {
	t := &Tokens{file: file, compare: subtle.ConstantTimeCompare}
	if err := t.Reload(); err != nil {
		return nil, err
	}
	return t, nil
}

// Reload reads the file again. After an error no token is accepted until a later read by Reload or Watch succeeds: the
// file may have been meant to revoke any token.
func (t *Tokens) Reload() error {
	t.reloading.Lock()
	defer t.reloading.Unlock()
	read := readTokens(t.file, t.current.Load())
	for range maxSettleReads { // the file may be incomplete at this moment
		before := read
		time.Sleep(settleDelay)
		if read = readTokens(t.file, before); read.digest == before.digest {
			break
		}
	}
	t.current.Store(read)
	return read.err
}

// Watch reads the file every second until ctx is done. A change takes effect when two reads agree: while an editor
// writes the file, a part of it may look complete. After each change Watch calls changed, with an error if the file
// cannot be used.
//
// Watch compares content: notifications of the operating system miss changes on network file systems and behind links.
func (t *Tokens) Watch(ctx context.Context, changed func(error)) {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	var last [sha256.Size]byte
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		last = t.poll(last, changed)
	}
}

// poll reads the file once, and applies a change if the last read had the same digest. It returns the digest.
func (t *Tokens) poll(last [sha256.Size]byte, changed func(error)) [sha256.Size]byte {
	t.reloading.Lock()
	defer t.reloading.Unlock()
	current := t.current.Load()
	read := readTokens(t.file, current)
	if read.digest == last && read.digest != current.digest {
		t.current.Store(read)
		changed(read.err)
	}
	return read.digest
}

// Ready returns nil, or the reason why the file cannot be used.
func (t *Tokens) Ready() error { return t.current.Load().err }

// Count returns the number of tokens.
func (t *Tokens) Count() int { return len(t.current.Load().entries) }

var (
	errUnknownToken = refuse(ErrUnauthenticated, "not a token of the tokens file")
	errTokensFile   = refuse(ErrUnavailable, "the tokens file cannot be used")
)

// Check compares a token with every token of the file, in constant time. It compares a missing or malformed token as an
// empty one. While the file cannot be used, it refuses every token with ErrUnavailable.
func (t *Tokens) Check(_ context.Context, authorization []string) (Caller, error) {
	token, ok := bearer(authorization)
	hash := sha256.Sum256([]byte(token))
	current := t.current.Load()
	found := -1
	for i := range current.entries {
		found = subtle.ConstantTimeSelect(t.compare(hash[:], current.entries[i].hash[:]), i, found)
	}
	switch {
	case ok && current.err != nil:
		return Caller{}, errTokensFile
	case !ok || found < 0: // an empty token may match a line of the file
		return Caller{}, errUnknownToken
	}
	name := current.entries[found].name
	return Caller{ID: "token:" + name, Name: name}, nil
}
