package auth

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestPrintableName(t *testing.T) {
	for text, want := range map[string]string{
		"alice@example.com":        "alice@example.com",
		"Ä 中文 é":                   "Ä 中文 é",
		"a\nlevel=error\r\x1b[31m": "a?level=error??[31m",
		"a\u202eb\u2028\u200b\xff": "a?b???",
		"tab\tnull\x00":            "tab?null?",
		strings.Repeat("a", 30):    strings.Repeat("a", 20),
		"0123456789012345678中":     "0123456789012345678",
		"":                         "",
	} {
		assert.Equal(t, want, printable(text, 20))
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("a\n\xff中", 3)
	f.Fuzz(func(t *testing.T, text string, maxBytes int) {
		line := printable(text, maxBytes)
		assert.LessOrEqual(t, len(line), max(0, maxBytes))
		assert.True(t, utf8.ValidString(line))
		assert.NotContains(t, line, "\n")
		assert.Equal(t, line, printable(line, maxBytes))
	})
}
