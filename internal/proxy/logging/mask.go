package logging

import (
	"fmt"
	"log/slog"
	"regexp"
)

const masked = "[redacted]"

// secrets are the looks of what must never be shown. It is a second line of defence: nothing of the proxy logs a secret on purpose.
var secrets = regexp.MustCompile(`` +
	`e[AFJN][A-Za-z0-9*_+/%=-]{38,}` + // a UserSig: base64 of zlib, plain or percent-encoded
	`|[0-9A-Fa-f]{64,}` + // a secret key
	`|tcg_[A-Za-z0-9_-]{16,}` + // a token of a tokens file
	`|eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*){1,2}`) // a JWT

// Secrets that are known by what is before them: a signature's parameter, and a URL's user and password.
var (
	parameter = regexp.MustCompile(`((?i)usersig(?:=|%3D))[^\s"'&\\]+`)
	userInfo  = regexp.MustCompile(`://[^\s"'/@\\]+@`)
)

// Mask returns the text without what looks like a UserSig, a secret key, a token or a password in a URL.
func Mask(text string) string {
	text = secrets.ReplaceAllString(text, masked)
	text = parameter.ReplaceAllString(text, "${1}"+masked)
	return userInfo.ReplaceAllString(text, "://"+masked+"@")
}

// LooksSecret reports whether Mask would change the text.
func LooksSecret(text string) bool { return Mask(text) != text }

// maskAttr masks whatever can hold text.
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
