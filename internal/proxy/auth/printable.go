package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable returns foreign text as one line of at most maxBytes. It replaces control characters, line ends, and
// characters that change the writing direction by question marks.
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
