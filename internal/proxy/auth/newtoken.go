package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
)

// tokenPrefix lets people and secret scanners recognise a token.
const tokenPrefix = "tcg_"

// NewToken makes a token of 256 random bits, and adds its name and hash to a tokens file, which it makes (mode 0600) if there is
// none. The token is nowhere but in what is returned. A name has 1 to 64 letters, digits and . _ - @, does not begin with tcg_,
// and is not yet in the file.
//
// It locks the file meanwhile, so that of tokens made at the same time none is lost and no name is taken twice.
func NewToken(file, name string) (token string, err error) {
	if !isName(name) {
		return "", fmt.Errorf("the name is not accepted: %w", errName)
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("tokens file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }() // which unlocks it
	if err := lock(f); err != nil {
		return "", fmt.Errorf("tokens file %q cannot be locked: %w", file, err)
	}
	read := readTokens(file, nil)
	if read.err != nil {
		return "", read.err
	}
	if at := slices.IndexFunc(read.entries, func(e entry) bool { return e.name == name }); at >= 0 {
		return "", fmt.Errorf("tokens file %q has a token called %s, in line %d: choose another name, or remove that line first",
			file, name, read.entries[at].line)
	}
	random := make([]byte, 32)
	rand.Read(random) // never fails
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(random)
	if err := appendLine(f, fmt.Sprintf("%s %s%x\n", name, hashPrefix, sha256.Sum256([]byte(token)))); err != nil {
		return "", fmt.Errorf("tokens file: %w", err)
	}
	return token, nil
}

// appendLine adds a line to a file, on a line of its own even if somebody's editor left the last one without an end.
func appendLine(f *os.File, line string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], info.Size()-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = "\n" + line
		}
	}
	if _, err := f.WriteString(line); err != nil {
		return err
	}
	return f.Sync()
}
