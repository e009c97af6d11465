package logging

import (
	"fmt"
	"log/slog"
	"regexp"

	"tencent-chat-groups/core/redact"
)

const masked = "[redacted]"

var (
	// tokens matches tokens of a tokens file, and JWTs.
	tokens = regexp.MustCompile(`tcg_[A-Za-z0-9_-]{16,}|eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*){1,2}`)
	// userInfo matches the user name and password of a URL.
	userInfo = regexp.MustCompile(`://[^\s"'/@\\]+@`)
)

// Mask masks what looks like a UserSig, a secret key, a token or a password in a URL. The proxy logs no secret on
// purpose; this is a second line of defence.
func Mask(text string) string {
	return userInfo.ReplaceAllString(tokens.ReplaceAllString(redact.Text(text, nil), masked), "://"+masked+"@")
}

// LooksSecret reports whether Mask would change the text.
func LooksSecret(text string) bool { return Mask(text) != text }

// maskAttr masks every value that can hold text.
func maskAttr(_ []string, attr slog.Attr) slog.Attr {
	switch attr.Value.Kind() {
	case slog.KindString:
		attr.Value = slog.StringValue(Mask(attr.Value.String()))
	case slog.KindAny:
		switch value := attr.Value.Any().(type) {
		case *slog.Source, slog.Level:
		case []string:
			all := make([]string, len(value))
			for i, text := range value {
				all[i] = Mask(text)
			}
			attr.Value = slog.AnyValue(all)
		default:
			attr.Value = slog.StringValue(Mask(fmt.Sprint(value)))
		}
	}
	return attr
}
