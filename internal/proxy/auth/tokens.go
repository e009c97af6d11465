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
	// watchInterval is how often Watch reads the file. A change is in force after two readings that agree.
	watchInterval = time.Second
	// settleDelay is the time between two readings of Reload: an editor that truncates a file and writes it takes less.
	settleDelay = 20 * time.Millisecond
	// maxSettleReads is how many readings Reload waits for two that agree. Then it takes the last one, and Watch sees what comes of it.
	maxSettleReads = 10
)

// Tokens knows callers by tokens that [NewToken] made.
type Tokens struct {
	file    string
	compare func(x, y []byte) int // subtle.ConstantTimeCompare

	reloading sync.Mutex // held from reading the file until what was read is in force, so that no older reading replaces a newer one
	current atomic.Pointer[snapshot]
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
// once. A file without tokens lets nobody in. It has at most 1 MiB, and other users must not be able to change it, see
// [privatefile.Read]; they may read it, since its hashes are no use without the tokens.
//
// Errors name the file and the line. They do not show what is there, since it may be a token.
func OpenTokens(file string) (*Tokens, error) {
	t := &Tokens{file: file, compare: subtle.ConstantTimeCompare}
	if err := t.Reload(); err != nil {
		return nil, err
	}
	return t, nil
}

// Reload reads the file again. Tokens whose lines have gone are refused from then on. After an error no token is taken until a
// later reading succeeds, be it by Reload or by Watch: the file may have been meant to revoke any of them.
func (t *Tokens) Reload() error {
	t.reloading.Lock()
	defer t.reloading.Unlock()
	read := readTokens(t.file, t.current.Load())
	for range maxSettleReads { // somebody may be writing the file at this moment
		before := read
		time.Sleep(settleDelay)
		if read = readTokens(t.file, before); read.digest == before.digest {
			break
		}
	}
	t.current.Store(read)
	return read.err
}

// Watch reads the file every second until ctx is done, so that changes need no signal. A change is in force when two readings agree
// on it: while an editor writes the file, a part of it may look complete. After each change Watch calls changed with the error, if
// the file cannot be used.
//
// Watch compares content, and does not use the notifications of the operating system: these miss changes in network file
// systems and behind symbolic links.
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

// poll reads the file, and puts what it has in force if that is new and the last reading agrees. It returns the mark of the reading.
func (t *Tokens) poll(last [sha256.Size]byte, changed func(error)) [sha256.Size]byte {
	t.reloading.Lock()
	defer t.reloading.Unlock()
	inForce := t.current.Load()
	read := readTokens(t.file, inForce)
	if read.digest == last && read.digest != inForce.digest {
		t.current.Store(read)
		changed(read.err)
	}
	return read.digest
}

// Ready returns why no token is taken: the file could not be read the last time.
func (t *Tokens) Ready() error { return t.current.Load().err }

// Count returns how many tokens are taken.
func (t *Tokens) Count() int { return len(t.current.Load().entries) }

var (
	errUnknownToken = refuse(ErrUnauthenticated, "no token of the file")
	errTokensFile   = refuse(ErrUnavailable, "the tokens file could not be read")
)

// Check compares what was shown with every token of the file, in a time that does not depend on how much of it is right. A missing
// or malformed token goes the same way, as an empty one. While the file cannot be read, every token gets ErrUnavailable.
func (t *Tokens) Check(_ context.Context, authorization []string) (Caller, error) {
	token, shown := bearer(authorization)
	hash := sha256.Sum256([]byte(token))
	inForce := t.current.Load()
	found := -1
	for i := range inForce.entries {
		found = subtle.ConstantTimeSelect(t.compare(hash[:], inForce.entries[i].hash[:]), i, found)
	}
	switch {
	case shown && inForce.err != nil:
		return Caller{}, errTokensFile
	case !shown || found < 0: // the file may have the hash of nothing
		return Caller{}, errUnknownToken
	}
	name := inForce.entries[found].name
	return Caller{ID: "token:" + name, Name: name}, nil
}
