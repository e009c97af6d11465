// Package jsonmodel reads JSON with encoding/json and by the rules of package strictjson. Fuzz tests compare the two.
package jsonmodel

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
)

// Field is a member of an object.
type Field struct {
	Name  string
	Value json.RawMessage
}

// Fields returns the members of an object, in order.
func Fields(object []byte) (fields []Field, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if token, _ := decoder.Token(); token != json.Delim('{') {
		return nil, false
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return nil, false
		}
		fields = append(fields, Field{name.(string), bytes.TrimSpace(value)})
	}
	return fields, true
}

// String reads a string without lone surrogates.
func String(value []byte) (text string, ok bool) {
	if value[0] != '"' || json.Unmarshal(value, &text) != nil {
		return "", false
	}
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' {
			continue
		}
		i++
		if value[i] != 'u' {
			continue
		}
		unit, _ := strconv.ParseUint(string(value[i+1:i+5]), 16, 16)
		i += 4
		if unit < 0xD800 || unit > 0xDFFF {
			continue
		}
		rest := value[i+1:]
		if unit >= 0xDC00 || len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
			return "", false
		}
		if low, _ := strconv.ParseUint(string(rest[2:6]), 16, 16); low < 0xDC00 || low > 0xDFFF {
			return "", false
		}
		i += 6
	}
	return text, true
}

var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// Integer reads a whole number in its canonical form.
func Integer(value []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	return n, err == nil && wholeNumber.Match(value)
}

// Nesting returns how deep brackets nest in a text, give or take those inside strings.
func Nesting(text []byte) (deepest int) {
	depth := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		}
	}
	return deepest
}
