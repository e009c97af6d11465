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

// NewToken returns a new token of 256 random bits, and appends its name and hash to a tokens file. If the file does not
// exist, it creates one with mode 0600. A name has 1 to 64 letters, digits and . _ - @, does not begin with tcg_, and
// is not yet in the file.
//
// NewToken locks the file, so that concurrent calls lose no token and use no name twice.
func NewToken(file, name string) (token string, err error) {
	if !isName(name) {
		return "", fmt.Errorf("invalid name: %w", errName)
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("tokens file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }() // also unlocks it
	if err := lock(f); err != nil {
		return "", fmt.Errorf("tokens file %q cannot be locked: %w", file, err)
	}
	read := readTokens(file, nil)
	if read.err != nil {
		return "", read.err
	}
	if i := slices.IndexFunc(read.entries, func(e entry) bool { return e.name == name }); i >= 0 {
		return "", fmt.Errorf("tokens file %q has a token called %s, in line %d: choose another name, "+
			"or remove that line first",
			file, name, read.entries[i].line)
	}
	random := make([]byte, 32)
	rand.Read(random)
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(random)
	if err := appendLine(f, fmt.Sprintf("%s %s%x\n", name, hashPrefix, sha256.Sum256([]byte(token)))); err != nil {
		return "", fmt.Errorf("tokens file: %w", err)
	}
	return token, nil
}

// appendLine appends a line to a file. It first ends the last line, which some editors leave open.
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
