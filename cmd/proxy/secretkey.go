package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"tencent-chat-groups/core/redact"
	"tencent-chat-groups/internal/proxy/privatefile"
)

// secretKey returns the app's key, and warns if other users can read its file. Its errors never hold the key.
func (s *serve) secretKey(log *slog.Logger) (string, error) {
	where, text := keyEnv, []byte(os.Getenv(keyEnv))
	if s.SecretKeyFile != "" {
		file, err := privatefile.Read(s.SecretKeyFile, maxKeyFileBytes)
		if err != nil {
			if at, ok := errors.AsType[*fs.PathError](err); ok { // without the path, which may be the key itself
				err = fmt.Errorf("%s: %w", at.Op, at.Err)
			}
			return "", fmt.Errorf("--secret-key-file: %w", err)
		}
		warnIfReadable(log, "--secret-key-file", file)
		where, text = "--secret-key-file "+s.SecretKeyFile, file.Text
	}
	key := bytes.TrimSpace(text)
	switch {
	case len(key) == 0 && s.SecretKeyFile == "":
		return "", usageError{fmt.Errorf("the secret key is missing: give --secret-key-file, or put the key into %s", keyEnv)}
	case len(key) == 0:
		return "", fmt.Errorf("%s is empty", where)
	case len(key) > 256 || bytes.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", fmt.Errorf("%s does not hold a secret key: it must be one word of printable ASCII", where)
	}
	if redact.IsUserSig(string(key)) {
		return "", fmt.Errorf("%s holds a UserSig: put the app's secret key there, from which the proxy makes UserSigs",
			where)
	}
	return string(key), nil
}
