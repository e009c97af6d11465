// Package strictjson reads and writes the JSON that crosses the core's borders. It accepts exactly RFC 8259 in UTF-8:
// no comments, no trailing commas, no byte order mark. It replaces encoding/json, which would make groups.wasm larger
// by two thirds, accepts duplicate names and invalid UTF-8, and reads large integers through floats when the type is
// not known.
package strictjson

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tencent-chat-groups/core/internal/bytescan"
)

// MaxDepth bounds the nesting of values, so that a server cannot choose how deep the stack grows.
const MaxDepth = 1000

// MaxSafeInteger is the largest integer that JavaScript numbers hold exactly.
const MaxSafeInteger = 1<<53 - 1

// Reader reads JSON values from a byte slice, one after another. It stops at the first error: the error of every later
// call has no meaning.
type Reader struct {
	Data []byte
	Pos  int // of the next byte

	decoded []byte // the last string, if it had escapes
	depth   int    // of the value that Skip skips
}

// Error is a syntax error at a position.
func (r *Reader) Error(problem string) error {
	return errors.New(problem + " at byte " + strconv.Itoa(r.Pos))
}

func (r *Reader) unexpected(wanted string) error {
	if r.Pos >= len(r.Data) {
		return r.Error("the text ends where " + wanted + " should be")
	}
	return r.Error("unexpected character where " + wanted + " should be")
}

// Space skips white space.
func (r *Reader) Space() { r.Pos = bytescan.Space(r.Data, r.Pos) }

// Peek returns the next byte, or 0 at the end. A 0 in the text is as wrong as the end is.
func (r *Reader) Peek() byte {
	if r.Pos < len(r.Data) {
		return r.Data[r.Pos]
	}
	return 0
}

// End returns an error unless only white space is left.
func (r *Reader) End() error {
	if r.Space(); r.Pos < len(r.Data) {
		return r.Error("more text after the value")
	}
	return nil
}

// Object reads an object. It calls value for each name, which must read the name's value. The name is valid until then.
func (r *Reader) Object(value func(name []byte) error) error {
	return r.elements('{', '}', "object", func() error {
		if r.Peek() != '"' {
			return r.unexpected("a key")
		}
		name, err := r.AnyString()
		if err != nil {
			return err
		}
		r.Space()
		if r.Peek() != ':' {
			return r.unexpected("a colon")
		}
		r.Pos++
		r.Space()
		return value(name)
	})
}

// Array reads an array. It calls element for each element, which must read it.
func (r *Reader) Array(element func() error) error { return r.elements('[', ']', "array", element) }

func (r *Reader) elements(open, end byte, what string, element func() error) error {
	if r.Peek() != open {
		return r.unexpected("an " + what)
	}
	r.Pos++
	r.Space()
	if r.Peek() == end {
		r.Pos++
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		r.Space()
		c := r.Peek()
		if c != ',' && c != end {
			return r.unexpected("a comma or the " + what + "'s end")
		}
		r.Pos++
		if c == end {
			return nil
		}
		r.Space()
	}
}

// Member is a member of an object and the function that reads its value.
type Member struct {
	Name string
	Read func() error

	Seen  bool // the object has the member
	Found bool // and its value is not null: Read was called
}

// Members reads an object. It calls Read of each wanted member whose value is not null, and skips other members. A
// wanted member that occurs twice is an error.
func (r *Reader) Members(wanted ...*Member) error {
	return r.Object(func(name []byte) error {
		i := slices.IndexFunc(wanted, func(m *Member) bool { return m.Name == string(name) })
		if i < 0 {
			return r.Skip()
		}
		m := wanted[i]
		if m.Seen {
			return r.Error("a second " + m.Name)
		}
		m.Seen = true
		if r.Peek() == 'n' {
			return r.Null()
		}
		m.Found = true
		if err := m.Read(); err != nil {
			return errors.New("in " + m.Name + ": " + err.Error())
		}
		return nil
	})
}

// StringMember returns a Member whose value is a string.
func (r *Reader) StringMember(name string, value *string) *Member {
	return &Member{Name: name, Read: func() error {
		text, err := r.String()
		*value = string(text)
		return err
	}}
}

// AnyStringMember returns a Member whose value is a string, which may have lone surrogates.
func (r *Reader) AnyStringMember(name string, value *string) *Member {
	return &Member{Name: name, Read: func() error {
		text, err := r.AnyString()
		*value = string(text)
		return err
	}}
}

// IntegerMember returns a Member whose value is an integer.
func (r *Reader) IntegerMember(name string, value *int64) *Member {
	return &Member{Name: name, Read: func() (err error) {
		*value, err = r.Integer()
		return err
	}}
}

// StringsMember returns a Member whose value is an array of strings.
func (r *Reader) StringsMember(name string, values *[]string) *Member {
	return &Member{Name: name, Read: func() error {
		return r.Array(func() error {
			text, err := r.String()
			*values = append(*values, string(text))
			return err
		})
	}}
}

// ReadObject reads a text that is one object.
func (r *Reader) ReadObject(wanted ...*Member) error {
	r.Space()
	if err := r.Members(wanted...); err != nil {
		return err
	}
	return r.End()
}

// String reads a string. A lone surrogate, which UTF-8 cannot hold, is an error. The result is valid until the next
// string is read.
func (r *Reader) String() ([]byte, error) { return r.str(false) }

// AnyString is like String, but reads a lone surrogate as U+FFFD.
func (r *Reader) AnyString() ([]byte, error) { return r.str(true) }

func (r *Reader) str(surrogates bool) ([]byte, error) {
	if r.Peek() != '"' {
		return nil, r.unexpected("a string")
	}
	r.Pos++
	r.decoded = r.decoded[:0]
	start := r.Pos // of what is not in decoded
	for {
		r.Pos = bytescan.Plain(r.Data, r.Pos)
		switch c := r.Peek(); {
		case r.Pos >= len(r.Data):
			return nil, r.Error("the text ends inside a string")
		case c == '"':
			text := r.Data[start:r.Pos]
			if len(r.decoded) > 0 {
				r.decoded = append(r.decoded, text...)
				text = r.decoded
			}
			r.Pos++
			return text, nil
		case c == '\\':
			r.decoded = append(r.decoded, r.Data[start:r.Pos]...)
			char, err := r.escape(surrogates)
			if err != nil {
				return nil, err
			}
			r.decoded = utf8.AppendRune(r.decoded, char)
			start = r.Pos
		case c < ' ':
			return nil, r.Error("a control character inside a string")
		default:
			char, size := utf8.DecodeRune(r.Data[r.Pos:])
			if char == utf8.RuneError && size == 1 {
				return nil, r.Error("invalid UTF-8")
			}
			r.Pos += size
		}
	}
}

// HasEscapes reports whether the last string was written with escapes.
func (r *Reader) HasEscapes() bool { return len(r.decoded) > 0 }

// escape reads an escape, or two that are a surrogate pair.
func (r *Reader) escape(surrogates bool) (rune, error) {
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if r.Pos+1 >= len(r.Data) {
		r.Pos = len(r.Data)
		return 0, r.Error("the text ends inside a string")
	}
	c := r.Data[r.Pos+1]
	if c != 'u' {
		i := strings.IndexByte(letters, c)
		if i < 0 {
			return 0, r.Error("an unknown escape inside a string")
		}
		r.Pos += 2
		return rune(meanings[i]), nil
	}
	unit, ok := r.unit()
	if !ok {
		return 0, r.Error("a \\u without four hexadecimal digits")
	}
	r.Pos += 6
	if unit < 0xd800 || unit > 0xdfff {
		return unit, nil
	}
	if low, ok := r.unit(); ok && unit < 0xdc00 && low >= 0xdc00 && low <= 0xdfff {
		r.Pos += 6
		return 0x10000 + (unit-0xd800)<<10 + low - 0xdc00, nil
	}
	if !surrogates {
		return 0, r.Error("a lone surrogate (half of a character)")
	}
	return utf8.RuneError, nil
}

// unit returns the UTF-16 unit that is written as \u and four hexadecimal digits at Pos.
func (r *Reader) unit() (unit rune, ok bool) {
	digits, ok := strings.CutPrefix(string(r.Data[r.Pos:min(r.Pos+6, len(r.Data))]), `\u`)
	n, err := strconv.ParseUint(digits, 16, 16)
	return rune(n), ok && len(digits) == 4 && err == nil
}

// Integer reads an integer in the range of int64, written without fraction and exponent: a cursor that went through a
// float would become another cursor.
func (r *Reader) Integer() (int64, error) {
	start := r.Pos
	if c := r.Peek(); c != '-' && (c < '0' || c > '9') {
		return 0, r.unexpected("a whole number")
	}
	if err := r.number(); err != nil {
		return 0, err
	}
	n, ok := ParseInteger(string(r.Data[start:r.Pos]))
	if !ok {
		r.Pos = start
		return 0, r.Error("a number that is not a whole one of at most 64 bits")
	}
	return n, nil
}

// Number reads any JSON number and returns it as it is written.
func (r *Reader) Number() (string, error) {
	start := r.Pos
	err := r.number()
	return string(r.Data[start:r.Pos]), err
}

// Boolean reads true or false.
func (r *Reader) Boolean() (bool, error) {
	if r.Peek() == 't' {
		return true, r.literal("true")
	}
	return false, r.literal("false")
}

// Null reads null.
func (r *Reader) Null() error { return r.literal("null") }

// ParseInteger parses an integer in its canonical form (no plus sign, no leading zero, no minus zero) in the range of
// int64.
func ParseInteger(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}

// number skips any JSON number.
func (r *Reader) number() error {
	r.oneOf("-")
	if !r.oneOf("0") {
		if err := r.digits(); err != nil {
			return err
		}
	}
	if r.oneOf(".") {
		if err := r.digits(); err != nil {
			return err
		}
	}
	if r.oneOf("eE") {
		r.oneOf("+-")
		return r.digits()
	}
	return nil
}

// oneOf skips the next byte if it is one of these.
func (r *Reader) oneOf(bytes string) bool {
	if strings.IndexByte(bytes, r.Peek()) < 0 {
		return false
	}
	r.Pos++
	return true
}

func (r *Reader) digits() error {
	start := r.Pos
	for r.oneOf("0123456789") {
	}
	if r.Pos == start {
		return r.unexpected("a digit")
	}
	return nil
}

func (r *Reader) literal(word string) error {
	for i := range len(word) {
		if r.Peek() != word[i] {
			if r.Pos < len(r.Data) {
				r.Pos -= i
			}
			return r.unexpected("a value")
		}
		r.Pos++
	}
	return nil
}

// Skip skips a value.
func (r *Reader) Skip() error {
	switch c := r.Peek(); c {
	case '{', '[':
		if r.depth == MaxDepth {
			return r.Error("values nested too deeply")
		}
		r.depth++
		defer func() { r.depth-- }()
		if c == '{' {
			return r.Object(func([]byte) error { return r.Skip() })
		}
		return r.Array(r.Skip)
	case '"':
		_, err := r.AnyString()
		return err
	case 't', 'f':
		_, err := r.Boolean()
		return err
	case 'n':
		return r.Null()
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return r.number()
	}
	return r.unexpected("a value")
}
