package strictjson

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Writer writes a JSON object, member by member.
type Writer struct{ text []byte }

// Raw adds a member whose value is JSON.
func (w *Writer) Raw(name, json string) {
	separator := `,"`
	if len(w.text) == 0 {
		separator = `{"`
	}
	w.text = append(append(append(append(w.text, separator...), name...), `":`...), json...)
}

// String adds a member whose value is a string.
func (w *Writer) String(name, value string) { w.Raw(name, Quote(value)) }

// OptionalString adds a member whose value is a string, unless that is empty.
func (w *Writer) OptionalString(name, value string) {
	if value != "" {
		w.String(name, value)
	}
}

// NullableString adds a member whose value is a string, or null if that is empty.
func (w *Writer) NullableString(name, value string) {
	if value == "" {
		w.Raw(name, "null")
		return
	}
	w.String(name, value)
}

// Strings adds a member whose value is an array of strings.
func (w *Writer) Strings(name string, values []string) {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = Quote(value)
	}
	w.Raw(name, "["+strings.Join(quoted, ",")+"]")
}

// Object adds a member whose value writes itself.
func (w *Writer) Object(name string, value interface{ JSON() string }) { w.Raw(name, value.JSON()) }

// Integer adds a member whose value is an integer.
func (w *Writer) Integer(name string, value int64) { w.Raw(name, strconv.FormatInt(value, 10)) }

// Boolean adds a member whose value is a boolean.
func (w *Writer) Boolean(name string, value bool) { w.Raw(name, strconv.FormatBool(value)) }

// End returns the object.
func (w *Writer) End() string {
	if len(w.text) == 0 {
		return "{}"
	}
	return string(append(w.text, '}'))
}

// Quote returns s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func Quote(s string) string {
	const hexDigits = "0123456789abcdef"
	out := []byte{'"'}
	for _, r := range s {
		switch {
		case r < ' ' || r == 0x7f:
			out = append(out, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return string(append(out, '"'))
}
