package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable returns the text as one line of at most so many bytes. Each character that is not printed as itself (control
// characters, line ends, those that turn the direction of writing) becomes a question mark, so that a text from elsewhere can
// neither break a line of a log nor pass for another text.
func printable(text string, maxBytes int) string {
	var b strings.Builder
	for _, r := range text {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			r = '?'
		}
		if b.Len()+utf8.RuneLen(r) > maxBytes {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
