package core

import "unicode/utf8"

// jsonWriter writes one JSON object, field by field.
type jsonWriter struct{ text []byte }

func (w *jsonWriter) key(name string) {
	if len(w.text) == 0 {
		w.text = append(w.text, '{')
	} else {
		w.text = append(w.text, ',')
	}
	w.text = append(w.text, '"')
	w.text = append(w.text, name...)
	w.text = append(w.text, '"', ':')
}

func (w *jsonWriter) str(name, value string) {
	w.key(name)
	w.text = appendQuoted(w.text, value)
}

// optional writes a string field unless it is empty.
func (w *jsonWriter) optional(name, value string) {
	if value != "" {
		w.str(name, value)
	}
}

func (w *jsonWriter) integer(name string, value int64) {
	w.key(name)
	w.text = append(w.text, itoa(value)...)
}

func (w *jsonWriter) boolean(name string, value bool) {
	w.key(name)
	if value {
		w.text = append(w.text, "true"...)
	} else {
		w.text = append(w.text, "false"...)
	}
}

// raw writes a field whose value is JSON already.
func (w *jsonWriter) raw(name, json string) {
	w.key(name)
	w.text = append(w.text, json...)
}

func (w *jsonWriter) end() string {
	if len(w.text) == 0 {
		return "{}"
	}
	return string(w.text) + "}"
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c < 0x20 || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}
